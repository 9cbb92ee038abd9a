"""News goes up: call downwards, publish upwards. Who listens is one table, ``config/reactions.py``."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

Reaction = Callable[[Any], None]


@cache
def _reactions() -> dict[type, tuple[Reaction, ...]]:
    table: dict[type, tuple[Reaction, ...]] = import_string(settings.REACTIONS)
    return table


def publish(event: object) -> None:
    """Tell everyone listed for this kind of event, in order, in the caller's transaction.

    An event class missing from the table is a bug and raises KeyError.
    """
    for react in _reactions()[type(event)]:
        react(event)
