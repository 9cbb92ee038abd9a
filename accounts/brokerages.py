"""A brokerage's own settings: saved here, whoever's page they come from, so that the audit tells what changed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from accounts import trail
from accounts.events import BrokerageFounded
from accounts.models import Broker, User
from core import events, tenancy

log = structlog.get_logger(__name__)
SETTINGS = ("name", "slug", "country", "currency", "language", "time_zone", "rotting_days", "is_active")


def found(broker: Broker, *, now: datetime) -> Broker:
    """Store a new brokerage and tell those who furnish it."""
    with transaction.atomic():
        broker.save()
        events.publish(BrokerageFounded(broker.pk, now))
    return broker


def in_each(work: Callable[[], int]) -> int:
    """Do a piece of work inside every brokerage, each time a transaction, until none is left there; how much it was."""
    done = 0
    for broker_id in Broker.objects.order_by("pk").values_list("pk", flat=True):
        batch = 1
        while batch:
            with tenancy.use(broker_id):
                batch = work()
            done += batch
    return done


def save(broker: Broker, *, by: User, now: datetime) -> None:
    """Store a brokerage with its settings changed; the same ones leave no trace."""
    with transaction.atomic():
        stands = Broker.objects.select_for_update().get(pk=broker.pk)
        told: dict[str, Any] = {
            name: f"{getattr(stands, name)} → {getattr(broker, name)}"
            for name in SETTINGS
            if getattr(stands, name) != getattr(broker, name)
        }
        if not told:
            return
        broker.save(update_fields=list(told))
        tenancy.forget()
        trail.note("brokerage.saved", broker_id=broker.pk, by=by, now=now, **told)
    log.info("brokerage_changed", by=by.pk, fields=list(told))
