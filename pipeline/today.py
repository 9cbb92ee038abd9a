"""A person's day: what is due, whom they meet, who waits for them. A constant number of queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from appointments.enums import OPEN, AppointmentStatus
from appointments.models import Appointment
from crm import next_steps, priority, quick_times
from crm.enums import Stage, TreatmentType
from crm.models import Lead, LeadQuerySet, Task
from crm.priority import Priority
from crm.task_pages import mark_seen

CLOSED = (Stage.GANADO, Stage.PERDIDO)
_MOST = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: its rows, and whether there are more than are shown."""

    rows: list[Any]
    more: bool

    @classmethod
    def of(cls, found: "QuerySet[Any]") -> "Part":
        """The first rows of a query."""
        rows = list(found[: _MOST + 1])
        return cls(rows[:_MOST], len(rows) > _MOST)


@dataclass(frozen=True, slots=True)
class Day:
    """What one person has before them."""

    tasks: Part
    visits_today: list[Appointment]
    visits_tomorrow: list[Appointment]
    urgent: Part
    waiting: Part
    aimless: Part

    @property
    def is_clear(self) -> bool:
        """Whether nothing at all is left."""
        parts = (self.tasks, self.urgent, self.waiting, self.aimless)
        return not (self.visits_today or self.visits_tomorrow or any(part.rows for part in parts))


def of(person: User, *, seen_by: User, now: datetime) -> Day:
    """The day of `person` as `seen_by` may see it; the day is the active time zone's."""
    tasks = Task.objects.visible_to(seen_by).filter(assignee=person, done_at=None)
    due = tasks.filter(due_at__lt=next_steps.end_of_day(now)).select_related("lead", "assignee")
    begins, ends = quick_times.day_of(now)
    agreed = _visits(person, seen_by, begins, ends)
    theirs = Lead.objects.visible_to(seen_by).filter(assigned_to=person).exclude(stage__in=CLOSED)
    due_part = Part.of(due.order_by("due_at", "id"))
    mark_seen(due_part.rows, seen_by)
    return Day(
        tasks=due_part,
        visits_today=[visit for visit in agreed if visit.starts_at < ends],
        visits_tomorrow=[visit for visit in agreed if visit.starts_at >= ends],
        urgent=Part.of(_urgent(theirs).order_by("last_contact_at", "id")),
        waiting=Part.of(_waiting(person, seen_by).order_by("-created_at", "-id")),
        aimless=Part.of(_aimless(theirs).order_by("stage_entered_at", "id")),
    )


def _visits(person: User, seen_by: User, begins: datetime, ends: datetime) -> list[Appointment]:
    """Meetings still to come about, from the day's beginning until the end of tomorrow."""
    tomorrow_ends = quick_times.day_of(ends + timedelta(hours=12))[1]
    found = Appointment.objects.filter(
        agent=person,
        status__in=[AppointmentStatus.HELD, *OPEN],
        starts_at__gte=begins,
        starts_at__lt=tomorrow_ends,
        lead__in=Lead.objects.visible_to(seen_by),
    )
    return list(found.select_related("lead", "agent").order_by("starts_at", "id"))


def _urgent(leads: LeadQuerySet) -> LeadQuerySet:
    """Those to contact before anybody else."""
    urgent = priority.place_of(Priority.URGENTE)
    found: LeadQuerySet = leads.annotate(place=priority.as_column()).filter(place=urgent)
    return found


def _waiting(person: User, seen_by: User) -> LeadQuerySet:
    """New leads nobody has answered yet: theirs, and those that are nobody's."""
    fresh = Lead.objects.visible_to(seen_by).filter(Q(assigned_to=person) | Q(assigned_to=None))
    unanswered = fresh.filter(stage=Stage.ENTRADA, last_outbound_at=None, opted_out_at=None)
    return unanswered.exclude(treatment_type=TreatmentType.HOLD).select_related("assigned_to")


def _aimless(leads: LeadQuerySet) -> LeadQuerySet:
    """Past their first day, with nothing planned: no date, no task, no meeting."""
    unplanned = leads.filter(next_step_at=None).exclude(treatment_type=TreatmentType.HOLD)
    return unplanned.exclude(stage=Stage.ENTRADA, last_outbound_at=None)
