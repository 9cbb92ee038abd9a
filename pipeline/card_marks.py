"""Marks that apps above put on cards: declared in their `ready`, read within the statement that reads the cards."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.expressions import Combinable
from django.db.models.functions import JSONObject

from pipeline.cards import FIELDS, Card, Mark


@dataclass(frozen=True, slots=True)
class Marker:
    """What an app asks of a lead's row, as an expression whose value is JSON or an array, and how it says what came."""

    asks: Callable[[], Combinable]
    says: Callable[[Any], Mark | None]


_MARKERS: dict[str, Marker] = {}


def declare(name: str, marker: Marker) -> None:
    """Have cards carry what a marker says."""
    _MARKERS[name] = marker


def columns() -> tuple[Any, ...]:
    """The columns of a card, for `values_list`: those of the lead, and what markers ask."""
    return (*(F(name) for name in FIELDS), JSONObject(**{name: each.asks() for name, each in _MARKERS.items()}))


def card(row: tuple[Any, ...]) -> Card:
    """The card of such a row."""
    told = row[-1]
    said = (each.says(told[name]) for name, each in _MARKERS.items() if told.get(name))
    return Card(*(*row[:-1], tuple(mark for mark in said if mark)))
