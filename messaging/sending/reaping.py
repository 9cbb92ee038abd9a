"""Reap: free what dead workers hold. A lease that ran out is a reason to look, the lost lock is the proof."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import structlog
from django.db import connection

from core import events, mishaps, tenancy
from core.db.writing import write_many
from messaging.enums import HELD, AnomalyKind, AttemptState, Status
from messaging.events import MessagesSettled
from messaging.models import Anomaly, Message, SendAttempt
from messaging.sending import resolving, rows, workers
from messaging.sending.workers import Worker

log = structlog.get_logger(__name__)

CRASHES = 5
"""So many workers may die of one message."""
_AT_ONCE = 200


def reap(*, now: datetime, mine: Worker | None = None, in_flight: Collection[UUID] = ()) -> int:
    """Look at leases that ran out, of all brokerages; returns how many messages were freed.

    `mine` is the worker of this session; of what it claimed and did not begin, only the tries `in_flight` are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, message_id, attempt, worker FROM messaging_leases_over(%s)", [_AT_ONCE])
        over = cursor.fetchall()
    own = mine.id if mine is not None and mine.is_alive() else None
    return sum(
        _free_alone(broker_id, message_id, attempt, worker, now, own=worker == own)
        for broker_id, message_id, attempt, worker in over
        if attempt not in in_flight
    )


def _free_alone(broker_id: int, message_id: int, attempt: UUID, worker: UUID, now: datetime, *, own: bool) -> bool:
    """Free one; when that cannot be done for a fault of ours, it holds up no other and nothing that is to be sent."""
    with mishaps.logged("message_not_freed", broker=broker_id, message=message_id):
        return _free(broker_id, message_id, attempt, worker, now, own=own)
    return False


def _free(broker_id: int, message_id: int, attempt: UUID, worker: UUID, now: datetime, *, own: bool) -> bool:
    with tenancy.use(broker_id):
        if not own and not workers.is_dead(worker):
            log.warning("sender_is_slow", worker=str(worker), message=message_id)  # it lives: nobody may take over
            return False
        held = rows.hold([message_id], status__in=HELD, lease_worker=worker, attempt=attempt)
        tries = rows.tries([attempt])
        for message in held:
            _give_back(message, tries[attempt], now)
    return bool(held)


def _give_back(message: Message, attempt: SendAttempt, now: datetime) -> None:
    """Not begun: it provably never left. Begun: nobody knows, and it is asked about."""
    message.lease_worker = message.lease_until = None
    attempt.detail = "reaped"
    if attempt.state == AttemptState.SENDING:
        message.status, attempt.state, attempt.look_at = Status.UNKNOWN, AttemptState.UNKNOWN, resolving.next_look(now)
    elif _has_crashed_too_often(message):
        message.status, message.error_code, message.settled_at = Status.FAILED, "crashes_sender", now
        attempt.state, attempt.ended_at = AttemptState.ABSENT, now
        Anomaly.objects.create(kind=AnomalyKind.CRASHING, at=now, message=message)
    else:
        message.status, message.not_before = Status.QUEUED, now
        attempt.state, attempt.ended_at = AttemptState.ABSENT, now
    write_many([attempt], rows.TRY)
    write_many([message], rows.MESSAGE)
    if message.status == Status.FAILED:
        events.publish(MessagesSettled([message], now))


def _has_crashed_too_often(message: Message) -> bool:
    return SendAttempt.objects.filter(message=message, detail="reaped").count() + 1 >= CRASHES
