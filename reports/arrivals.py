"""New leads, day by day."""

from datetime import date, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from crm.models import LeadQuerySet
from reports.periods import Period

MOST_DAYS = 400
"""More days than this are no chart any more."""


def read(leads: LeadQuerySet, period: Period) -> dict[date, int]:
    """How many came in on each of the brokerage's days of the range, the first MOST_DAYS of it; one statement."""
    days = min((period.last - period.first).days + 1, MOST_DAYS)
    rows = (
        leads.filter(period.holds("created_at"))
        .annotate(day=TruncDate("created_at", tzinfo=period.zone))
        .order_by()
        .values_list("day")
        .annotate(leads=Count("*"))
    )
    found = dict(rows)
    return {day: found.get(day, 0) for day in (period.first + timedelta(days=n) for n in range(days))}
