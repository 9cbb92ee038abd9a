"""Retention: what providers told and each try to send are kept for a while; what came of them stays with the message.

A provider repeats what it tells for hours, three days at most, so a name that is forgotten after a week or more cannot
come back as news. Nothing that waits for somebody goes: events not applied yet, tries nobody confirmed.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Model, Q, QuerySet

from messaging.enums import ARRIVED, AttemptState, Status
from messaging.models import ProviderEvent, SendAttempt

LEAST = timedelta(days=7)
"""However short a brokerage's installation wants it: longer than any provider repeats itself."""
AT_ONCE = 5_000
_ENDS = (*ARRIVED, Status.FAILED, Status.EXPIRED, Status.SUPPRESSED, Status.CANCELLED)
_SETTLED = (AttemptState.ACCEPTED, AttemptState.REJECTED, AttemptState.ABSENT)


def purge(*, now: datetime) -> int:
    """Delete the next AT_ONCE of each kind that are over and old, of the brokerage in force; returns how many."""
    before = now - max(settings.SEND_KEEP, LEAST)
    over = ~Q(applied_at=None) | Q(tries__gte=ProviderEvent.MOST_TRIES)
    told = ProviderEvent.objects.filter(over, received_at__lt=before)
    tries = SendAttempt.objects.filter(claimed_at__lt=before, state__in=_SETTLED, message__status__in=_ENDS)
    return _delete(told) + _delete(tries)


def _delete(old: QuerySet[Model]) -> int:
    found = list(old.order_by().values_list("pk", flat=True)[:AT_ONCE])
    return old.model._base_manager.filter(pk__in=found).delete()[0] if found else 0  # noqa: SLF001 -- documented
