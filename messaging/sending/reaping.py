"""Reap: free what dead workers hold. A lease that ran out is a reason to look, the lost lock is the proof."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import partial
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

import structlog
from django.db import connection
from django.db.models import Count

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


class Lease(NamedTuple):
    """A lease that ran out."""

    broker_id: int
    message_id: int
    attempt: UUID
    worker: UUID


def reap(*, now: datetime, mine: Worker | None = None, in_flight: Collection[UUID] = ()) -> int:
    """Look at leases that ran out, of all brokerages; returns how many messages were freed.

    `mine` is the worker of this session; of what it claimed and did not begin, only the tries `in_flight` are kept.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, message_id, attempt, worker FROM messaging_leases_over(%s)", [_AT_ONCE])
        over = [Lease(*row) for row in cursor.fetchall()]
    own = mine.id if mine is not None and mine.is_alive() else None
    left = [lease for lease in over if lease.attempt not in in_flight]
    freed = 0
    for (broker_id, worker), theirs in tenancy.apart(left, lambda lease: (lease.broker_id, lease.worker)).items():
        free = partial(_free, broker_id, worker, now=now, own=worker == own)
        freed += len(mishaps.together("message_not_freed", free, theirs, named=attrgetter("message_id")))
    return freed


def _free(broker_id: int, worker: UUID, leases: Sequence[Lease], *, now: datetime, own: bool) -> list[Message]:
    tried = {lease.message_id: lease.attempt for lease in leases}
    with tenancy.use(broker_id):
        if not own and not workers.is_dead(worker):
            log.warning("sender_is_slow", worker=str(worker), messages=list(tried))  # it lives: nobody may take over
            return []
        messages = rows.hold(list(tried), status__in=HELD, lease_worker=worker)
        held = [message for message in messages if message.attempt == tried[message.pk]]
        tries = rows.tries(tried[message.pk] for message in held)
        if held:
            _give_back([(message, tries[tried[message.pk]]) for message in held], now)
    return held


def _give_back(held: Sequence[tuple[Message, SendAttempt]], now: datetime) -> None:
    """Not begun: it provably never left. Begun: nobody knows, and it is asked about."""
    deadly = _deadly([message.pk for message, _attempt in held])
    for message, attempt in held:
        message.lease_worker = message.lease_until = None
        attempt.detail = "reaped"
        if attempt.state == AttemptState.SENDING:
            message.status, attempt.state = Status.UNKNOWN, AttemptState.UNKNOWN
            attempt.look_at = resolving.next_look(now)
            continue
        attempt.state, attempt.ended_at = AttemptState.ABSENT, now
        if message.pk in deadly:
            message.status, message.error_code, message.settled_at = Status.FAILED, "crashes_sender", now
        else:
            message.status, message.not_before = Status.QUEUED, now
    write_many([attempt for _message, attempt in held], rows.TRY)
    write_many([message for message, _attempt in held], rows.MESSAGE)
    failed = [message for message, _attempt in held if message.status == Status.FAILED]
    if failed:
        Anomaly.objects.bulk_create(Anomaly(kind=AnomalyKind.CRASHING, at=now, message=one) for one in failed)
        events.publish(MessagesSettled(failed, now))


def _deadly(message_ids: Sequence[int]) -> set[int]:
    """Those of which another worker has died too often by now."""
    reaped = SendAttempt.objects.filter(message_id__among=message_ids, detail="reaped")
    counted = reaped.values("message_id").annotate(deaths=Count("pk")).filter(deaths__gte=CRASHES - 1)
    return set(counted.values_list("message_id", flat=True))
