"""Turns of periodic tasks: each minute's is taken once, however many beats there are (`core.models.Slot`)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec

import structlog
from django.db import connection
from django.utils import timezone

from core.models import Slot

log = structlog.get_logger(__name__)
P = ParamSpec("P")

_KEPT = timedelta(days=7)


def take(task: str, *, now: datetime) -> bool:
    """Whether this minute's turn of a task is ours."""
    turn = now.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_slot (task, at) VALUES (%s, %s) ON CONFLICT DO NOTHING", [task, turn])
        mine = bool(cursor.rowcount)
    Slot.objects.filter(task=task, at__lt=now - _KEPT).delete()
    return mine


def once_a_minute(work: Callable[P, None]) -> Callable[P, None]:
    """Below `@shared_task`: what beat asks for twice in a minute is done once."""
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        if take(name, now=timezone.now()):
            work(*args, **kwargs)
        else:
            log.info("turn_taken", task=name)

    return run
