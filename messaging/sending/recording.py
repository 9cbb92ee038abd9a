"""Record: what came of tries, in one short transaction per brokerage. Whoever was told first, the end is the same."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings

from core import events, failpoints, mishaps, tenancy
from core.db.writing import write_many
from messaging.enums import ARRIVED, AttemptState, Status
from messaging.events import MessagesSettled
from messaging.letters import Answer, Outcome
from messaging.models import Message, SendAttempt
from messaging.sending import effects, meters, postponing, resolving, rows
from messaging.sending.accepting import Taken, accept
from messaging.sending.beginning import Begun
from messaging.sending.workers import jitter

_BACKOFF = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
"""After tries that provably left nothing behind."""
_DETAIL = 300


def record(results: Sequence[tuple[Begun, Answer]], *, now: datetime) -> None:
    """Store what came of letters, brokerage by brokerage."""
    for broker_id, theirs in tenancy.apart(results, lambda result: result[0].claim.broker_id).items():
        messages = [begun.claim.message_id for begun, _answer in theirs]
        # If not, their lease runs out, and what became of them is asked about like any other unknown end.
        with mishaps.logged("messages_not_recorded", messages=messages), tenancy.use(broker_id):
            _record(theirs, now)
        failpoints.reached("send.recorded")


def _record(results: Sequence[tuple[Begun, Answer]], now: datetime) -> None:
    answers = {begun.claim.attempt: answer for begun, answer in results}
    ids = [begun.claim.message_id for begun, _answer in results]
    held = {one.pk: one for one in rows.hold(ids)}
    tries = rows.tries(answers)
    pairs = [
        (held[each.message_id], each, answers[key])
        for key, each in tries.items()
        if each.message_id in held and each.state in {AttemptState.SENDING, AttemptState.UNKNOWN, AttemptState.ABSENT}
    ]
    accept([Taken(m, t, a.ref) for m, t, a in pairs if a.outcome is Outcome.ACCEPTED], now=now)
    apply([pair for pair in pairs if pair[2].outcome is not Outcome.ACCEPTED], now=now)
    _learn([(message.account_id, answer) for message, _try, answer in pairs], now)


def apply(pairs: Sequence[tuple[Message, SendAttempt, Answer]], *, now: datetime) -> None:
    """What follows of held tries that were not accepted. A try that is settled already says nothing new."""
    refused, later = [], []
    for message, attempt, answer in pairs:
        if attempt.state not in {AttemptState.SENDING, AttemptState.UNKNOWN}:
            continue
        _close(attempt, answer, now)
        if message.attempt != attempt.key or message.status in ARRIVED:
            continue  # others have brought it further
        message.lease_worker = message.lease_until = None
        message.error_code, message.error_detail = answer.code[:40], answer.detail[:_DETAIL]
        if answer.outcome is Outcome.UNKNOWN:
            message.status = Status.UNKNOWN
        elif answer.outcome is Outcome.REJECTED:
            refused.append(message)
        else:
            message.status, message.not_before = Status.QUEUED, now + _pause(message, answer)
            later.append(message)
    settled = _end(refused, later, now)
    write_many([attempt for _message, attempt, _answer in pairs], rows.TRY)
    write_many([message for message, _attempt, _answer in pairs], rows.MESSAGE)
    if settled:
        effects.of_rejection(settled, now=now)
        events.publish(MessagesSettled(settled, now))


def _end(refused: Sequence[Message], later: Sequence[Message], now: datetime) -> list[Message]:
    """Refused is failed, unless another day will do; returns what failed."""
    days = postponing.days([*refused, *later], now=now)
    for message in (*refused, *later):
        if message.pk in days:
            postponing.put_off(message, days[message.pk])
    failed = [message for message in refused if message.pk not in days]
    for message in failed:
        message.status, message.settled_at = Status.FAILED, now
    return failed


def _close(attempt: SendAttempt, answer: Answer, now: datetime) -> None:
    attempt.http_status, attempt.error_code, attempt.detail = answer.status, answer.code[:40], answer.detail[:_DETAIL]
    if answer.outcome is Outcome.UNKNOWN:
        attempt.state = AttemptState.UNKNOWN
        attempt.look_at = attempt.look_at or resolving.next_look(now)
        return
    attempt.state = AttemptState.REJECTED if answer.outcome is Outcome.REJECTED else AttemptState.ABSENT
    attempt.ended_at, attempt.look_at = now, None


def _pause(message: Message, answer: Answer) -> timedelta:
    if answer.wait is not None:
        return min(answer.wait, meters.LONGEST) * settings.SEND_PACE
    return _BACKOFF[min(message.attempts, len(_BACKOFF)) - 1] * jitter() * settings.SEND_PACE


def _learn(answers: Iterable[tuple[int, Answer]], now: datetime) -> None:
    """What the tries say of their accounts: asked for a pause, nobody there, or all well."""
    said: dict[int, list[Answer]] = defaultdict(list)
    for account_id, answer in answers:
        said[account_id].append(answer)
    for account_id in sorted(said):
        theirs = said[account_id]
        waits = [one.wait for one in theirs if one.outcome is Outcome.LATER and one.wait]
        silent = sum(one.outcome in {Outcome.NOT_SENT, Outcome.UNKNOWN} for one in theirs)
        if waits:
            meters.rest(account_id, wait=max(waits), now=now)
        if silent == len(theirs):
            meters.missed(account_id, calls=silent, now=now)
        else:
            meters.answered(account_id)
