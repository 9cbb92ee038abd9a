"""Rows a step holds. Locks are taken in one order: leads, messages, and then what the gate locks."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from crm.models import Lead
from messaging.gate.facts import OF_LEADS
from messaging.models import ChannelAccount, Message, SendAttempt

MESSAGE = (
    "status", "attempt", "attempts", "lease_worker", "lease_until", "not_before", "provider_ref", "error_code",
    "error_detail", "sent_at", "delivered_at", "read_at", "settled_at",
)  # fmt: skip
"""The columns sending writes of a message; with what the gate said, `JUDGED`."""
JUDGED = (*MESSAGE, "checks")
TRY = ("state", "begun_at", "ended_at", "http_status", "provider_ref", "error_code", "detail", "looks", "look_at")
"""And of a try."""


_LEAD = ("broker", "public_id", "name", "email", "phone_e164", "assigned_to", "deleted_at", "merged_into")
_LETTER = ("html", "content_variables")
_UNREAD = ("checks", "attachments")
"""Columns that are large: JSON is most of what a message costs."""


def hold(message_ids: Sequence[int], *, letters: bool = False, **state: Any) -> list[Message]:  # noqa: ANN401 -- a filter's values
    """The messages, locked, by key, their lead and account loaded; those no longer in `state` are left out.

    Their leads are locked first: who revokes consent, or takes a lead away, comes before or after, never between. With
    `letters` all that a letter says and the gate reads is loaded too. Four statements, whatever the number.
    """
    leads = set(Message.objects.filter(pk__among=message_ids).values_list("lead_id", flat=True))
    held = Lead.everything.select_for_update(of=("self",)).filter(pk__among=leads)  # by key: no plan can go wrong
    columns = (*_LEAD, *OF_LEADS) if letters else _LEAD
    known = {lead.pk: lead for lead in held.only(*columns).order_by("pk")}
    found = Message.objects.select_for_update(of=("self",)).filter(pk__among=message_ids, **state)
    messages = list(found.defer(*_UNREAD, *(() if letters else _LETTER)).order_by("pk"))
    accounts = ChannelAccount.objects.in_bulk({message.account_id for message in messages})
    for message in messages:
        message.account = accounts[message.account_id]
        if message.lead_id in known:  # else it was merged a moment ago, and is read when it is asked for
            message.lead = known[message.lead_id]
    return messages


def tries(keys: Iterable[UUID]) -> dict[UUID, SendAttempt]:
    """Tries by their keys, locked; the caller holds their messages."""
    wanted = list(keys)
    held = SendAttempt.objects.select_for_update().filter(key__among=wanted).order_by("pk") if wanted else []
    return {one.key: one for one in held}
