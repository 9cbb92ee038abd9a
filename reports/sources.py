"""What the leads of each source became: those that came in the range, as they stand now."""

from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, Sum

from appointments.enums import AppointmentStatus
from appointments.models import Appointment
from crm.enums import InteractionKind, LeadStatus, Stage
from crm.models import Interaction, LeadQuerySet
from reports.periods import Period

CONTACTED = Q(last_contact_at__isnull=False)
"""There was two-way contact."""
WON = Q(stage=Stage.GANADO) | Q(status=LeadStatus.CONVERTED)
"""Bought, rented or sold, and is not back in the pipeline."""


@dataclass(slots=True)
class SourceFigures:
    """Leads of a source ("" for none), how many were contacted, came to a visit, were won; their budgets by unit."""

    source: str
    leads: int = 0
    contacted: int = 0
    visited: int = 0
    won: int = 0
    values: dict[str, Decimal] = field(default_factory=dict)


def visited() -> Q:
    """The leads that came to a visit, or met in another way that was agreed."""
    kept = Appointment.objects.filter(lead=OuterRef("pk"), status=AppointmentStatus.COMPLETED)
    told = Interaction.objects.filter(lead=OuterRef("pk"), kind=InteractionKind.VISIT_KEPT)
    return Q(Exists(kept)) | Q(Exists(told))


def read(leads: LeadQuerySet, period: Period) -> list[SourceFigures]:
    """The sources of the leads that came in the range, the largest first; one statement."""
    rows = (
        leads.filter(period.holds("created_at"))
        .annotate(was_visited=visited())
        .order_by()
        .values_list("source", "budget_unit")
        .annotate(
            leads=Count("*"),
            contacted=Count("pk", filter=CONTACTED),
            visits=Count("pk", filter=Q(was_visited=True)),
            won=Count("pk", filter=WON),
            value=Sum("budget_amount"),
        )
    )
    found: dict[str, SourceFigures] = {}
    for source, unit, total, contacted, visits, won, value in rows:
        row = found.setdefault(source, SourceFigures(source))
        row.leads += total
        row.contacted += contacted
        row.visited += visits
        row.won += won
        if unit and value is not None:
            row.values[unit] = value
    return sorted(found.values(), key=lambda row: (-row.leads, row.source))
