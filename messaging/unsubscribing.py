"""The way out of e-mails: a signed link, good for one lead, with nothing stored."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from core.actors import Actor, ActorKind
from crm import consent
from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from crm.models import Erasure, Lead
from messaging.models import Message

_SALT = "messaging.unsubscribing"
GOOD_FOR = timedelta(days=730)
"""Longer than anybody keeps an e-mail they want to leave; the key that signs may change before that."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """Whom a link takes off, where it was sent to."""

    broker_id: int
    lead: UUID
    channel: str


def link_for(message: Message) -> str:
    """Where one click takes the person off; empty where that makes no sense: answers, and what is no e-mail."""
    if message.channel != Channel.EMAIL or message.is_reply:
        return ""
    return link(message.lead, Channel.EMAIL)


def link(lead: Lead, channel: Channel) -> str:
    """The link for a lead, for a text that names it."""
    token = signing.dumps([lead.broker_id, lead.public_id.hex, channel.value], salt=_SALT)
    return settings.PUBLIC_URL + reverse("messaging:unsubscribe", args=[token])


def read(token: str) -> Ticket | None:
    """What a link says; None of one that is forged, cut off or too old."""
    try:
        parts = signing.loads(token, salt=_SALT, max_age=GOOD_FOR)
        broker_id, lead, channel = parts
        return Ticket(int(broker_id), UUID(hex=lead), Channel(channel))
    except (signing.BadSignature, ValueError, TypeError):
        return None


def find(ticket: Ticket) -> Lead | None:
    """The lead of a link, inside its brokerage: also one in the bin, and the kept one of two that were merged."""
    lead = Lead.everything.select_related("merged_into").filter(public_id=ticket.lead).first()
    while lead is not None and lead.merged_into is not None:
        lead = lead.merged_into
    return lead


def leave(ticket: Ticket, *, proof: dict[str, str], now: datetime) -> None:
    """Take the person off: no promotions on any channel. A second click changes nothing, nor does one for nobody."""
    lead = find(ticket)
    if lead is None or Erasure.objects.filter(lead=lead).exists():
        return
    ledger = consent.states([lead.pk]).get(lead.pk, consent.EMPTY)
    if (
        lead.opted_out_at is not None
        and ledger.of(ConsentPurpose.MARKETING, ticket.channel).state == ConsentState.REVOKED
    ):
        return
    ground = Ground(ConsentBasis.NONE, ConsentSource.FORM, proof={**proof, "link": ticket.channel})
    consent.record(lead, ConsentState.REVOKED, ground, by=Actor(ActorKind.FORM), at=now)
