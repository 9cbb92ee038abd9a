"""Celery tasks of messaging: wake-ups, which carry no facts and may be lost, late or doubled without harm."""

from celery import shared_task


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
    from django.utils import timezone  # noqa: PLC0415 -- leaf

    from messaging import connecting  # noqa: PLC0415 -- leaf

    connecting.connect(broker_id, account_id, now=timezone.now())


@shared_task(name="messaging.apply_events", acks_late=False)
def apply_events() -> None:
    """Apply what providers told: the engine would do it a moment later."""
    from django.utils import timezone  # noqa: PLC0415 -- leaf

    from messaging.inbound import apply  # noqa: PLC0415 -- leaf

    while apply.apply_waiting(now=timezone.now()):
        pass
