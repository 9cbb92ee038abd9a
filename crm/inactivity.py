"""Leads left alone (docs/rules.md, Inactive)."""

from datetime import datetime, timedelta

from django.db.models import Q


def condition(days: int, *, now: datetime) -> Q:
    """The leads in their stage for so many days, and without two-way contact for as long."""
    since = now - timedelta(days=days)
    return (Q(last_contact_at=None) | Q(last_contact_at__lte=since)) & Q(stage_entered_at__lte=since)
