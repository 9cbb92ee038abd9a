"""Pages of a list by position instead of number: the last page costs what the first does, no row comes twice.

An order is a column with the key behind it, each backed by an index that begins with the brokerage. A column that may
be empty is walked in two stretches, the filled rows and then the empty ones: no index serves "greater or empty".
"""

import base64
import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from core import crypto, tenancy

M = TypeVar("M", bound=Model)
_LONGEST = 1000


class BadCursor(ValueError):
    """A cursor that is not of this list, this order or this brokerage."""


@dataclass(frozen=True, slots=True)
class Order:
    """A way through a list: its name in URLs, column and direction; `nullable` rows without a value come last."""

    name: str
    column: str
    descending: bool = False
    nullable: bool = False
    timed: bool = False

    def reversed(self) -> "Order":
        """The way back over the rows that have a value."""
        return Order(self.name, self.column, not self.descending, self.nullable, self.timed)

    def position(self, row: Model) -> tuple[Any, int]:
        """Where a row stands."""
        return getattr(row, self.column), row.pk


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """Some rows and the cursor of what follows, "" at the end."""

    rows: list[M]
    next: str


def page(rows: QuerySet[M], order: Order, *, cursor: str = "", size: int) -> Page[M]:
    """The `size` rows after `cursor` ("" is the start); one query, two where an order's rows may lack the value.

    Raises BadCursor.
    """
    after = _opened(cursor, order) if cursor else None
    found: list[M] = []
    for stretch in _stretches(rows, order, after):
        found += stretch[: size + 1 - len(found)]
        if len(found) > size:
            break
    shown = found[:size]
    return Page(shown, _sealed(order.position(shown[-1]), order) if len(found) > size else "")


def neighbours(rows: QuerySet[M], order: Order, row: M) -> tuple[M | None, M | None]:
    """The rows before and after a row in an order, whether or not the row itself is among them."""
    position = order.position(row)
    following = next((each for part in _stretches(rows, order, position) for each in part[:1]), None)
    before = next((each for part in _before(rows, order, position) for each in part[:1]), None)
    return before, following


def _stretches(rows: QuerySet[M], order: Order, after: tuple[Any, int] | None) -> Iterator[QuerySet[M]]:
    """The rows beyond a position, in order, as querysets that each follow an index."""
    value, key = after or (None, 0)
    sign = "-" if order.descending else ""
    ordered = rows.order_by(f"{sign}{order.column}", f"{sign}id")
    if not order.nullable:
        yield ordered.filter(_beyond(order, value, key)) if after else ordered
        return
    empty = Q(**{f"{order.column}__isnull": True})
    if after is None or value is not None:
        filled = ordered.exclude(empty)
        yield filled.filter(_beyond(order, value, key)) if after else filled
        yield rows.filter(empty).order_by(f"{sign}id")
    else:
        yield rows.filter(empty, _after_key(order, key)).order_by(f"{sign}id")


def _before(rows: QuerySet[M], order: Order, position: tuple[Any, int]) -> Iterator[QuerySet[M]]:
    """The rows before a position, the nearest first."""
    value, key = position
    back = order.reversed()
    sign = "-" if back.descending else ""
    by_value = rows.order_by(f"{sign}{order.column}", f"{sign}id")
    if value is not None:
        yield by_value.filter(_beyond(back, value, key))
        return
    empty = Q(**{f"{order.column}__isnull": True})
    yield rows.filter(empty, _after_key(back, key)).order_by(f"{sign}id")
    yield by_value.exclude(empty)


def _beyond(order: Order, value: Any, key: int) -> Q:  # noqa: ANN401 -- a column's value
    """The condition as a range an index can start from, and the tie broken by the key."""
    ahead = "lt" if order.descending else "gt"
    column = order.column
    return Q(**{f"{column}__{ahead}e": value}) & (Q(**{f"{column}__{ahead}": value}) | _after_key(order, key))


def _after_key(order: Order, key: int) -> Q:
    return Q(id__lt=key) if order.descending else Q(id__gt=key)


def _sealed(position: tuple[Any, int], order: Order) -> str:
    """The position, sealed: it holds a person's name or a key that never leaves the house."""
    value, key = position
    plain = json.dumps([value.isoformat() if isinstance(value, datetime) else value, key]).encode()
    return base64.urlsafe_b64encode(crypto.seal(plain, bound_to=_binding(order))).decode().rstrip("=")


def _opened(cursor: str, order: Order) -> tuple[Any, int]:
    if len(cursor) > _LONGEST:
        raise BadCursor(order.name)
    try:
        sealed = base64.urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        value, key = json.loads(crypto.unseal(sealed, bound_to=_binding(order)))
        return (datetime.fromisoformat(value) if order.timed and value is not None else value), int(key)
    except (ValueError, TypeError, binascii.Error, UnicodeEncodeError, crypto.Unreadable) as error:
        raise BadCursor(order.name) from error


def _binding(order: Order) -> str:
    return f"{tenancy.current()}|keyset|{order.name}"
