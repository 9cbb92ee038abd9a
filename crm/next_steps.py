"""The state of a lead's next step, the same on the board, in the list and in filters."""

from datetime import UTC, datetime, timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

BETWEEN = [MinValueValidator(datetime(2000, 1, 1, tzinfo=UTC)), MaxValueValidator(datetime(2200, 1, 1, tzinfo=UTC))]
"""What a form takes: past year 9999, in UTC, a stored date could not be read again, and no page with it be drawn."""


class NextStep(models.TextChoices):
    """Not stored: told from the clock and `next_step_at`: the first of its own date, open tasks and agreed visits."""

    OVERDUE = "overdue", _("Vencido")
    TODAY = "today", _("Hoy")
    PLANNED = "planned", _("Planificado")
    NONE = "none", _("Sin fijar")


def state_of(next_step_at: datetime | None, *, now: datetime) -> NextStep:
    """The state of a next step at `now`; "today" ends at midnight of the active time zone."""
    if next_step_at is None:
        return NextStep.NONE
    if next_step_at < now:
        return NextStep.OVERDUE
    return NextStep.TODAY if next_step_at < end_of_day(now) else NextStep.PLANNED


def condition(state: NextStep, *, now: datetime) -> Q:
    """The leads whose next step is in this state at `now`."""
    return {
        NextStep.OVERDUE: Q(next_step_at__lt=now),
        NextStep.TODAY: Q(next_step_at__gte=now, next_step_at__lt=end_of_day(now)),
        NextStep.PLANNED: Q(next_step_at__gte=end_of_day(now)),
        NextStep.NONE: Q(next_step_at=None),
    }[state]


def end_of_day(now: datetime) -> datetime:
    """The coming midnight of the active time zone."""
    tomorrow = timezone.localtime(now).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0) + timedelta(1)
    return timezone.make_aware(tomorrow)
