"""Many rows of one table, each with values of its own, in one statement made of arrays.

Django's bulk_update writes a CASE per value, and its bulk_create a placeholder per value and no keys where some rows
were there already.
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, models

from core import tenancy


def write_many(rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Store `fields` of rows of one tenant model in one statement; returns how many there were.

    A JSON column travels as one document, not as an array of texts: their quotes would be escaped twice over.
    """
    if not rows:
        return 0
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    chosen: list[Any] = [meta.get_field(name) for name in fields]
    documents = [field for field in chosen if isinstance(field, models.JSONField)]
    columns = [meta.pk, *(field for field in chosen if field not in documents)]
    names = ", ".join([*(f'"{field.column}"' for field in columns), "place"])
    sets = ", ".join(
        [
            *(f'"{field.column}" = %s::jsonb -> (new.place - 1)::integer' for field in documents),
            *(f'"{field.column}" = new."{field.column}"' for field in columns[1:]),
        ]
    )
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in columns)
    sql = (
        f'UPDATE "{meta.db_table}" AS row SET {sets} FROM unnest({arrays}) WITH ORDINALITY AS new({names}) '  # noqa: S608 -- names of our models
        f'WHERE row.broker_id = %s AND row."{meta.pk.column}" = new."{meta.pk.column}"'
    )
    told = [json.dumps([getattr(row, field.attname) for row in rows], ensure_ascii=False) for field in documents]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*told, *(_stored(field, rows) for field in columns), tenancy.current()])
        return int(cursor.rowcount)


def insert_new(rows: Sequence[models.Model], *, key: str) -> dict[Any, int]:
    """Add rows of one tenant model but for those that a unique index knows; the new ones get their keys.

    Returns the keys by the value of the column `key`. Columns that are arrays themselves are not for this.
    """
    if not rows:
        return {}
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    columns: list[Any] = [field for field in meta.concrete_fields if not field.primary_key and not field.generated]
    named: Any = meta.get_field(key)
    names = ", ".join(f'"{field.column}"' for field in columns)
    arrays = ", ".join(f"%s::{_type(field)}[]" for field in columns)
    sql = (
        f'INSERT INTO "{meta.db_table}" ({names}) SELECT * FROM unnest({arrays}) '  # noqa: S608 -- names of our models
        f'ON CONFLICT DO NOTHING RETURNING "{named.column}", "{meta.pk.column}"'
    )
    values = [_stored(field, rows) for field in columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        made = dict(cursor.fetchall())
    for row in rows:
        if (value := getattr(row, named.attname)) in made:
            row.pk = made[value]
            row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 -- what Django's own bulk_create sets
    return made


def _type(field: Any) -> str:  # noqa: ANN401 -- a model's field
    return str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection)).split("(")[0]


_PLAIN = frozenset({str, int, bool, float, datetime, date, UUID, Decimal, type(None)})
"""What goes to the database as it is; members of enums do not."""


def _stored(field: Any, rows: Sequence[models.Model]) -> list[Any]:  # noqa: ANN401 -- a model's field
    """A column's values as the driver takes them."""
    values = [getattr(row, field.attname) for row in rows]
    if isinstance(field, models.JSONField):
        return [json.dumps(value, ensure_ascii=False) for value in values]
    return [value if type(value) in _PLAIN else field.get_db_prep_save(value, connection) for value in values]
