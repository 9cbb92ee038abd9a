"""The financial profile: sealed at rest, opened only here."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from core import audit, crypto, events, tenancy
from core.actors import Actor
from crm import rules, timeline
from crm.enums import DicomStatus, TimelineKind
from crm.events import FactsChanged
from crm.models import FinancialProfile, Lead


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person said about their money, in their brokerage's currency; None is "not known"."""

    monthly_income: Decimal | None = None
    dicom_status: DicomStatus = DicomStatus.UNKNOWN
    debt: Decimal | None = None


NOTHING = Declared()


def read(lead: Lead) -> Declared:
    """What is declared for a lead; NOTHING when it never was. Raises crypto.Unreadable on a foreign or damaged seal."""
    return read_many([lead.pk]).get(lead.pk, NOTHING)


def read_many(lead_ids: Collection[int]) -> dict[int, Declared]:
    """What is declared for leads, by their ids, in one statement; those who declared nothing are missing."""
    profiles = FinancialProfile.objects.filter(lead_id__in=lead_ids).values_list("lead_id", "sealed")
    return {lead_id: _opened(lead_id, bytes(sealed)) for lead_id, sealed in profiles}


def declare(lead: Lead, declared: Declared) -> None:
    """Store what a person declared, replacing what stood there, and the band beside the lead (not saved here)."""
    lead.income_band = rules.in_force().band(declared.monthly_income)
    if declared == NOTHING:
        FinancialProfile.objects.filter(lead=lead).delete()
        return
    FinancialProfile.objects.update_or_create(lead=lead, defaults={"sealed": sealed(lead.pk, declared)})


def restate(lead: Lead, declared: Declared, *, by: Actor, now: datetime) -> None:
    """Change what a person declared, by hand; the timeline tells that it changed and not what."""
    if declared == read(lead):
        return
    with audit.by(by), transaction.atomic():
        declare(lead, declared)
        lead.save(update_fields=["income_band", "updated_at"])
        told = {"changes": {"financial_profile": [None, None]}}
        timeline.record(lead, TimelineKind.EDIT, by=by, at=now, data=told)
        events.publish(FactsChanged([lead.pk], by, now, profile=True))


def sealed(lead_id: int, declared: Declared) -> bytes:
    """The sealed bytes for a lead's row, for batches."""
    return crypto.seal(json.dumps(asdict(declared), default=str).encode(), bound_to=_binding(lead_id))


def _opened(lead_id: int, sealed: bytes) -> Declared:
    facts = json.loads(crypto.unseal(sealed, bound_to=_binding(lead_id)))
    return Declared(
        monthly_income=_decimal(facts["monthly_income"]),
        dicom_status=DicomStatus(facts["dicom_status"]),
        debt=_decimal(facts["debt"]),
    )


def _binding(lead_id: int) -> str:
    return f"{tenancy.current()}|crm_financialprofile|sealed|{lead_id}"


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
