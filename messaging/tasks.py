"""Celery tasks of messaging: wake-ups, which carry no facts and may be lost, late or doubled without harm."""

import structlog
from celery import shared_task
from django.utils import timezone

from core import slots

log = structlog.get_logger(__name__)


@shared_task(name="messaging.send_due", acks_late=False)
def send_due() -> None:
    """Send what is due now, whoever's it is: the engine would do it a moment later."""
    from messaging.sending.sender import Sender  # noqa: PLC0415 -- leaf

    sender = Sender(at_once=8)
    try:
        sender.look()
    finally:
        sender.close()


@shared_task(name="messaging.connect_account")
def connect_account(*, broker_id: int, account_id: int) -> None:
    """Ask a provider whether an account works."""
    from messaging import connecting  # noqa: PLC0415 -- leaf

    connecting.connect(broker_id, account_id, now=timezone.now())


@shared_task(name="messaging.apply_events", acks_late=False)
def apply_events() -> None:
    """Apply what providers told: the engine would do it a moment later."""
    from messaging.inbound import apply  # noqa: PLC0415 -- leaf

    while apply.apply_waiting(now=timezone.now()):
        pass


@shared_task(name="messaging.purge")
@slots.once_a_minute
def purge() -> None:
    """Away with what providers told, and with tries to send, that are over and old, brokerage by brokerage."""
    from accounts import brokerages  # noqa: PLC0415 -- leaf
    from messaging import retention  # noqa: PLC0415 -- leaf

    gone = brokerages.in_each(lambda: retention.purge(now=timezone.now()))
    log.info("sending_records_purged", count=gone)
