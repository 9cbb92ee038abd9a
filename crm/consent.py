"""The consent ledger: entries are added, never changed; the state at any moment can be told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

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


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one purpose on one channel: the entry that decides, or that there is none."""

    state: ConsentState = ConsentState.UNKNOWN
    basis: ConsentBasis = ConsentBasis.NONE
    at: datetime | None = None
    entry: UUID | None = None
    """The deciding entry's public id."""


NOTHING = Standing()


@dataclass(frozen=True, slots=True)
class Ledger:
    """A lead's ledger at one moment: the last entry for each purpose and channel, newest first; "" is all channels."""

    last: tuple[tuple[str, str, Standing], ...] = ()

    def of(self, purpose: str, channel: str) -> Standing:
        """What holds: the newest entry for that channel or for all of them."""
        return next((each for for_, on, each in self.last if for_ == purpose and on in {"", channel}), NOTHING)


EMPTY = Ledger()


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


def record(
    lead: Lead,
    state: ConsentState,
    ground: Ground,
    *,
    by: Actor,
    at: datetime,
    purposes: Sequence[ConsentPurpose] = (ConsentPurpose.MARKETING,),
    channel: Channel | None = None,
) -> Consent:
    """Add an entry for each purpose, on one channel or (without) on all, and tell the timeline once.

    The lead is held meanwhile, so that nothing is sent while somebody says no. `Lead.opted_out_at` says: no marketing
    on any channel. It is set by a revocation for all of them and lifted by any consent to marketing.
    """
    with audit.by(by), transaction.atomic():
        Lead.everything.select_for_update(of=("self",)).only("pk").get(pk=lead.pk)
        made = [entry(lead, state, ground, by=by, at=at, purpose=each, channel=channel) for each in purposes]
        Consent.objects.bulk_create(made)
        if ConsentPurpose.MARKETING in purposes:
            _mark(lead, state, channel, at)
        told = {"state": state, "basis": ground.basis, "channel": channel or "", "purposes": list(purposes)}
        timeline.record(lead, TimelineKind.CONSENT, by=by, at=at, data=told)
        events.publish(FactsChanged([lead.pk], by, at, quietly=True))  # it weighs in the score and moves nobody
        if state == ConsentState.REVOKED:
            events.publish(ConsentRevoked(lead.pk, by, at))
    return made[0]


def states(lead_ids: Iterable[int], *, at: datetime | None = None) -> dict[int, Ledger]:
    """The ledgers of many leads, now or at a past moment, in one statement; a lead without entries is not in it."""
    found = Consent.objects.filter(lead_id__among=set(lead_ids), **({"at__lte": at} if at else {}))
    rows = (
        found.order_by("lead_id", "purpose", "channel", "-at", "-id")
        .distinct("lead_id", "purpose", "channel")
        .values_list("lead_id", "purpose", "channel", "state", "basis", "at", "public_id", "id")
    )
    newest = sorted(rows, key=lambda row: (row[5], row[7]), reverse=True)
    kept: dict[int, list[tuple[str, str, Standing]]] = {}
    for lead_id, purpose, channel, state, basis, when, public_id, _id in newest:
        standing = Standing(ConsentState(state), ConsentBasis(basis), when, public_id)
        kept.setdefault(lead_id, []).append((purpose, channel, standing))
    return {lead_id: Ledger(tuple(last)) for lead_id, last in kept.items()}


def state_at(lead: Lead, *, purpose: ConsentPurpose, channel: Channel, at: datetime) -> ConsentState:
    """What held for a purpose and channel at a moment: the last entry for that channel or for all of them."""
    return states([lead.pk], at=at).get(lead.pk, EMPTY).of(purpose, channel).state


def _mark(lead: Lead, state: ConsentState, channel: Channel | None, at: datetime) -> None:
    """Keep the lead's own mark in step with the ledger."""
    if state == ConsentState.REVOKED and channel is not None:
        return  # one channel less is not "no more messages"
    lead.opted_out_at = at if state == ConsentState.REVOKED else None
    lead.save(update_fields=["opted_out_at", "updated_at"])
