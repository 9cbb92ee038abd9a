"""Events kept by the doors become facts: each in a transaction of its own, once, whatever order they come in.

An event that cannot be applied is tried five times, holds up no other, and then waits in admin for a person. Once
applied, what it said stands where it belongs, and the event keeps its name only: so a repeat is known for what it is.
"""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib import import_module
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import F

from core import tenancy
from messaging.enums import Provider
from messaging.inbound import hearing, returns
from messaging.inbound.news import Door, Heard, News, Returned
from messaging.letters import Report
from messaging.models import ChannelAccount, ProviderEvent
from messaging.sending import told

log = structlog.get_logger(__name__)

AT_ONCE = 200
BUDGET = 2.0  # seconds of one look: the engine has other things to do
_READERS = {
    Provider.SANDBOX: "messaging.inbound.sandbox",
    Provider.TWILIO: "messaging.inbound.twilio",
    Provider.TELEGRAM: "messaging.inbound.telegram",
    Provider.ANYMAIL: "messaging.inbound.mail",
}
Reader = Callable[[str, Mapping[str, Any], datetime], News | None]


def apply_waiting(*, now: datetime) -> bool:
    """Apply what waits, of every brokerage, the oldest first; True when there is more than the time allows."""
    end = time.monotonic() + BUDGET
    waiting = _waiting()
    for done, (broker_id, event_id) in enumerate(waiting, 1):
        apply(broker_id, event_id, now=now)
        if time.monotonic() >= end:
            return done < len(waiting) or done == AT_ONCE
    return len(waiting) == AT_ONCE


def apply(broker_id: int, event_id: int, *, now: datetime) -> bool:
    """Apply one event; whether this call did. One that somebody else has in hand is theirs."""
    try:
        with tenancy.use(broker_id):
            return _apply(event_id, now)
    except Exception as error:
        log.exception("event_not_applied", broker_id=broker_id, event_id=event_id)
        connection.close_if_unusable_or_obsolete()
        with tenancy.use(broker_id):  # raises when it is the database that is away: then it counts as no try
            why = f"{type(error).__name__}: {error}".replace("\x00", "")[:300]
            waiting = ProviderEvent.objects.filter(pk=event_id, applied_at=None)
            waiting.update(tries=F("tries") + 1, error=why)
        return False


def bring(account: ChannelAccount, news: News | None, *, now: datetime) -> None:
    """Do what news of an account ask for; None asks for nothing."""
    match news:
        case Heard():
            hearing.receive(account, news, now=now)
        case Report():
            told.apply(news, account, now=now)
        case Door():
            returns.shut_or_open(account, news, now=now)
        case Returned():
            returns.came_back(account, news, now=now)


def _apply(event_id: int, now: datetime) -> bool:
    held = ProviderEvent.objects.select_for_update(skip_locked=True, of=("self",)).select_related("account__broker")
    event = held.filter(pk=event_id, applied_at=None).first()
    if event is None:
        return False
    with transaction.atomic():
        bring(event.account, _read(event), now=now)
        event.applied_at, event.error, event.payload = now, "", {}
        event.save(update_fields=["applied_at", "error", "payload"])
    return True


def _read(event: ProviderEvent) -> News | None:
    module = _READERS.get(Provider(event.account.provider))
    if module is None:
        return None
    reader: Reader = import_module(module).news
    return reader(event.kind, event.payload, event.received_at)


def _waiting() -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, event_id FROM messaging_events_waiting(%s)", [AT_ONCE])
        return [(int(broker_id), int(event_id)) for broker_id, event_id in cursor.fetchall()]
