"""Turns of periodic tasks: each is taken once, however many beats there are (`core.models.Slot`).

A turn is a minute; that of a task which staff have put on a shorter interval is the interval.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import ParamSpec

import structlog
from django.db import connection
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from core.models import Slot

log = structlog.get_logger(__name__)
P = ParamSpec("P")

_KEPT = timedelta(days=7)
_MINUTE = 60


def take(task: str, *, now: datetime, seconds: int = _MINUTE) -> bool:
    """Whether the turn of a task that it is now is ours; turns are so many seconds long."""
    turn = datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_slot (task, at) VALUES (%s, %s) ON CONFLICT DO NOTHING", [task, turn])
        mine = bool(cursor.rowcount)
    Slot.objects.filter(task=task, at__lt=now - _KEPT).delete()
    return mine


def once_a_minute(work: Callable[P, None]) -> Callable[P, None]:
    """Below `@shared_task`: what beat asks for twice in a minute is done once."""
    return _once(work, lambda: _MINUTE)


def once_a_turn(task: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """The same, but as often as the timetable's row of the task says, be it every few seconds."""
    return lambda work: _once(work, lambda: _seconds(task))


def _once(work: Callable[P, None], seconds: Callable[[], int]) -> Callable[P, None]:
    name = f"{work.__module__}.{work.__qualname__}"

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        if take(name, now=timezone.now(), seconds=seconds()):
            work(*args, **kwargs)
        else:
            log.info("turn_taken", task=name)

    return run


def _seconds(task: str) -> int:
    rows = PeriodicTask.objects.filter(task=task, enabled=True, interval__period=IntervalSchedule.SECONDS)
    shortest = rows.order_by("interval__every").values_list("interval__every", flat=True).first()
    return min(shortest or _MINUTE, _MINUTE)
