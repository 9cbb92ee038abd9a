"""Whose account a provider calls, and keeping what it tells once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection

from core import waking
from messaging.inbound.news import Told
from messaging.models import ChannelAccount, ProviderEvent


def broker_of(token: str) -> tuple[int, int] | None:
    """The brokerage and the account an address names; asked before any brokerage is open (`messaging_account_of`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, account_id FROM messaging_account_of(%s)", [token])
        found = cursor.fetchone()
    return (int(found[0]), int(found[1])) if found else None


def keep(account: ChannelAccount, told: Iterable[Told], *, now: datetime) -> None:
    """Store what is new, and have it applied once this is committed; a repeat is no event."""
    events = [
        ProviderEvent(account=account, key=each.key, kind=each.kind, payload=dict(each.payload), received_at=now)
        for each in told
    ]
    if not events:
        return
    ProviderEvent.objects.bulk_create(events, ignore_conflicts=True)
    waking.on_commit("messaging.apply_events")
