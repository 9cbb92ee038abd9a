"""What a lead knows of its meetings: when the next one begins, which counts as its next step."""

from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from appointments.enums import OPEN
from appointments.models import Appointment
from crm.events import LeadsMerged, LeadsParted
from crm.models import Lead


def refresh_next(lead_ids: Collection[int]) -> None:
    """Tell leads anew when the first of their agreed meetings begins; one that is past and not yet closed counts."""
    agreed = Appointment.objects.filter(lead=OuterRef("pk"), status__in=OPEN).order_by("starts_at")
    Lead.everything.filter(pk__in=lead_ids).update(next_visit_at=Subquery(agreed.values("starts_at")[:1]))


def on_rows_moved(event: LeadsMerged | LeadsParted) -> None:
    """Meetings went from one lead to another (a reaction)."""
    refresh_next(event.lead_ids)
