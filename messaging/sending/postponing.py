"""Postpone: what a provider would not take today goes again on another day, at an hour that is allowed there."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Count

from messaging import faults
from messaging.enums import Status
from messaging.faults import Effect
from messaging.gate import facts
from messaging.models import Message, SendAttempt

MOST = 2
"""So often: whoever refuses a third time means it."""
_DAY = timedelta(hours=24)
"""Meta's cap of promotions for one person is told to last at least so long."""


def days(messages: Sequence[Message], *, now: datetime) -> dict[int, datetime]:
    """When each of these refused messages goes again, by their keys; the others have seen their end.

    Their code has to speak of another day, and they may neither expire before nor have been postponed MOST times. The
    try that was just refused is not stored yet.
    """
    asked = [one for one in messages if is_for_another_day(one, one.error_code)]
    if not asked:
        return {}
    earlier = SendAttempt.objects.filter(message__in=asked, error_code__in=faults.codes(Effect.NEXT_DAY))
    often = dict(earlier.values_list("message").annotate(Count("pk")))
    found = {}
    for message, known in zip(asked, facts.of(asked), strict=True):
        opens = known.hours.opening(now + _DAY) if often.get(message.pk, 0) < MOST else None
        if opens is not None and message.expires_at is not None and opens < message.expires_at:
            found[message.pk] = opens
    return found


def is_for_another_day(message: Message, code: str) -> bool:
    """Whether a code of its provider speaks of the day, not of the message."""
    return faults.of(message.account.provider, code).effect is Effect.NEXT_DAY


def put_off(message: Message, until: datetime) -> None:
    """Back into the queue until then, with the code that says why; the caller stores it."""
    message.status, message.not_before = Status.QUEUED, until
    message.provider_ref, message.sent_at, message.settled_at = "", None, None
