"""The same person twice: found when a lead is written."""

from collections.abc import Collection

from django.db.models import Q

from core import phones
from crm.models import Lead, LeadPhone


def holding(numbers: Collection[str]) -> dict[str, int]:
    """Lead ids by number, for E.164 numbers; matched on every way to write them, in one query."""
    wanted = {variant: number for number in numbers for variant in phones.variants(number)}
    found = LeadPhone.objects.filter(number__in=wanted).order_by("id").values_list("number", "lead_id")
    holders: dict[str, int] = {}
    for variant, lead_id in found:
        holders.setdefault(wanted[variant], lead_id)
    return holders


def similar(*, phone_e164: str = "", email: str = "", exclude_id: int = 0) -> list[Lead]:
    """Leads of the brokerage with the same phone or e-mail address, at most five, the same phone first."""
    same_phone = Q(pk__in=list(holding([phone_e164]).values())) if phone_e164 else Q(pk__in=[])
    same_email = Q(email=email.lower()) if email else Q(pk__in=[])
    found = Lead.objects.filter(same_phone | same_email).exclude(pk=exclude_id).order_by("created_at")[:5]
    return sorted(found, key=lambda lead: lead.phone_e164 != phone_e164)
