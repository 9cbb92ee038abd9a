"""Times people mean when they say "later": offered as one press, in the reader's own time zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

_EVENING, _MORNING = time(18), time(10)
NAMES = ("today", "tomorrow", "days3", "week")


@dataclass(frozen=True, slots=True)
class Quick:
    """A time to pick: its name in forms, its words, and when that is."""

    name: str
    label: str
    at: datetime


def offered(now: datetime) -> list[Quick]:
    """The picks that lie ahead; "today" is gone after six in the evening."""
    picks = (
        Quick("today", _("Hoy 18:00"), _on(now, 0, _EVENING)),
        Quick("tomorrow", _("Mañana 10:00"), _on(now, 1, _MORNING)),
        Quick("days3", _("En 3 días"), _on(now, 3, _MORNING)),
        Quick("week", _("En una semana"), _on(now, 7, _MORNING)),
    )
    return [pick for pick in picks if pick.at > now]


def at(name: str, now: datetime) -> datetime | None:
    """The time of a pick; None for a name that is not offered now."""
    return next((pick.at for pick in offered(now) if pick.name == name), None)


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """The reader's day: its midnight and the next one, 23 or 25 hours apart when the clocks change."""
    return _on(now, 0, time()), _on(now, 1, time())


def _on(now: datetime, days: int, clock: time) -> datetime:
    """That clock time so many days from the reader's today; one that the clocks skip is an hour later."""
    day = timezone.localtime(now).date() + timedelta(days)
    return timezone.make_aware(datetime.combine(day, clock)).astimezone(UTC)
