"""Platform staff inside a brokerage: who entered which, when."""

from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import QuerySet

from accounts import trail
from accounts.models import AdminVisit, Broker, User

log = structlog.get_logger(__name__)
_MOST = 200


def choices(*, search: str = "") -> QuerySet[Broker]:
    """Brokerages to choose from, by name, the closed ones too: support may have to look."""
    return Broker.objects.filter(name__icontains=search.replace("\x00", "")).order_by("name")[:_MOST]


def enter(*, user: User, public_id: str, now: datetime) -> Broker | None:
    """The brokerage a member of the platform's staff enters, with a row that says so; None if there is none."""
    try:
        broker = Broker.objects.filter(public_id=UUID(public_id)).first()
    except ValueError:
        return None
    if broker is None:
        return None
    AdminVisit.objects.create(user=user, broker=broker, at=now)
    trail.note("visit.entered", broker_id=broker.pk, by=user, now=now)
    log.info("admin_entered_brokerage", user_id=user.pk, broker_id=broker.pk)
    return broker
