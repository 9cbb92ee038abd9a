"""What an import says about consent: the file's basis for each lead once, and the revocations its comments hold."""

from collections.abc import Collection
from datetime import datetime

from core.actors import Actor
from crm import consent, timeline
from crm.enums import ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, TimelineKind
from crm.imports.drafts import Terms
from crm.imports.entries import Entry
from crm.models import Consent, Lead, TimelineEntry


def granted(lead: Lead, entry: Entry, terms: Terms, *, by: Actor, at: datetime) -> Consent:
    """The file's basis for a lead; without one the ledger says that nothing is known."""
    state = ConsentState.UNKNOWN if terms.basis == ConsentBasis.NONE else ConsentState.GRANTED
    wording = terms.lead_import.consent_wording
    ground = consent.Ground(terms.basis, ConsentSource.IMPORT, wording, proof(entry, terms))
    return consent.entry(lead, state, ground, by=by, at=at)


def revoked(lead: Lead, entry: Entry, terms: Terms, *, by: Actor, at: datetime) -> tuple[Consent, TimelineEntry]:
    """The revocation a row holds, for the ledger and for the lead's stream; its words are the proof."""
    shown = proof(entry, terms) | {"phrase": entry.reading.opt_out_phrase}
    ground = consent.Ground(ConsentBasis.NONE, ConsentSource.IMPORT, proof=shown)
    told = shown | {"state": ConsentState.REVOKED.value, "basis": ConsentBasis.NONE.value}
    return (
        consent.entry(lead, ConsentState.REVOKED, ground, by=by, at=at),
        timeline.entry(lead, TimelineKind.CONSENT, by=by, at=at, data=told),
    )


def proof(entry: Entry, terms: Terms) -> dict[str, object]:
    """Where something came from: the import and the row."""
    return {"import": str(terms.lead_import.public_id), "row": entry.number}


def settled(lead_ids: Collection[int]) -> set[int]:
    """Those of the leads whose marketing consent is given or taken back already; a new file does not change that."""
    entries = Consent.objects.filter(lead_id__in=lead_ids, purpose=ConsentPurpose.MARKETING)
    return set(entries.exclude(state=ConsentState.UNKNOWN).values_list("lead_id", flat=True))
