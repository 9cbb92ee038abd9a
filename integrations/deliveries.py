"""Deliveries: claimed under a lease, sent outside any transaction, recorded; tried again until they are not.

    pending → (claim) → wire.post → record → delivered | pending, later | failed
                 ↑ a lease that runs out frees the delivery: it is sent again, with the same id

At least once: a sender that dies between the receiver's answer and the record makes it twice. No order is promised.
"""

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from core import tenancy
from core.actors import Actor
from integrations import endpoints, signing
from integrations.enums import DeliveryState, OffReason
from integrations.models import WebhookDelivery, WebhookEndpoint
from integrations.wire import Answer

LEASE = timedelta(seconds=30)
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=6),
    timedelta(hours=12),
    timedelta(hours=24),
)
"""Between the attempts; each is stretched by up to a tenth, so that receivers that come back are not run over."""
ATTEMPTS = len(WAITS) + 1
KEPT = timedelta(days=30)
QUICK_MS = 1000
_PURGE_AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Attempt:
    """A claimed delivery: all that sending it needs, and by what its record finds it again."""

    broker_id: int
    delivery_id: int
    endpoint_id: int
    number: int
    url: str
    body: bytes
    headers: dict[str, str]


def due(*, now: datetime, most: int) -> list[tuple[int, int]]:
    """(brokerage, delivery) of what may be sent now, of every brokerage: ids only, few of each endpoint."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, delivery_id FROM integrations_due_deliveries(%s, %s)", [now, most])
        return [(broker_id, delivery_id) for broker_id, delivery_id in cursor.fetchall()]


def due_here(*, now: datetime, most: int) -> list[int]:
    """What may be sent now by a worker: deliveries of the brokerage in force to endpoints that answer quickly."""
    quick = _free(now).filter(endpoint__is_active=True, endpoint__quick=True)
    return list(quick.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:most])


def claim(delivery_id: int, *, now: datetime) -> Attempt | None:
    """Take a delivery's lease inside its open brokerage; None when it is over, not due, or another's."""
    held = (
        _free(now)
        .select_for_update(of=("self",), skip_locked=True)
        .select_related("endpoint")
        .filter(pk=delivery_id, endpoint__is_active=True)
        .first()
    )
    if held is None:
        return None
    held.attempts, held.lease_until = held.attempts + 1, now + LEASE
    held.save(update_fields=["attempts", "lease_until"])
    body = json.dumps(held.payload, ensure_ascii=False, separators=(",", ":")).encode()
    keys = endpoints.secrets_of(held.endpoint, now=now)
    signed = signing.headers(keys, message_id=str(held.event_id), timestamp=int(now.timestamp()), body=body)
    about = {"Content-Type": "application/json", "User-Agent": "Corredor-Webhooks/1", "webhook-event": held.event}
    return Attempt(
        tenancy.current(), held.pk, held.endpoint_id, held.attempts, held.endpoint.url, body, {**about, **signed}
    )


def record(attempt: Attempt, answer: Answer, *, now: datetime) -> None:
    """Store what came of an attempt, in a transaction of its own; a lease lost meanwhile makes it another's to tell."""
    with tenancy.use(attempt.broker_id):
        gone = answer.status == HTTPStatus.GONE
        last = attempt.number >= ATTEMPTS
        fate: dict[str, Any]
        if answer.is_good:
            fate = {"state": DeliveryState.DELIVERED}
        elif gone or last:
            fate = {"state": DeliveryState.FAILED}
        else:
            fate = {"next_attempt_at": now + _wait(attempt.number)}
        mine = WebhookDelivery.objects.filter(
            pk=attempt.delivery_id, attempts=attempt.number, state=DeliveryState.PENDING
        )
        if mine.update(**fate, **_told(answer, now)):
            _judge(attempt, answer, gone=gone, last=last, now=now)


def postpone(delivery_id: int, *, now: datetime) -> None:
    """Leave a delivery alone for the longest wait: something is wrong at our end that no attempt will mend."""
    WebhookDelivery.objects.filter(pk=delivery_id).update(next_attempt_at=now + WAITS[-1])


def retry(delivery: WebhookDelivery, *, now: datetime) -> bool:
    """Send once more, at once, whatever came of it before; False while it is being sent."""
    free = WebhookDelivery.objects.filter(Q(lease_until=None) | Q(lease_until__lt=now), pk=delivery.pk)
    return bool(free.update(state=DeliveryState.PENDING, next_attempt_at=now, lease_until=None))


def forget(subjects: Iterable[UUID]) -> int:
    """Away with what was sent, or is still to be sent, about these leads (their public ids): a person's erasure."""
    return WebhookDelivery.objects.filter(subject__in=list(subjects)).delete()[0]


def purge(*, now: datetime) -> int:
    """Away with the brokerage's deliveries older than KEPT, in batches; returns how many."""
    old = WebhookDelivery.objects.filter(created_at__lt=now - KEPT)
    batch = old.order_by("created_at").values("pk")[:_PURGE_AT_ONCE]
    return WebhookDelivery.objects.filter(pk__in=batch).delete()[0]


def _free(now: datetime) -> QuerySet[WebhookDelivery]:
    unheld = Q(lease_until=None) | Q(lease_until__lt=now)
    return WebhookDelivery.objects.filter(unheld, state=DeliveryState.PENDING, next_attempt_at__lte=now)


def _told(answer: Answer, now: datetime) -> dict[str, Any]:
    return {
        "lease_until": None,
        "last_attempt_at": now,
        "last_status": answer.status,
        "last_ms": answer.ms,
        "last_failure": answer.failure or "",
        "last_response": answer.text,
    }


def _judge(attempt: Attempt, answer: Answer, *, gone: bool, last: bool, now: datetime) -> None:
    """What an attempt says of its endpoint: failures in a row, quick or not, to be left alone."""
    endpoint = WebhookEndpoint.objects.filter(pk=attempt.endpoint_id)
    if answer.is_good:
        quick = answer.ms <= QUICK_MS
        endpoint.exclude(failures=0, quick=quick).update(failures=0, quick=quick)  # mostly nothing to write
        return
    endpoint.update(failures=F("failures") + 1, quick=False)
    given_up = last and endpoint.filter(failures__gte=ATTEMPTS).exists()
    if gone or given_up:
        reason = OffReason.GONE if gone else OffReason.FAILING
        endpoints.switch_off(attempt.endpoint_id, reason=reason, by=Actor.system(), now=now)


def _wait(number: int) -> timedelta:
    return WAITS[number - 1] * (1 + secrets.randbelow(100) / 1000)
