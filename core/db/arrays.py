"""Arrays as PostgreSQL reads them: one text of many values, which costs a tenth of adapting every value."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection


def array(values: Iterable[Any]) -> str:
    """The literal of an array of plain values; of other types, the text they are written as."""
    return "{" + ",".join([_WRITTEN.get(type(value), _quoted)(value) for value in values]) + "}"


def type_of(field: Any) -> str:  # noqa: ANN401 -- a model's field
    """The type of a column, as arrays of it are named."""
    return str(field.rel_db_type(connection) if field.is_relation else field.db_type(connection)).split("(")[0]


def _quoted(value: object) -> str:
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


_WRITTEN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _value: "NULL",
    bool: lambda value: "t" if value else "f",
    int: str,
    float: repr,
    Decimal: str,
    UUID: str,
    datetime: lambda value: f'"{value}"',
    date: str,
    str: _quoted,
}
PLAIN = frozenset(_WRITTEN)
"""The types that are written as they are; members of enums are not among them."""
