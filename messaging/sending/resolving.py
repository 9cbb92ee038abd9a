"""Resolve: tries of which nobody knows what became are asked about, waited for, or given to a person.

LOOKUP: the provider is asked until it shows the message, or has not shown it three times over the settle time: then it
is absent and sent again. ECHO: its call-back is waited for. BLIND: nobody will ever tell. What stays unknown is
`unconfirmed`: never repeated but by a rule (`on_unknown`) or a person (messaging.sending.settle).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection

from core import events, mishaps, tenancy
from core.db.writing import write_many
from messaging import channels
from messaging.enums import AttemptState, Direction, OnUnknown, Status
from messaging.events import MessagesSettled
from messaging.letters import Answer, Letter, Outcome, SendClass
from messaging.models import Message, SendAttempt
from messaging.sending import rows
from messaging.sending.accepting import Taken, accept
from messaging.sending.letter import letter_of

_LOOKS = 3
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Question:
    """A try to be asked about, outside any transaction."""

    broker_id: int
    attempt_id: int
    provider: str
    letter: Letter
    begun_at: datetime


def next_look(now: datetime) -> datetime:
    """When an unknown try is looked at, or looked at again; the provider may need a moment to list what it has."""
    return now + settings.SEND_SETTLE / (_LOOKS + 1)


def due(*, now: datetime) -> list[Question]:
    """Tries to ask a provider about now; those nobody can be asked about are settled on the way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, attempt_id FROM messaging_unknown_due(%s, %s)", [now, _AT_ONCE])
        found = cursor.fetchall()
    asked = []
    for broker_id, attempt_id in found:
        with mishaps.logged("try_not_looked_at", broker=broker_id, attempt=attempt_id), tenancy.use(broker_id):
            question = _look_at(broker_id, attempt_id, now)
            asked += [question] if question is not None else []
    return asked


def answered(question: Question, answer: Answer, *, now: datetime) -> None:
    """What a provider said about a try: found, absent, or not to be reached."""
    with tenancy.use(question.broker_id):
        held = _hold(question.attempt_id)
        if held is None:
            return
        message, attempt = held
        if answer.outcome is Outcome.ACCEPTED:
            accept([Taken(message, attempt, answer.ref)], now=now)
            return
        if answer.outcome is Outcome.NOT_SENT:
            attempt.looks += 1
        settled_at = question.begun_at + settings.SEND_SETTLE
        if attempt.looks >= _LOOKS and now >= settled_at:
            _again(message, attempt, now)
        elif answer.outcome is not Outcome.NOT_SENT and now >= question.begun_at + settings.SEND_ECHO:
            _unconfirmed(message, attempt, now)
        else:
            attempt.look_at = next_look(now)
            write_many([attempt], rows.TRY)


def _look_at(broker_id: int, attempt_id: int, now: datetime) -> Question | None:
    held = _hold(attempt_id)
    if held is None:
        return None
    message, attempt = held
    begun_at = attempt.begun_at or attempt.claimed_at
    kind = channels.of(message.account.provider).send_class
    if kind is SendClass.LOOKUP:
        attempt.look_at = now + settings.SEND_LEASE  # nobody else asks meanwhile
        write_many([attempt], rows.TRY)
        letter = replace(letter_of(message), taken=_taken(message, begun_at))
        return Question(broker_id, attempt_id, message.account.provider, letter, begun_at)
    waited = now >= begun_at + settings.SEND_ECHO
    if kind is SendClass.ECHO and not waited:
        attempt.look_at = begun_at + settings.SEND_ECHO
        write_many([attempt], rows.TRY)
    elif message.on_unknown == OnUnknown.RESEND:
        _again(message, attempt, now)
    else:
        _unconfirmed(message, attempt, now)
    return None


def _taken(message: Message, begun_at: datetime) -> frozenset[str]:
    """What the provider calls other messages of that time: of the same text, they would be mistaken for this one."""
    others = Message.objects.filter(lead=message.lead_id, account=message.account_id, direction=Direction.OUT)
    named = others.exclude(pk=message.pk).exclude(provider_ref="").filter(sent_at__gte=begun_at - timedelta(minutes=1))
    return frozenset(named.values_list("provider_ref", flat=True))


def _hold(attempt_id: int) -> tuple[Message, SendAttempt] | None:
    """The message and the try, locked, while both are unknown; a try others have overtaken is closed."""
    known = SendAttempt.objects.filter(pk=attempt_id).values_list("message_id", flat=True).first()
    if known is None:
        return None
    message = next(iter(rows.hold([known], letters=True)), None)
    attempt = SendAttempt.objects.select_for_update().filter(pk=attempt_id, state=AttemptState.UNKNOWN).first()
    if message is None or attempt is None:
        return None
    if message.status != Status.UNKNOWN or message.attempt != attempt.key:
        attempt.look_at = None
        write_many([attempt], rows.TRY)
        return None
    return message, attempt


def _again(message: Message, attempt: SendAttempt, now: datetime) -> None:
    """It is not there: send it again, behind the gate like any other, unless it is too late for that."""
    attempt.state, attempt.ended_at, attempt.look_at = AttemptState.ABSENT, now, None
    message.status, message.not_before, message.error_code = Status.QUEUED, now, ""
    write_many([attempt], rows.TRY)
    write_many([message], rows.MESSAGE)


def _unconfirmed(message: Message, attempt: SendAttempt, now: datetime) -> None:
    attempt.look_at = None
    message.status, message.settled_at = Status.UNCONFIRMED, now
    write_many([attempt], rows.TRY)
    write_many([message], rows.MESSAGE)
    events.publish(MessagesSettled([message], now))
