"""The financial profile: sealed at rest, opened only here."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal

from django.db import transaction

from core import audit, crypto, events, tenancy
from core.actors import Actor
from crm import timeline
from crm.enums import DicomStatus, TimelineKind
from crm.events import FactsChanged
from crm.models import FinancialProfile, Lead

BANDS = (Decimal(500_000), Decimal(1_000_000), Decimal(2_000_000), Decimal(4_000_000))
"""Lower bounds of the income bands in the brokerage's currency, Chile's figures (docs/rules.md, Score)."""


@dataclass(frozen=True, slots=True)
class Declared:
    """What a person said about their money, in their brokerage's currency; None is "not known"."""

    monthly_income: Decimal | None = None
    dicom_status: DicomStatus = DicomStatus.UNKNOWN
    debt: Decimal | None = None

    @property
    def band(self) -> int | None:
        """The coarse income band (0–4) that the score may see; None without an income."""
        if self.monthly_income is None:
            return None
        return sum(self.monthly_income >= bound for bound in BANDS)


NOTHING = Declared()


def read(lead: Lead) -> Declared:
    """What is declared for a lead; NOTHING when it never was. Raises crypto.Unreadable on a foreign or damaged seal."""
    profile = FinancialProfile.objects.filter(lead=lead).first()
    if profile is None:
        return NOTHING
    facts = json.loads(crypto.unseal(bytes(profile.sealed), bound_to=_binding(lead.pk)))
    return Declared(
        monthly_income=_decimal(facts["monthly_income"]),
        dicom_status=DicomStatus(facts["dicom_status"]),
        debt=_decimal(facts["debt"]),
    )


def declare(lead: Lead, declared: Declared) -> None:
    """Store what a person declared, replacing what stood there, and the band beside the lead (not saved here)."""
    lead.income_band = declared.band
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


def _binding(lead_id: int) -> str:
    return f"{tenancy.current()}|crm_financialprofile|sealed|{lead_id}"


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)
