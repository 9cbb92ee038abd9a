"""What is said about an address: a chat shut us out, a mailbox does not exist, somebody calls it spam."""

from datetime import datetime

from core import audit
from crm import consent, interactions, leads
from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState, InteractionKind
from crm.interactions import Contact
from crm.models import Lead
from messaging.enums import SuppressionKind, SuppressionSource
from messaging.inbound import people
from messaging.inbound.hearing import actor
from messaging.inbound.news import Complaint, Door, Returned
from messaging.models import ChannelAccount, ChannelIdentity, Suppression
from messaging.sending import told

_BOTH = (ConsentPurpose.MARKETING, ConsentPurpose.TRANSACTIONAL)
_SOURCES = {Complaint.BOUNCED: SuppressionSource.BOUNCE, Complaint.SPAM: SuppressionSource.COMPLAINT}


def shut_or_open(account: ChannelAccount, door: Door, *, now: datetime) -> None:
    """Who blocks the bot wants nothing by this channel; who lets it in again wants answers, and no advertising."""
    lead = people.known_as(account, door.address)
    if lead is None:
        return
    identity = ChannelIdentity.objects.get(account=account, address=door.address)
    if door.is_open == (identity.blocked_at is None):
        return
    identity.blocked_at = None if door.is_open else now
    identity.save(update_fields=["blocked_at"])
    state = ConsentState.GRANTED if door.is_open else ConsentState.REVOKED
    basis = ConsentBasis.REQUEST if door.is_open else ConsentBasis.NONE
    consent.record(
        lead,
        state,
        Ground(basis, ConsentSource.CHAT, proof={"account": account.name}),
        by=actor(account),
        at=now,
        purposes=(ConsentPurpose.TRANSACTIONAL,) if door.is_open else _BOTH,
        channel=Channel(account.channel),
    )


def came_back(account: ChannelAccount, returned: Returned, *, now: datetime) -> None:
    """Note it of the message, where it was ours; then of the address, and of every lead that has it."""
    if returned.report is not None:
        told.apply(returned.report, account, now=now)
    is_news = _suppress(account, returned, now)
    for lead_id in people.of_address(returned.address):
        lead = leads.lock(lead_id)
        if returned.complaint is not Complaint.BOUNCED:
            _no_more(account, lead, returned, now)
        elif is_news and not lead.interactions.filter(kind=InteractionKind.BOUNCED, at=now).exists():
            contact = Contact(InteractionKind.BOUNCED, now, account.channel, note=returned.address)
            interactions.record(lead, contact, by=actor(account), now=now, quietly=True)


def _suppress(account: ChannelAccount, returned: Returned, now: datetime) -> bool:
    """Whether the address was not suppressed for this before."""
    source = _SOURCES.get(returned.complaint)
    if source is None or not returned.address:
        return False
    by = actor(account)
    with audit.by(by):
        _row, is_new = Suppression.objects.get_or_create(
            kind=SuppressionKind.EMAIL,
            value=returned.address.lower()[:254],
            source=source,
            registry="",
            defaults={"note": account.name[:200], "created_at": now, **by.columns()},
        )
    return is_new


def _no_more(account: ChannelAccount, lead: Lead, returned: Returned, now: datetime) -> None:
    """They want no advertising: the ledger says so, once."""
    if lead.opted_out_at is not None:
        return
    ground = Ground(
        ConsentBasis.NONE,
        ConsentSource.CHAT,
        proof={"account": account.name, "address": returned.address, "how": returned.complaint.value},
    )
    consent.record(lead, ConsentState.REVOKED, ground, by=actor(account), at=now)
