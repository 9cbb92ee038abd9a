"""Whether a lead can pay, told from what the person declared; missing data never rejects (docs/rules.md)."""

from collections.abc import Collection
from datetime import datetime

from core import audit
from core.actors import Actor
from crm import financial, rules, timeline
from crm.enums import DicomStatus, Qualification, TimelineKind
from crm.events import FactsChanged
from crm.financial import NOTHING, Declared
from crm.models import Lead, TimelineEntry
from crm.rules import Rules
from crm.rules.groups import Criteria


def qualify(declared: Declared, criteria: Criteria) -> Qualification:
    """The first row that fits. An amount of debt nobody told counts as none, but only a clean record qualifies."""
    income, debt = declared.monthly_income, declared.debt or 0
    if income is None or declared.dicom_status == DicomStatus.UNKNOWN:
        return Qualification.PENDIENTE
    if income < criteria.income_least or debt > criteria.debt_most:
        return Qualification.NO_CALIFICADO
    if income >= criteria.income_good and declared.dicom_status == DicomStatus.CLEAN and not debt:
        return Qualification.CALIFICADO
    return Qualification.POTENCIAL


def is_by_hand(lead: Lead) -> bool:
    """Whether a person set the qualification: then it holds until the declared profile changes."""
    return lead.qualified_by is None and lead.qualification != Qualification.PENDIENTE


def requalify(
    lead_ids: Collection[int],
    *,
    by: Actor,
    now: datetime,
    under: Rules | None = None,
    over_hand: bool = True,
    quietly: bool = False,
) -> int:
    """Qualify leads anew, and place their income in its band; returns how many changed. Constant statements.

    `over_hand` overrules what people set, because the profile it rested on is another. `quietly` leaves the history
    alone, for work over many leads.
    """
    if not lead_ids:
        return 0
    in_force = under or rules.in_force()
    with audit.by(by):
        held = Lead.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=lead_ids).order_by("pk")
        leads = [lead for lead in held if over_hand or not is_by_hand(lead)]
        declared = financial.read_many([lead.pk for lead in leads])
        changed = [lead for lead in leads if _differs(lead, declared.get(lead.pk, NOTHING), in_force)]
        told = [_tell(lead, declared.get(lead.pk, NOTHING), in_force, now) for lead in changed]
        Lead.objects.bulk_update(changed, _COLUMNS)
        if not quietly:
            timeline.record_all(filter(None, told))
    return len(changed)


def on_facts(event: FactsChanged) -> None:
    """Another declared profile, another qualification (a reaction)."""
    if event.profile:
        requalify(event.lead_ids, by=event.by, now=event.at, quietly=event.quietly)


_COLUMNS = ["qualification", "qualified_by", "income_band", "version", "updated_at"]


def _differs(lead: Lead, declared: Declared, under: Rules) -> bool:
    """Whether something is to be written; a version that tells the same is none."""
    new = (qualify(declared, under.criteria), under.band(declared.monthly_income))
    told = lead.qualified_by is not None
    return told != (declared != NOTHING) or new != (lead.qualification, lead.income_band)


def _tell(lead: Lead, declared: Declared, under: Rules, now: datetime) -> TimelineEntry | None:
    """Change the lead in memory; the line of its history when its qualification is another."""
    before, found = lead.qualification, qualify(declared, under.criteria)
    lead.qualification, lead.updated_at = found, now
    lead.qualified_by = None if declared == NOTHING else under.version
    lead.income_band = under.band(declared.monthly_income)
    if found == before:
        return None
    lead.version += 1
    told = {"changes": {"qualification": [before, found.value]}}
    return timeline.entry(lead, TimelineKind.EDIT, by=Actor.system(), at=now, data=told)
