"""The consent ledger: entries are added, never changed; the state at any moment can be told."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core import audit, events
from core.actors import Actor
from crm import timeline
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, TimelineKind
from crm.events import ConsentRevoked, FactsChanged
from crm.models import Consent, Lead


@dataclass(frozen=True, slots=True)
class Ground:
    """Why an entry is made: basis, source, the wording the person saw, and the proof."""

    basis: ConsentBasis
    source: ConsentSource
    wording: str = ""
    proof: dict[str, Any] = field(default_factory=dict)


def entry(
    lead: Lead,
    state: ConsentState,
    ground: Ground,
    *,
    by: Actor,
    at: datetime,
    purpose: ConsentPurpose = ConsentPurpose.MARKETING,
    channel: Channel | None = None,
) -> Consent:
    """An unsaved entry of the ledger; no channel stands for all of them."""
    return Consent(
        lead=lead,
        channel=channel or "",
        purpose=purpose,
        state=state,
        basis=ground.basis,
        source=ground.source,
        wording=ground.wording,
        proof=ground.proof,
        at=at,
        **by.columns(),
    )


def record(lead: Lead, state: ConsentState, ground: Ground, *, by: Actor, at: datetime) -> Consent:
    """Add one entry, for marketing on all channels, and tell the timeline; a revocation marks the lead."""
    with audit.by(by):
        stored = entry(lead, state, ground, by=by, at=at)
        stored.save(force_insert=True)
        lead.opted_out_at = at if state == ConsentState.REVOKED else None
        lead.save(update_fields=["opted_out_at", "updated_at"])
        timeline.record(lead, TimelineKind.CONSENT, by=by, at=at, data={"state": state, "basis": ground.basis})
        events.publish(FactsChanged([lead.pk], by, at, quietly=True))  # it weighs in the score and moves nobody
        if state == ConsentState.REVOKED:
            events.publish(ConsentRevoked(lead.pk, by, at))
    return stored


def state_at(lead: Lead, *, purpose: ConsentPurpose, channel: Channel, at: datetime) -> ConsentState:
    """What held for a purpose and channel at a moment: the last entry for that channel or for all of them."""
    last = (
        Consent.objects.filter(lead=lead, purpose=purpose, channel__in=["", channel], at__lte=at)
        .order_by("-at", "-id")
        .first()
    )
    return ConsentState(last.state) if last else ConsentState.UNKNOWN
