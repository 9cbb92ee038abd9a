"""Celery tasks of accounts."""

import structlog
from celery import shared_task
from django.utils import timezone

from core import slots

log = structlog.get_logger(__name__)


@shared_task(name="accounts.purge")
@slots.once_a_minute
def purge() -> None:
    """Away with sessions, failed logins and invitations that are over."""
    from accounts import retention  # noqa: PLC0415 -- leaf

    log.info("accounts_purged", **retention.purge(now=timezone.now()))


@shared_task(name="accounts.purge_answers")
@slots.once_a_minute
def purge_answers() -> None:
    """Away with the answers kept for an Idempotency-Key, a day after they were given."""
    from accounts import retention  # noqa: PLC0415 -- leaf

    log.info("answers_purged", answers=retention.purge_answers(now=timezone.now()))
