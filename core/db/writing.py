"""Many rows of one table, each with values of its own, in one statement made of arrays.

Django's bulk_update writes a CASE per value, and its bulk_create adapts every value by itself and gives no keys where
some rows were there already. A JSON column travels as one document, not as an array of texts: their quotes would be
escaped twice over.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from core import tenancy
from core.db.arrays import PLAIN, array, type_of


def write_many(rows: Sequence[models.Model], fields: Sequence[str]) -> int:
    """Store `fields` of rows of one tenant model in one statement; returns how many there were."""
    if not rows:
        return 0
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    chosen: list[Any] = [meta.get_field(name) for name in fields]
    source, values = _source([meta.pk, *chosen], rows)
    sets = ", ".join(f'"{field.column}" = {_value(field)}' for field in chosen)
    # The brokerage is a subquery: of a literal that statistics do not know yet the planner expects one row, and would
    # read all that the brokerage has.
    sql = (
        f'UPDATE "{meta.db_table}" AS row SET {sets} FROM {source} '  # noqa: S608 -- names of our models
        f'WHERE row.broker_id = (SELECT %s::bigint) AND row."{meta.pk.column}" = new."{meta.pk.column}"'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_documents(chosen, rows), *values, tenancy.current()])
        return int(cursor.rowcount)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Add rows of one tenant model; they get their keys."""
    if rows:
        made = _insert(rows, f'RETURNING "{rows[0]._meta.pk.column}"')  # noqa: SLF001 -- Django's documented model API
        for row, (pk,) in zip(rows, made, strict=True):
            _is_stored(row, pk)


def insert_new(rows: Sequence[models.Model], *, key: str) -> dict[Any, int]:
    """Add rows of one tenant model but for those that a unique index knows; the new ones get their keys.

    Returns the keys by the value of the column `key`. Columns that are arrays themselves are not for this.
    """
    if not rows:
        return {}
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    named: Any = meta.get_field(key)
    made = dict(_insert(rows, f'ON CONFLICT DO NOTHING RETURNING "{named.column}", "{meta.pk.column}"'))
    for row in rows:
        if (value := getattr(row, named.attname)) in made:
            _is_stored(row, made[value])
    return made


def _insert(rows: Sequence[models.Model], ending: str) -> list[tuple[Any, ...]]:
    """Keys come back in the order of the rows: an INSERT that reads an array goes through it."""
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    columns: list[Any] = [field for field in meta.concrete_fields if not field.primary_key and not field.generated]
    source, values = _source(columns, rows)
    names = ", ".join(f'"{field.column}"' for field in columns)
    chosen = ", ".join(_value(field) for field in columns)
    sql = f'INSERT INTO "{meta.db_table}" ({names}) SELECT {chosen} FROM {source} {ending}'  # noqa: S608 -- names of our models
    with connection.cursor() as cursor:
        cursor.execute(sql, [*_documents(columns, rows), *values])
        return list(cursor.fetchall())


def _is_stored(row: models.Model, pk: int) -> None:
    row.pk = pk
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 -- what Django's own bulk_create sets


def _is_document(field: Any) -> bool:  # noqa: ANN401 -- a model's field
    return isinstance(field, models.JSONField)


def _source(fields: Sequence[Any], rows: Sequence[models.Model]) -> tuple[str, list[str]]:
    """The rows' columns as a table `new`, and the arrays it is made of."""
    flat = [field for field in fields if not _is_document(field)]
    arrays = ", ".join(f"%s::{type_of(field)}[]" for field in flat)
    names = ", ".join([*(f'"{field.column}"' for field in flat), "place"])
    return f"unnest({arrays}) WITH ORDINALITY AS new({names})", [array(_stored(field, rows)) for field in flat]


def _value(field: Any) -> str:  # noqa: ANN401 -- a model's field
    """A column of a row of `new`."""
    return "%s::jsonb -> (new.place - 1)::integer" if _is_document(field) else f'new."{field.column}"'


def _documents(fields: Sequence[Any], rows: Sequence[models.Model]) -> list[str]:
    documents = [field for field in fields if _is_document(field)]
    return [json.dumps([getattr(row, field.attname) for row in rows], ensure_ascii=False) for field in documents]


def _stored(field: Any, rows: Sequence[models.Model]) -> list[Any]:  # noqa: ANN401 -- a model's field
    """A column's values as the database keeps them."""
    values = [getattr(row, field.attname) for row in rows]
    return [value if type(value) in PLAIN else field.get_db_prep_save(value, connection) for value in values]
