"""Told: what providers report by themselves about messages we gave them. Repeats and disorder change nothing."""

from datetime import datetime

from core import events
from core.db.writing import write_many
from messaging.enums import AttemptState, Status
from messaging.events import MessagesSettled
from messaging.letters import Report
from messaging.models import ChannelAccount, Message, SendAttempt
from messaging.sending import effects, rows
from messaging.sending.accepting import Taken, accept

_RANK = {Status.SENT: 1, Status.DELIVERED: 2, Status.READ: 3}


def apply(report: Report, account: ChannelAccount, *, now: datetime) -> bool:
    """Bring a message of this account as far as a report says; False when it is about none of ours.

    The try is found by our key, which comes back, or else by the provider's name of the message.
    """
    found = _held(report, account)
    if found is None:
        return False
    message, attempt = found
    if report.status == Status.FAILED:
        _failed(message, attempt, report, now)
        return True
    accept([Taken(message, attempt, report.ref)], now=now)
    _further(message, report, now)
    return True


def _held(report: Report, account: ChannelAccount) -> tuple[Message, SendAttempt] | None:
    tries = SendAttempt.objects.filter(message__account=account)
    known = tries.filter(key=report.attempt) if report.attempt else tries.filter(provider_ref=report.ref)
    message_id = known.values_list("message_id", flat=True).first()
    if message_id is None:
        return None
    rows.hold_leads([message_id])
    held = rows.hold([message_id])
    attempt = known.select_for_update(of=("self",)).first()
    if not held or attempt is None:
        return None
    return held[0], attempt


def _further(message: Message, report: Report, now: datetime) -> None:
    """Delivered and read, never backwards: `read` may come first."""
    if _RANK.get(Status(message.status), 0) >= _RANK[report.status] or message.provider_ref != report.ref:
        return
    message.status, message.delivered_at = report.status, message.delivered_at or report.at
    if report.status == Status.READ:
        message.read_at = report.at
    write_many([message], rows.MESSAGE)
    events.publish(MessagesSettled([message], now))


def _failed(message: Message, attempt: SendAttempt, report: Report, now: datetime) -> None:
    """The provider took it and could not bring it there, or refused it before we heard so ourselves."""
    if message.status in {Status.READ, Status.FAILED} or message.attempt != attempt.key:
        return
    if attempt.state != AttemptState.ACCEPTED:
        attempt.state = AttemptState.REJECTED
    attempt.ended_at, attempt.error_code, attempt.look_at = now, report.code, None
    if message.status in {Status.QUEUED, Status.CLAIMED}:
        return  # it was told absent, and goes again by itself
    message.status, message.error_code, message.settled_at = Status.FAILED, report.code, now
    message.provider_ref = message.provider_ref or report.ref
    message.lease_worker = message.lease_until = None
    write_many([attempt], rows.TRY)
    write_many([message], rows.MESSAGE)
    effects.of_rejection([message], now=now)
    events.publish(MessagesSettled([message], now))
