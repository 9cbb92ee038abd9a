"""Rows a step holds. Locks are taken in one order: leads, messages, tries, and then what the gate locks."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from crm.models import Lead
from messaging.models import Message, SendAttempt

MESSAGE = (
    "status", "attempt", "attempts", "lease_worker", "lease_until", "not_before", "provider_ref", "error_code",
    "error_detail", "checks", "sent_at", "delivered_at", "read_at", "settled_at",
)  # fmt: skip
"""The columns sending writes of a message."""
TRY = ("state", "begun_at", "ended_at", "http_status", "provider_ref", "error_code", "detail", "looks", "look_at")
"""And of a try."""


def hold_leads(message_ids: Sequence[int]) -> None:
    """Lock the messages' leads: who revokes consent, or takes a lead away, comes before or after, never between."""
    leads = set(Message.objects.filter(pk__in=message_ids).values_list("lead_id", flat=True))
    held = Lead.everything.select_for_update(of=("self",)).filter(pk__in=leads)  # by key: no plan can go wrong
    list(held.order_by("pk").values_list("pk", flat=True))


def hold(message_ids: Sequence[int], **state: Any) -> list[Message]:  # noqa: ANN401 -- a filter's values
    """The messages, locked, by key, their lead and account loaded; those no longer in `state` are left out."""
    held = Message.objects.select_for_update(of=("self",)).select_related("lead", "account", "lead__assigned_to")
    return list(held.filter(pk__in=message_ids, **state).order_by("pk"))


def tries(keys: Iterable[UUID]) -> dict[UUID, SendAttempt]:
    """Tries by their keys, locked; the caller holds their messages."""
    wanted = list(keys)
    held = SendAttempt.objects.select_for_update().filter(key__in=wanted).order_by("pk") if wanted else []
    return {one.key: one for one in held}
