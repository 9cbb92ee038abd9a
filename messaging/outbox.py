"""The outbox: messages asked for become rows, in the caller's transaction; what happens to them is messaging.sending's.

A message belongs to its cause: `dedupe_key` is unique in a brokerage, so whoever asks again gets the one there is.
"""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from django.db import transaction

from core import events, waking
from core.actors import Actor
from core.db.writing import insert_new, write_many
from core.public_ids import uuid7
from crm.enums import Channel
from messaging import accounts, conversations
from messaging.drafts import Draft
from messaging.enums import AttemptState, Direction, Status
from messaging.events import MessagesSettled
from messaging.models import ChannelAccount, ChannelIdentity, Message, SendAttempt

NOT_BEGUN = (Status.QUEUED, Status.CLAIMED)
_CANCELLED = ("status", "error_code", "settled_at", "attempt", "lease_worker", "lease_until")


class NoAccount(LookupError):
    """The brokerage has no account switched on for a channel."""


def enqueue(drafts: Sequence[Draft], *, by: Actor, now: datetime) -> list[Message]:
    """A queued message for each draft, in their order; for a cause that is known already the one it has.

    A constant number of statements, and a wake-up on commit. Nothing is judged here: the gate is asked right
    before a message leaves. Raises NoAccount when a channel has none.
    """
    if not drafts:
        return []
    chosen = _accounts(drafts)
    with transaction.atomic():
        conversations.begin([draft.lead.pk for draft in drafts if not draft.own_address], now=now)
        reached = _addresses(drafts, chosen)
        made = _messages(drafts, chosen, reached, by, now)
        fresh = insert_new(made, key="dedupe_key")
        known = [draft.dedupe_key for draft in drafts if draft.dedupe_key not in fresh]
        stored = {one.dedupe_key: one for one in Message.objects.filter(dedupe_key__among=known)} if known else {}
        waking.on_commit("messaging.send_due")
    return [stored.get(message.dedupe_key, message) for message in made]


def cancel(messages: Sequence[Message], *, why: str, now: datetime) -> list[Message]:
    """Take back what nobody has begun to send; returns what was. `why` is a code messaging.gate.words says.

    One that a sender has claimed is taken from it: it asks again before anything leaves.
    """
    if not messages:
        return []
    with transaction.atomic():
        idle = Message.objects.filter(pk__in=[one.pk for one in messages], status__in=NOT_BEGUN)
        gone = list(idle.select_for_update().order_by("pk"))
        claimed = [message.attempt for message in gone if message.attempt is not None]
        SendAttempt.objects.filter(key__in=claimed, state=AttemptState.CLAIMED).delete()
        for message in gone:
            message.status, message.error_code, message.settled_at = Status.CANCELLED, why, now
            message.attempt = message.lease_worker = message.lease_until = None
        write_many(gone, _CANCELLED)
        if gone:
            events.publish(MessagesSettled(gone, now))
    return gone


def _accounts(drafts: Sequence[Draft]) -> list[ChannelAccount]:
    """The account of each draft."""
    wanted = {draft.channel for draft in drafts if draft.account is None}
    preferred = accounts.for_channels(wanted) if wanted else {}
    missing = wanted - preferred.keys()
    if missing:
        raise NoAccount(min(missing))
    return [draft.account or preferred[draft.channel] for draft in drafts]


def _addresses(drafts: Sequence[Draft], chosen: Sequence[ChannelAccount]) -> list[str]:
    """Where each draft goes; empty where the lead has no address of that kind: the gate refuses it and says so."""
    telegram = {draft.lead.pk for draft in drafts if draft.channel == Channel.TELEGRAM}
    bound = ChannelIdentity.objects.filter(lead_id__among=telegram, blocked_at=None).order_by("bound_at")
    chats = {(one.lead_id, one.account_id): one.address for one in bound} if telegram else {}
    found = []
    for draft, account in zip(drafts, chosen, strict=True):
        if draft.own_address:
            found.append(draft.own_address)
        elif draft.channel == Channel.TELEGRAM:
            found.append(chats.get((draft.lead.pk, account.pk), ""))
        else:
            found.append(draft.lead.email if draft.channel == Channel.EMAIL else draft.lead.phone_e164)
    return found


def _messages(
    drafts: Sequence[Draft], chosen: Sequence[ChannelAccount], reached: Sequence[str], by: Actor, now: datetime
) -> list[Message]:
    """A row for each draft. Those of one kind are copies of one, at a seventh of what thirty values cost."""
    kinds: dict[tuple[object, ...], Message] = {}
    made = []
    for draft, account, address in zip(drafts, chosen, reached, strict=True):
        kind = (account.pk, *(getattr(draft, name) for name in _OF_A_KIND))
        if kind not in kinds:
            kinds[kind] = _of_a_kind(draft, account, by, now)
        made.append(_to_one(copy(kinds[kind]), draft, address))
    return made


_OF_A_KIND = (
    "channel",
    "purpose",
    "is_reply",
    "content_sid",
    "template_version",
    "scope",
    "on_unknown",
    "priority",
    "expires_at",
)


def _to_one(message: Message, draft: Draft, address: str) -> Message:
    message.public_id = uuid7()
    message.lead, message.address, message.dedupe_key = draft.lead, address, draft.dedupe_key
    message.subject, message.body, message.html = draft.subject, draft.body, draft.html
    message.content_variables, message.why = dict(draft.content_variables), dict(draft.why)
    message.not_before = draft.not_before
    return message


def _of_a_kind(draft: Draft, account: ChannelAccount, by: Actor, now: datetime) -> Message:
    return Message(
        direction=Direction.OUT,
        status=Status.QUEUED,
        channel=draft.channel,
        account=account,
        purpose=draft.purpose,
        is_reply=draft.is_reply,
        content_sid=draft.content_sid,
        template_version=draft.template_version,
        scope=draft.scope,
        scope_version=draft.scope.version if draft.scope else None,
        on_unknown=draft.on_unknown,
        priority=draft.priority,
        expires_at=draft.expires_at,
        created_at=now,
        **by.columns(),
    )
