"""What follows when it is certain that a provider has a message: said once, whoever found out, and never taken back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import events
from core.actors import Actor, ActorKind
from core.db.writing import write_many
from crm import interactions
from crm.enums import InteractionKind
from crm.interactions import Contact
from crm.notices import excerpt
from messaging import conversations
from messaging.enums import ARRIVED, AnomalyKind, AttemptState, Status
from messaging.events import MessagesSettled
from messaging.models import Anomaly, Message, SendAttempt
from messaging.sending.rows import MESSAGE, TRY

_UNDER_WAY = frozenset({Status.CLAIMED, Status.SENDING, Status.UNKNOWN, Status.UNCONFIRMED})


@dataclass(frozen=True, slots=True)
class Taken:
    """A held message and the held try its provider accepted, under the provider's name of it."""

    message: Message
    attempt: SendAttempt
    ref: str


def accept(taken: Iterable[Taken], *, now: datetime) -> list[Message]:
    """Mark them sent; returns those of which it is news.

    Knowledge only grows: a message we had given up is sent all the same, and one that another try brought there twice
    stays as it is. Both should never happen and leave an Anomaly.
    """
    new, strange = [], []
    for each in taken:
        message, attempt = each.message, each.attempt
        if attempt.state == AttemptState.ACCEPTED:
            continue
        if message.status in ARRIVED:
            strange.append(_anomaly(AnomalyKind.SECOND_ACCEPTANCE, each, now))
            continue
        if message.status not in _UNDER_WAY or message.attempt != attempt.key:
            strange.append(_anomaly(AnomalyKind.LATE_ACCEPTANCE, each, now))
        attempt.state, attempt.ended_at, attempt.provider_ref = AttemptState.ACCEPTED, now, each.ref
        message.status, message.provider_ref, message.attempt = Status.SENT, each.ref, attempt.key
        message.sent_at = message.settled_at = now
        message.error_code = message.error_detail = ""
        message.lease_worker = message.lease_until = None
        new.append(each)
    Anomaly.objects.bulk_create(strange)
    write_many([each.attempt for each in new], TRY)
    write_many([each.message for each in new], MESSAGE)
    sent = [each.message for each in new]
    if sent:
        _tell(sent, now)
    return sent


def _anomaly(kind: AnomalyKind, taken: Taken, now: datetime) -> Anomaly:
    detail = {"attempt": str(taken.attempt.key), "ref": taken.ref, "status": taken.message.status}
    return Anomaly(kind=kind, at=now, message=taken.message, detail=detail)


def _tell(sent: Sequence[Message], now: datetime) -> None:
    """The lead's contacts, the conversation, and whoever else wants to know. A lead in the bin is told of nowhere."""
    by_actor: dict[Actor, list[Message]] = defaultdict(list)
    known = _told_before(sent)
    said = [message for message in sent if not message.is_trial and message.pk not in known]
    for message in said:
        if message.lead.deleted_at is None:
            by_actor[Actor(ActorKind(message.by_kind), message.by_user_id, message.by_label)].append(message)
    for actor, theirs in by_actor.items():
        contacts = [(one.lead, _contact(one, now)) for one in theirs]
        interactions.record_many(contacts, by=actor, now=now, quietly=True)
    conversations.said(said, now=now)
    events.publish(MessagesSettled(sent, now))


def _told_before(sent: Sequence[Message]) -> set[int]:
    """Those an earlier try of which was taken too, brought nowhere and postponed: that is one contact."""
    again = [message.pk for message in sent if message.attempts > 1]
    taken = SendAttempt.objects.filter(message__in=again, state=AttemptState.REJECTED).exclude(provider_ref="")
    return set(taken.values_list("message_id", flat=True)) if again else set()


def _contact(message: Message, now: datetime) -> Contact:
    text = excerpt(message.body or message.subject)
    return Contact(InteractionKind.MESSAGE_OUT, now, message.channel, note=text, message=message.public_id)
