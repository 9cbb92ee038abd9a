"""Settle: what a person decides about a message nobody confirmed. Each leaves its line in the audit log."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from core import audit, events
from core.actors import Actor
from core.db.writing import write_many
from messaging.enums import AttemptState, Status
from messaging.events import MessagesSettled
from messaging.models import Message, SendAttempt
from messaging.sending import rows
from messaging.sending.accepting import Taken, accept


class Settled(ValueError):
    """Meanwhile it is no longer unconfirmed."""


def resend(message: Message, *, by: Actor, now: datetime) -> Message:
    """Send it once more, behind the gate; whether the first one arrived is the person's risk. Raises Settled."""
    with transaction.atomic():
        held, attempt = _hold(message)
        if attempt is not None:
            attempt.state, attempt.ended_at = AttemptState.ABSENT, now
            write_many([attempt], rows.TRY)
        held.status, held.not_before, held.settled_at = Status.QUEUED, now, None
        return _done(held, "message.resent", by, now)


def assume_sent(message: Message, *, by: Actor, now: datetime) -> Message:
    """Take it as sent; nothing leaves. Raises Settled."""
    with transaction.atomic():
        held, attempt = _hold(message)
        if attempt is not None:
            accept([Taken(held, attempt, f"assumed-{uuid4()}")], now=now)
        return _done(held, "message.assumed_sent", by, now)


def give_up(message: Message, *, by: Actor, now: datetime) -> Message:
    """Take it as not sent, and leave it at that. Raises Settled."""
    with transaction.atomic():
        held, attempt = _hold(message)
        if attempt is not None:
            attempt.state, attempt.ended_at = AttemptState.ABSENT, now
            write_many([attempt], rows.TRY)
        held.status, held.settled_at = Status.CANCELLED, now
        return _done(held, "message.given_up", by, now)


def _hold(message: Message) -> tuple[Message, SendAttempt | None]:
    held = rows.hold([message.pk], status=Status.UNCONFIRMED)
    if not held:
        raise Settled
    tries = rows.tries([held[0].attempt] if held[0].attempt else [])
    return held[0], next(iter(tries.values()), None)


def _done(message: Message, act: str, by: Actor, now: datetime) -> Message:
    write_many([message], rows.MESSAGE)
    audit.note(act, by=by, now=now, subject="messaging.Message", data={"message": str(message.public_id)})
    events.publish(MessagesSettled([message], now))
    return message
