"""Endpoints: made, changed, switched, and their secrets. Who may is the caller's to check: admins only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import audit, crypto, destinations, tenancy
from core.actors import Actor
from core.public_ids import uuid7
from integrations import announcing, signing
from integrations.enums import EventType, OffReason
from integrations.models import WebhookDelivery, WebhookEndpoint

MOST = 20
"""Endpoints of one brokerage."""
OVERLAP = timedelta(hours=24)
"""How long the secret before signs too, after a rotation."""


class TooMany(Exception):
    """The brokerage has as many endpoints as it may."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person says of an endpoint; raises destinations.Unsuitable when its address may not be called."""

    name: str
    url: str
    events: Sequence[str]

    def __post_init__(self) -> None:
        destinations.parse(self.url)


def create(wanted: Wanted, *, by: Actor, now: datetime) -> tuple[WebhookEndpoint, str]:
    """A new endpoint and its secret, which is shown once. Raises TooMany."""
    public_id, secret = uuid7(), signing.new_secret()
    with audit.by(by), transaction.atomic():
        if len(WebhookEndpoint.objects.select_for_update().order_by("pk")) >= MOST:
            raise TooMany
        made = WebhookEndpoint.objects.create(
            public_id=public_id,
            name=wanted.name,
            url=wanted.url,
            events=_ordered(wanted.events),
            secret=_sealed(public_id, secret),
            created_at=now,
            **by.columns(),
        )
    return made, secret


def change(endpoint: WebhookEndpoint, wanted: Wanted, *, by: Actor) -> WebhookEndpoint:
    """Change name, address or events."""
    with audit.by(by), transaction.atomic():
        held = lock(endpoint.pk)
        held.name, held.url, held.events = wanted.name, wanted.url, _ordered(wanted.events)
        held.save(update_fields=["name", "url", "events"])
    return held


def remove(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Away with an endpoint and the log of its deliveries."""
    with audit.by(by), transaction.atomic():
        lock(endpoint.pk).delete()


def rotate(endpoint: WebhookEndpoint, *, by: Actor, now: datetime) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown once; the one before signs beside it for a day."""
    secret = signing.new_secret()
    with audit.by(by), transaction.atomic():
        held = lock(endpoint.pk)
        held.previous_secret, held.previous_until = bytes(held.secret), now + OVERLAP
        held.secret = _sealed(held.public_id, secret)
        held.save(update_fields=["secret", "previous_secret", "previous_until"])
    return held, secret


def switch_on(endpoint: WebhookEndpoint, *, by: Actor) -> None:
    """Send again: what waits goes out at once, and its failures are forgotten."""
    with audit.by(by):
        WebhookEndpoint.objects.filter(pk=endpoint.pk, is_active=False).update(
            is_active=True, disabled_at=None, disabled_reason="", failures=0
        )


def switch_off(endpoint_id: int, *, reason: OffReason, by: Actor, now: datetime) -> None:
    """Send nothing more, and keep nothing of what happens meanwhile."""
    with audit.by(by):
        WebhookEndpoint.objects.filter(pk=endpoint_id, is_active=True).update(
            is_active=False, disabled_at=now, disabled_reason=reason, quick=False
        )


def send_test(endpoint: WebhookEndpoint, *, now: datetime) -> WebhookDelivery:
    """An event of no consequence for this endpoint alone."""
    event_id = uuid7()
    made = WebhookDelivery.objects.create(
        endpoint=endpoint,
        event=EventType.TEST,
        event_id=event_id,
        payload=announcing.envelope(event_id, EventType.TEST, now, {"message": "Hola desde Corredor."}),
        next_attempt_at=now,
        created_at=now,
    )
    announcing.wake()
    return made


def secrets_of(endpoint: WebhookEndpoint, *, now: datetime) -> list[str]:
    """What signs now: the present secret and, during a rotation, the one before. Raises crypto.Unreadable."""
    sealed = [endpoint.secret]
    if endpoint.previous_secret is not None and endpoint.previous_until and endpoint.previous_until > now:
        sealed.append(endpoint.previous_secret)
    binding = _binding(endpoint.public_id)
    return [crypto.unseal(bytes(each), bound_to=binding).decode() for each in sealed]


def lock(endpoint_id: int) -> WebhookEndpoint:
    """The endpoint's row, held until the transaction ends."""
    return WebhookEndpoint.objects.select_for_update(of=("self",)).get(pk=endpoint_id)


def _ordered(events: Sequence[str]) -> list[str]:
    return [event.value for event in EventType if event in events]


def _sealed(public_id: UUID, secret: str) -> bytes:
    return crypto.seal(secret.encode(), bound_to=_binding(public_id))


def _binding(public_id: UUID) -> str:
    return f"{tenancy.current()}|integrations_webhookendpoint|secret|{public_id}"
