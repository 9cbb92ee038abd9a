"""Many rows of one table, each with values of its own, in one statement made of arrays.

Django's bulk_update writes a CASE per value, and its bulk_create adapts every value by itself and gives no keys where
some rows were there already.
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
    new = _New(rows)
    columns: list[Any] = [meta.get_field(name) for name in fields]
    sets = ", ".join([f'"{field.column}" = {new.value(field)}' for field in columns])
    # The brokerage is a subquery: of a literal that statistics do not know yet the planner expects one row, and would
    # read all that the brokerage has.
    sql = (
        f'UPDATE "{meta.db_table}" AS row SET {sets} FROM {new.table(meta.pk)} '  # noqa: S608 -- names of our models
        f'WHERE row.broker_id = (SELECT %s::bigint) AND row."{meta.pk.column}" = new."{meta.pk.column}"'
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*new.params, tenancy.current()])
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
    """Keys come back in the order of the rows: an INSERT that reads arrays goes through them."""
    meta = rows[0]._meta  # noqa: SLF001 -- Django's documented model API
    columns: list[Any] = [field for field in meta.concrete_fields if not field.primary_key and not field.generated]
    new = _New(rows)
    names = ", ".join(f'"{field.column}"' for field in columns)
    chosen = ", ".join([new.value(field) for field in columns])
    sql = f'INSERT INTO "{meta.db_table}" ({names}) SELECT {chosen} FROM {new.table()} {ending}'  # noqa: S608 -- names of our models
    with connection.cursor() as cursor:
        cursor.execute(sql, new.params)
        return list(cursor.fetchall())


def _is_stored(row: models.Model, pk: int) -> None:
    row.pk = pk
    row._state.adding, row._state.db = False, connection.alias  # noqa: SLF001 -- what Django's own bulk_create sets


class _New:
    """Rows as a table `new`. What differs is an array, what is the same in every row travels once.

    JSON travels as one document: in an array of texts their quotes would be escaped twice over.
    """

    def __init__(self, rows: Sequence[models.Model]) -> None:
        self.rows = rows
        self.params: list[Any] = []
        """In the order in which `value` was asked, `table` last."""
        self._arrays: list[tuple[Any, list[Any]]] = []

    def value(self, field: Any) -> str:  # noqa: ANN401 -- a model's field
        """The expression that is a column's value for a row of `new`."""
        values = [getattr(row, field.attname) for row in self.rows]
        first = values[0]
        if isinstance(field, models.JSONField):
            same = first in ({}, []) and values.count(first) == len(values)
            self.params.append(json.dumps(first if same else values, ensure_ascii=False))
            return "%s::jsonb" if same else "%s::jsonb -> (new.place - 1)::integer"
        if values.count(first) != len(values):
            self._arrays.append((field, values))
            return f'new."{field.column}"'
        self.params.append(_stored(field, first))
        return f"%s::{type_of(field)}"

    def table(self, *more: Any) -> str:  # noqa: ANN401 -- a model's fields
        """The table itself, with columns beside those that were asked for; asked last."""
        columns = [*self._arrays, *((field, [getattr(row, field.attname) for row in self.rows]) for field in more)]
        if not columns:
            self.params.append(len(self.rows))
            return "generate_series(1, %s) AS new(place)"
        self.params += [array([_stored(field, value) for value in values]) for field, values in columns]
        arrays = ", ".join(f"%s::{type_of(field)}[]" for field, _values in columns)
        return f"unnest({arrays}) WITH ORDINALITY AS new({', '.join([*_names(columns), 'place'])})"


def _names(columns: Sequence[tuple[Any, list[Any]]]) -> list[str]:
    return [f'"{field.column}"' for field, _values in columns]


def _stored(field: Any, value: Any) -> Any:  # noqa: ANN401 -- a model's field, and what is in it
    """A value as the database keeps it."""
    return value if type(value) in PLAIN else field.get_db_prep_save(value, connection)
