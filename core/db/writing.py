"""Many rows of one table, each with values of its own, in one UPDATE: Django's bulk_update writes a CASE per value."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from core import tenancy


def write_many(rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Store `fields` of rows of one tenant model in one statement; returns how many there were."""
    if not rows:
        return 0
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    columns: list[Any] = [meta.get_field(name) for name in fields]
    names = ", ".join(f'"{field.column}"' for field in columns)
    sets = ", ".join(f'"{field.column}" = new."{field.column}"' for field in columns)
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in columns)
    sql = (
        f'UPDATE "{meta.db_table}" AS row SET {sets} FROM unnest(%s::bigint[], {arrays}) AS new(id, {names}) '  # noqa: S608 -- names of our models
        "WHERE row.broker_id = %s AND row.id = new.id"
    )
    values = [[_stored(field, getattr(row, field.attname)) for row in rows] for field in columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, [[row.pk for row in rows], *values, tenancy.current()])
        return int(cursor.rowcount)


def _type(field: Any) -> str:  # noqa: ANN401 -- a model's field
    return str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection)).split("(")[0]


def _stored(field: Any, value: Any) -> Any:  # noqa: ANN401 -- a model's field and its value
    if isinstance(field, models.JSONField):
        return json.dumps(value, ensure_ascii=False)
    return field.get_db_prep_save(value, connection)
