"""A person wrote: one transaction from the provider's words to everything that follows from them."""

from datetime import datetime

from django.db import connection, transaction

from core import audit, events, tenancy
from core.actors import Actor, ActorKind
from crm import interactions
from crm.enums import InteractionKind
from crm.interactions import Contact
from crm.models import Lead
from messaging import conversations, identities, opt_out
from messaging.enums import Direction, Status
from messaging.events import MessageReceived
from messaging.inbound import people
from messaging.inbound.news import Heard
from messaging.models import ChannelAccount, Message

LONGEST = 20_000
_EXCERPT = 300


def receive(account: ChannelAccount, heard: Heard, *, now: datetime) -> Message | None:
    """Take one message in; None when it was taken in before.

    What one address writes is taken in one after the other, so that two first messages are one lead. An opt-out counts
    before anything else that follows. Publishes MessageReceived last.
    """
    by = actor(account)
    with audit.by(by), transaction.atomic():
        _one_at_a_time(heard.address)
        if Message.objects.filter(account=account, direction=Direction.IN, provider_ref=heard.ref).exists():
            return None
        lead, is_new = _lead(account, heard, by, now)
        message = _store(account, lead, heard, by)
        if is_new:
            people.agree(lead, {"message": str(message.public_id)}, by=by, at=now)
        identities.know(lead, account, [heard.address, *heard.also], name=heard.name, now=now)
        is_over = opt_out.register(message, by=by, now=now)
        conversations.heard(message, now=now, waits=not is_over)
        contact = Contact(
            InteractionKind.MESSAGE_IN, heard.at, account.channel, note=_excerpt(heard), message=message.public_id
        )
        interactions.record(lead, contact, by=by, now=now)
        events.publish(MessageReceived(message, now))
    return message


def actor(account: ChannelAccount) -> Actor:
    """Who writes what an account brings in."""
    return Actor(ActorKind.WEBHOOK, None, account.name)


def _one_at_a_time(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s), %s)", [address, tenancy.current() % 2**31])


def _lead(account: ChannelAccount, heard: Heard, by: Actor, now: datetime) -> tuple[Lead, bool]:
    if heard.link and (bound := identities.bind(account, heard.link, heard.address, by=by, now=now)):
        return bound, False
    return people.whose(account, heard, by=by, now=now)


def _store(account: ChannelAccount, lead: Lead, heard: Heard, by: Actor) -> Message:
    return Message.objects.create(
        direction=Direction.IN,
        status=Status.RECEIVED,
        channel=account.channel,
        lead=lead,
        account=account,
        address=heard.address,
        is_reply=True,
        subject=heard.subject[:200],
        body=heard.text[:LONGEST],
        attachments=[dict(each) for each in heard.attachments],
        why=dict(heard.facts),
        provider_ref=heard.ref[:200],
        not_before=heard.at,
        created_at=heard.at,
        **by.columns(),
    )


def _excerpt(heard: Heard) -> str:
    """The beginning of what they wrote, for the lead's history."""
    text = " ".join(heard.text.split())
    return text if len(text) <= _EXCERPT else f"{text[: _EXCERPT - 1]}…"
