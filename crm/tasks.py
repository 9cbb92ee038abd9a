"""Celery tasks of the leads; importing this also registers the jobs they bring with them."""

import structlog
from celery import shared_task
from django.utils import timezone

from core import slots
from crm.imports import revert, runner
from crm.scoring import nightly

__all__ = ["nightly", "nightly_scores", "purge_files", "purge_notices", "remind", "revert", "runner"]
log = structlog.get_logger(__name__)


@shared_task(name="crm.nightly_scores")
@slots.once_a_minute
def nightly_scores() -> None:
    """A job for each brokerage that tells its scores anew: contacts fade from day to day."""
    log.info("nightly_scores", jobs=nightly.start_everywhere())


@shared_task(name="crm.remind")
@slots.once_a_minute
def remind() -> None:
    """Tell of reminders that are due."""
    from crm import reminders  # noqa: PLC0415 -- leaf

    if told := reminders.tell_due(now=timezone.now()):
        log.info("reminders_told", count=told)


@shared_task(name="crm.purge_notices")
@slots.once_a_minute
def purge_notices() -> None:
    """Away with notices that were read long ago, brokerage by brokerage."""
    from accounts.models import Broker  # noqa: PLC0415 -- leaf
    from core import tenancy  # noqa: PLC0415 -- leaf
    from crm import notices  # noqa: PLC0415 -- leaf

    for broker_id in Broker.objects.order_by("pk").values_list("pk", flat=True):
        with tenancy.use(broker_id):
            notices.purge(now=timezone.now())


@shared_task(name="crm.purge_files")
@slots.once_a_minute
def purge_files() -> None:
    """Away with spreadsheets taken in long ago and files that expired, brokerage by brokerage."""
    from accounts.models import Broker  # noqa: PLC0415 -- leaf
    from core import tenancy  # noqa: PLC0415 -- leaf
    from crm import retention  # noqa: PLC0415 -- leaf

    for broker_id in Broker.objects.order_by("pk").values_list("pk", flat=True):
        with tenancy.use(broker_id):
            retention.purge(now=timezone.now())
