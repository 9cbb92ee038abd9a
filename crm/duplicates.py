"""The same person twice: found when a lead is written."""

from collections.abc import Collection

from django.db.models import Q

from core import phones
from crm.models import Lead, LeadPhone


def holding(numbers: Collection[str]) -> dict[str, int]:
    """Lead ids by number, for E.164 numbers; matched on every way to write them, in one query.

    What lies in the bin holds no number.
    """
    wanted = {variant: number for number in numbers for variant in phones.variants(number)}
    living = LeadPhone.objects.filter(number__in=wanted, lead__deleted_at=None)
    found = living.order_by("id").values_list("number", "lead_id")
    holders: dict[str, int] = {}
    for variant, lead_id in found:
        holders.setdefault(wanted[variant], lead_id)
    return holders


def similar(*, phone_e164: str = "", email: str = "", exclude_id: int = 0) -> list[Lead]:
    """Leads of the brokerage with the same phone or e-mail address, at most five, the same phone first."""
    same_phone = Q(pk__in=list(holding([phone_e164]).values())) if phone_e164 else Q(pk__in=[])
    same_email = Q(email=email.lower()) if email else Q(pk__in=[])
    found = (
        Lead.objects.select_related("assigned_to")
        .filter(same_phone | same_email)
        .exclude(pk=exclude_id)
        .order_by("created_at")[:5]
    )
    return sorted(found, key=lambda lead: lead.phone_e164 != phone_e164)


def same_phone(cell: str, country: str, *, exclude_id: int | None = None) -> Lead | None:
    """The lead that already holds one of the numbers in a cell as people type it, its owner loaded."""
    numbers = [number.e164 for number in phones.parse(cell, country).numbers if number.e164]
    ids = {lead_id for lead_id in holding(numbers).values() if lead_id != exclude_id} if numbers else set()
    return Lead.objects.select_related("assigned_to").filter(pk__in=ids).order_by("id").first() if ids else None


def same_email(address: str, *, exclude_id: int | None = None) -> Lead | None:
    """The oldest lead with this e-mail address, its owner loaded."""
    if not address:
        return None
    found = Lead.objects.select_related("assigned_to").filter(email=address.lower())
    found = found.exclude(pk=exclude_id) if exclude_id else found
    return found.order_by("created_at", "id").first()
