"""Resolve: tries of which nobody knows what became are asked about, waited for, or given to a person.

LOOKUP: the provider is asked until it shows the message, or has not shown it three times over the settle time: then it
is absent and sent again. ECHO: its call-back is waited for. BLIND: nobody will ever tell. What stays unknown is
`unconfirmed`: never repeated but by a rule (`on_unknown`) or a person (messaging.sending.settle).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import NamedTuple, TypeAlias

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
_NEAR = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Question:
    """A try to be asked about, outside any transaction."""

    broker_id: int
    attempt_id: int
    provider: str
    letter: Letter
    begun_at: datetime


class Named(NamedTuple):
    """What its provider calls a message, and of which one may be speaking."""

    pk: int
    lead_id: int | None
    account_id: int
    provider_ref: str
    sent_at: datetime


Pair: TypeAlias = tuple[Message, SendAttempt]


def next_look(now: datetime) -> datetime:
    """When an unknown try is looked at, or looked at again; the provider may need a moment to list what it has."""
    return now + settings.SEND_SETTLE / (_LOOKS + 1)


def due(*, now: datetime) -> list[Question]:
    """Tries to ask a provider about now; those nobody can be asked about are settled on the way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, attempt_id FROM messaging_unknown_due(%s, %s)", [now, _AT_ONCE])
        found = cursor.fetchall()
    asked: list[Question] = []
    for broker_id, theirs in tenancy.apart(found, itemgetter(0)).items():
        look = partial(_look_at, broker_id, now=now)
        asked += mishaps.together("try_not_looked_at", look, [key for _broker, key in theirs], named=int)
    return asked


def answered(said: Sequence[tuple[Question, Answer]], *, now: datetime) -> None:
    """What providers said about tries: found, absent, or not to be reached."""
    for broker_id, theirs in tenancy.apart(said, lambda one: one[0].broker_id).items():
        take_in = partial(_take_in, broker_id, now=now)
        mishaps.together("answer_not_taken_in", take_in, theirs, named=lambda one: one[0].attempt_id)


def _look_at(broker_id: int, attempt_ids: Sequence[int], *, now: datetime) -> list[Question]:
    with tenancy.use(broker_id):
        held = _hold(attempt_ids)
        asked = [pair for pair in held if _class_of(pair[0]) is SendClass.LOOKUP]
        names = _names_nearby(asked)
        questions = [_question(broker_id, message, attempt, names) for message, attempt in asked]
        for message, attempt in held:
            _wait_or_end(message, attempt, now)
        _store(held, now)
    return questions


def _take_in(broker_id: int, said: Sequence[tuple[Question, Answer]], *, now: datetime) -> list[Message]:
    answers = {question.attempt_id: (question, answer) for question, answer in said}
    with tenancy.use(broker_id):
        held = [(*pair, *answers[pair[1].pk]) for pair in _hold(list(answers))]
        found = [Taken(m, t, answer.ref) for m, t, _q, answer in held if answer.outcome is Outcome.ACCEPTED]
        accept(found, now=now)
        open_ = [one for one in held if one[3].outcome is not Outcome.ACCEPTED]
        for message, attempt, question, answer in open_:
            _weigh(message, attempt, question, answer, now)
        _store([(message, attempt) for message, attempt, _question, _answer in open_], now)
    return [message for message, *_rest in held]


def _hold(attempt_ids: Sequence[int]) -> list[Pair]:
    """The messages and the tries, locked, where both are unknown; a try others have overtaken is closed."""
    known = SendAttempt.objects.filter(pk__among=attempt_ids).values_list("message_id", flat=True)
    messages = {one.pk: one for one in rows.hold(list(known), letters=True)}
    tries = SendAttempt.objects.select_for_update().filter(pk__among=attempt_ids, state=AttemptState.UNKNOWN)
    held, overtaken = [], []
    for attempt in tries.order_by("pk"):
        message = messages.get(attempt.message_id)
        if message is None:
            continue
        if message.status == Status.UNKNOWN and message.attempt == attempt.key:
            held.append((message, attempt))
        else:
            attempt.look_at = None
            overtaken.append(attempt)
    write_many(overtaken, rows.TRY)
    return held


def _class_of(message: Message) -> SendClass:
    return channels.of(message.account.provider).send_class


def _begun(attempt: SendAttempt) -> datetime:
    return attempt.begun_at or attempt.claimed_at


def _question(broker_id: int, message: Message, attempt: SendAttempt, nearby: Sequence[Named]) -> Question:
    """Asked with what the provider calls others of that time: of the same text, they would be mistaken for this one."""
    begun_at, mine = _begun(attempt), (message.lead_id, message.account_id)
    others = (one for one in nearby if one.pk != message.pk and (one.lead_id, one.account_id) == mine)
    taken = frozenset(one.provider_ref for one in others if one.sent_at >= begun_at - _NEAR)
    letter = replace(letter_of(message), taken=taken)
    return Question(broker_id, attempt.pk, message.account.provider, letter, begun_at)


def _names_nearby(asked: Sequence[Pair]) -> list[Named]:
    """What the providers call messages to the same people about the time of these tries, and later."""
    if not asked:
        return []
    since = min(_begun(attempt) for _message, attempt in asked) - _NEAR
    theirs = Message.objects.filter(lead_id__among={message.lead_id for message, _attempt in asked})
    named = theirs.filter(direction=Direction.OUT, sent_at__gte=since).exclude(provider_ref="")
    return [Named(*row) for row in named.values_list(*Named._fields)]


def _wait_or_end(message: Message, attempt: SendAttempt, now: datetime) -> None:
    """The next look at a try of which somebody may yet tell; the end of one of which nobody will."""
    kind, echo = _class_of(message), _begun(attempt) + settings.SEND_ECHO
    if kind is SendClass.LOOKUP:
        attempt.look_at = now + settings.SEND_LEASE  # nobody else asks meanwhile
    elif kind is SendClass.ECHO and now < echo:
        attempt.look_at = echo
    elif message.on_unknown == OnUnknown.RESEND:
        _again(message, attempt, now)
    else:
        _give_up(message, attempt, now)


def _weigh(message: Message, attempt: SendAttempt, question: Question, answer: Answer, now: datetime) -> None:
    """Absent often enough: again. Nobody to be asked for long: given up. Otherwise it is asked about once more."""
    absent = answer.outcome is Outcome.NOT_SENT
    attempt.looks += absent
    if attempt.looks >= _LOOKS and now >= question.begun_at + settings.SEND_SETTLE:
        _again(message, attempt, now)
    elif not absent and now >= question.begun_at + settings.SEND_ECHO:
        _give_up(message, attempt, now)
    else:
        attempt.look_at = next_look(now)


def _again(message: Message, attempt: SendAttempt, now: datetime) -> None:
    """It is not there: send it again, behind the gate like any other, unless it is too late for that."""
    attempt.state, attempt.ended_at, attempt.look_at = AttemptState.ABSENT, now, None
    message.status, message.not_before, message.error_code = Status.QUEUED, now, ""


def _give_up(message: Message, attempt: SendAttempt, now: datetime) -> None:
    attempt.look_at = None
    message.status, message.settled_at = Status.UNCONFIRMED, now


def _store(held: Sequence[Pair], now: datetime) -> None:
    write_many([attempt for _message, attempt in held], rows.TRY)
    ended = [message for message, _attempt in held if message.status != Status.UNKNOWN]
    write_many(ended, rows.MESSAGE)
    given_up = [message for message in ended if message.status == Status.UNCONFIRMED]
    if given_up:
        events.publish(MessagesSettled(given_up, now))
