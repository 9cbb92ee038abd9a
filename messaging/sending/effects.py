"""What a refusal means besides: an address that is no good, a person who wants no more, an account in trouble."""

from collections.abc import Callable, Iterable
from datetime import datetime

from core.actors import Actor
from crm import consent, interactions
from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentSource, ConsentState, InteractionKind
from crm.interactions import Contact
from messaging import accounts, faults
from messaging.faults import Effect
from messaging.models import Message


def of_rejection(messages: Iterable[Message], *, now: datetime) -> None:
    """Do what the codes of these refused messages ask for; most ask for nothing."""
    for message in messages:
        effect = faults.of(message.account.provider, message.error_code).effect
        about_the_lead = message.lead.deleted_at is None and not message.is_trial
        if effect in _ACTS and (about_the_lead or effect is Effect.PAUSE_ACCOUNT):
            _ACTS[effect](message, now)


def _bounced(message: Message, now: datetime) -> None:
    contact = Contact(InteractionKind.BOUNCED, now, message.channel, note=message.address)
    interactions.record(message.lead, contact, by=Actor.system(message.account.name), now=now, quietly=True)


def _opted_out(message: Message, now: datetime) -> None:
    """Blocking a bot says no to that bot; what a carrier or a mail provider reports says no to the brokerage."""
    only = Channel.TELEGRAM if message.channel == Channel.TELEGRAM else None
    ground = Ground(
        ConsentBasis.NONE, ConsentSource.CHAT, proof={"message": str(message.public_id), "code": message.error_code}
    )
    consent.record(
        message.lead, ConsentState.REVOKED, ground, by=Actor.system(message.account.name), at=now, channel=only
    )


def _pause(message: Message, now: datetime) -> None:
    """The account cannot send at all: nothing more is tried until a person has looked."""
    because = str(faults.of(message.account.provider, message.error_code).sentence)
    if message.account.paused_at is None:
        accounts.pause(message.account, because=because, by=Actor.system(message.account.name), now=now)


_ACTS: dict[Effect, Callable[[Message, datetime], None]] = {
    Effect.BAD_ADDRESS: _bounced,
    Effect.OPTED_OUT: _opted_out,
    Effect.PAUSE_ACCOUNT: _pause,
}
