"""Leads left alone, by stage (crm.inactivity)."""

from datetime import datetime

from django.db.models import Count

from crm import inactivity
from crm.enums import Stage
from crm.models import LeadQuerySet


def read(leads: LeadQuerySet, *, days: int, now: datetime) -> dict[Stage, int]:
    """Inactive leads of every stage; one statement."""
    rows = leads.filter(inactivity.condition(days, now=now)).order_by().values_list("stage").annotate(leads=Count("*"))
    found = dict(rows)
    return {stage: found.get(stage.value, 0) for stage in Stage}
