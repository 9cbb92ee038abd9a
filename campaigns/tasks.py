"""Celery tasks of campaigns: wake-ups and periodic looks, which may be lost, late or doubled without harm.

Importing this also registers the jobs they bring with them.
"""

from celery import shared_task
from django.utils import timezone

from campaigns import applying
from core.slots import once_a_turn

__all__ = ["applying", "check_trigger_campaigns", "execute_campaign_for_lead", "look", "tick"]
_CHECK = "campaigns.check_trigger_campaigns"


@shared_task(name="campaigns.tick", acks_late=False)
def tick() -> None:
    """Do what is due now: the engine would do it a moment later."""
    from campaigns import runner  # noqa: PLC0415 -- leaf

    while runner.tick(now=timezone.now()):
        pass


@shared_task(name=_CHECK, acks_late=False)
@once_a_turn(_CHECK)
def check_trigger_campaigns() -> None:
    """Take in whoever the triggers of running campaigns mean (hourly; editable in Django admin)."""
    from campaigns import triggers  # noqa: PLC0415 -- leaf

    triggers.check_all(now=timezone.now())


@shared_task(name="campaigns.execute_campaign_for_lead", acks_late=False)
def execute_campaign_for_lead(*, broker_id: int, campaign_id: int, enrollment_id: int) -> None:
    """Do the due steps of one lead now."""
    from campaigns import runner  # noqa: PLC0415 -- leaf

    runner.run(broker_id, campaign_id, now=timezone.now(), only=[enrollment_id])


@shared_task(name="campaigns.look", acks_late=False)
def look() -> None:
    """Look at campaigns that have just begun or gone on, and do what is due."""
    from campaigns import loop  # noqa: PLC0415 -- leaf

    while loop.look(now=timezone.now()):
        pass
