"""Agreed meetings of the leads."""

from django.db.models import Count, QuerySet

from appointments.enums import AppointmentStatus
from appointments.models import Appointment
from crm.models import LeadQuerySet
from reports.periods import Period

_COUNTED = [each for each in AppointmentStatus if each not in {AppointmentStatus.HELD, AppointmentStatus.CANCELLED}]


def agreed(leads: LeadQuerySet, period: Period) -> QuerySet[Appointment]:
    """Those that begin in the range, neither cancelled nor only held."""
    return Appointment.objects.filter(
        period.holds("starts_at"), status__in=_COUNTED, lead__in=leads.order_by().values("id")
    )


def by_agent(leads: LeadQuerySet, period: Period) -> dict[int | None, int]:
    """How many by who receives them; one statement."""
    return dict(agreed(leads, period).order_by().values_list("agent").annotate(visits=Count("*")))
