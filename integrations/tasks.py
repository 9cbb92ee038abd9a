"""Celery tasks of integrations."""

import structlog
from celery import shared_task
from django.utils import timezone

from core import slots

log = structlog.get_logger(__name__)

AT_ONCE = 20


@shared_task(name="integrations.send_due")
def send_due(*, broker_id: int) -> None:
    """Send at once what quick endpoints are owed; the rest is the engine's, which would do all of it a moment later."""
    from core import tenancy  # noqa: PLC0415 -- leaf
    from integrations import deliveries, sender, wire  # noqa: PLC0415 -- leaf

    with tenancy.use(broker_id):
        waiting = deliveries.due_here(now=timezone.now(), most=AT_ONCE)
    for delivery_id in waiting:
        attempt = sender.take(broker_id, delivery_id)
        if attempt is None:
            continue
        answer = wire.post(attempt.url, attempt.body, attempt.headers)
        deliveries.record(attempt, answer, now=timezone.now())
        if not answer.is_good or answer.ms > deliveries.QUICK_MS:
            return  # not so quick today: a worker has better things to do than to wait


@shared_task(name="integrations.purge")
@slots.once_a_minute
def purge() -> None:
    """Away with deliveries that are a month old."""
    from accounts import brokerages  # noqa: PLC0415 -- leaf
    from integrations import deliveries  # noqa: PLC0415 -- leaf

    gone = brokerages.in_each(lambda: deliveries.purge(now=timezone.now()))
    log.info("webhook_deliveries_purged", count=gone)
