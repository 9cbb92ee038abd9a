"""Told: what providers report by themselves about messages we gave them. Repeats and disorder change nothing."""

from datetime import datetime

from core import events
from core.db.writing import write_many
from messaging.enums import AttemptState, Status
from messaging.events import MessagesSettled
from messaging.letters import Report
from messaging.models import ChannelAccount, Message, SendAttempt
from messaging.sending import effects, postponing, rows
from messaging.sending.accepting import Taken, accept
from messaging.telling import tell

_RANK = {Status.SENT: 1, Status.DELIVERED: 2, Status.FAILED: 3, Status.READ: 4}
"""What outdoes what, in whatever order it is told: mail bounces after it was delivered, and who read it has it."""


def apply(report: Report, account: ChannelAccount, *, now: datetime) -> bool:
    """Bring a message of this account as far as a report says; False when it is about none of ours.

    The try is found by our key, which comes back, or else by the provider's name of the message.
    """
    found = _held(report, account)
    if found is None:
        return False
    message, attempt = found
    if _is_postponed(attempt) and report.status not in {Status.DELIVERED, Status.READ}:
        return True  # told before, or it was on its way once
    if report.status == Status.FAILED and message.attempt != attempt.key:
        return True  # another try has the message now
    accept([Taken(message, attempt, report.ref)], now=now)
    if report.status == Status.FAILED:
        _failed(message, attempt, report, now)
    else:
        _further(message, report, now)
    return True


def _held(report: Report, account: ChannelAccount) -> tuple[Message, SendAttempt] | None:
    tries = SendAttempt.objects.filter(message__account=account)
    known = tries.filter(key=report.attempt) if report.attempt else tries.filter(provider_ref=report.ref)
    message_id = known.values_list("message_id", flat=True).first()
    if message_id is None:
        return None
    held = rows.hold([message_id])
    attempt = known.select_for_update(of=("self",)).first()
    if not held or attempt is None:
        return None
    return held[0], attempt


def _is_postponed(attempt: SendAttempt) -> bool:
    """Whether the provider took it once, brought it nowhere, and it goes again on another day."""
    return attempt.state == AttemptState.REJECTED and bool(attempt.provider_ref)


def _further(message: Message, report: Report, now: datetime) -> None:
    """Delivered and read, never backwards: `read` may come first."""
    if message.provider_ref != report.ref:
        return
    before = message.status, message.delivered_at, message.read_at
    if report.status in {Status.DELIVERED, Status.READ}:
        message.delivered_at = min(filter(None, (message.delivered_at, report.at)))
    if report.status == Status.READ:
        message.read_at = min(filter(None, (message.read_at, report.at)))
    outdoes = _RANK[report.status] > _RANK.get(Status(message.status), 0)
    if outdoes:
        message.status, message.error_code = report.status, ""
    if before != (message.status, message.delivered_at, message.read_at):
        write_many([message], rows.MESSAGE)
    if outdoes:
        events.publish(MessagesSettled([message], now))


def _failed(message: Message, attempt: SendAttempt, report: Report, now: datetime) -> None:
    """The provider took it, or it could not tell us of it, and could not bring it there."""
    if _RANK.get(Status(message.status), 0) >= _RANK[Status.FAILED]:
        return
    if message.status == Status.DELIVERED and postponing.is_for_another_day(message, report.code):
        return  # whoever has it needs no other day
    attempt.error_code = message.error_code = report.code
    day = postponing.days([message], now=now).get(message.pk)
    if day is not None:
        _go_again(message, attempt, day, now)
        return
    message.status, message.settled_at = Status.FAILED, now
    write_many([attempt], rows.TRY)
    write_many([message], rows.MESSAGE)
    effects.of_rejection([message], now=now)
    events.publish(MessagesSettled([message], now))


def _go_again(message: Message, attempt: SendAttempt, day: datetime, now: datetime) -> None:
    """Nothing is settled, so nobody above is told; the open pages are."""
    attempt.state, attempt.ended_at = AttemptState.REJECTED, now
    postponing.put_off(message, day)
    write_many([attempt], rows.TRY)
    write_many([message], rows.MESSAGE)
    tell([message.lead])
