"""Conversations: one per lead, whatever the channel. Where it stands, who answers, and who has taken it over.

What waits for an answer is told by messages (`heard`, `said`); the rest people do. Locks: the lead first, then its
conversation, so that a takeover comes before a message begins to leave or after, never between.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Coalesce, Greatest

from accounts.models import User
from core import audit
from core.actors import Actor, ActorKind
from core.db.writing import insert_new, write_many
from crm.models import Lead
from messaging.enums import ConversationState, Direction, Owner
from messaging.models import Conversation, Message
from messaging.telling import tell

_SHOWN = 160
_ANSWERS = frozenset({ActorKind.USER, ActorKind.PLATFORM, ActorKind.API, ActorKind.AGENT})
_SUMMARY = ("unread", "waiting_since", "last_channel", "last_at", "last_text", "last_direction")


class TakenOver(Exception):
    """Somebody else of the team has the conversation."""

    def __init__(self, who: User) -> None:
        super().__init__(str(who))
        self.who = who


class NoPerson(ValueError):
    """Only somebody who works in the brokerage can take a conversation over."""


def ensure(leads: Iterable[Lead], *, now: datetime) -> dict[int, Conversation]:
    """The conversations of leads by the lead's key, made where there was none; one statement, three where any was."""
    ids = {lead.pk for lead in leads}
    found = {one.lead_id: one for one in Conversation.objects.filter(lead_id__among=ids)}
    if missing := ids - found.keys():
        _make(missing, now)
        found |= {one.lead_id: one for one in Conversation.objects.filter(lead_id__among=missing)}
    return found


def begin(lead_ids: Iterable[int], *, now: datetime) -> None:
    """Make the conversations that are not there yet."""
    wanted = set(lead_ids)
    there = set(Conversation.objects.filter(lead_id__among=wanted).values_list("lead_id", flat=True))
    _make(wanted - there, now)


def _make(lead_ids: Iterable[int], now: datetime) -> None:
    """Others may have been faster."""
    insert_new([Conversation(lead_id=one, last_at=now) for one in sorted(lead_ids)], key="lead")


def heard(message: Message, *, now: datetime, waits: bool = True) -> Conversation:
    """The lead wrote, and waits from now on; what was put off or resolved is open again.

    `waits=False` for words that ask for no answer: an opt-out.
    """
    held = ensure([message.lead], now=now)[message.lead_id]
    latest = Q(last_at__lte=message.created_at) | Q(last_direction="")
    changes: dict[str, Any] = {
        name: Case(When(latest, Value(value)), default=F(name)) for name, value in _last(message)
    }
    changes |= {"unread": F("unread") + 1, "state": ConversationState.OPEN, "snoozed_until": None}
    if waits:
        changes["waiting_since"] = Coalesce("waiting_since", Value(message.created_at))
    Conversation.objects.filter(pk=held.pk).update(**changes)
    held.refresh_from_db()
    tell([message.lead])
    return held


def said(messages: Sequence[Message], *, now: datetime) -> None:
    """Messages of ours left for sure. What a person or the agent wrote answers a lead who was waiting before it."""
    by_lead: dict[int, list[Message]] = {}
    for message in messages:
        by_lead.setdefault(message.lead_id, []).append(message)
    held = _hold(by_lead)
    missing = [theirs[0].lead for key, theirs in by_lead.items() if key not in held]
    if missing:
        ensure(missing, now=now)
        held = _hold(by_lead)
    for lead_id, theirs in by_lead.items():
        for message in sorted(theirs, key=lambda one: one.created_at):
            _note(held[lead_id], message)
    write_many(list(held.values()), _SUMMARY)


def take(conversation: Conversation, *, by: Actor, now: datetime) -> Conversation:
    """Take it over: whatever writes by itself is silent until it is released. Raises TakenOver and NoPerson."""
    if by.user_id is None:
        raise NoPerson
    with audit.by(by), transaction.atomic():
        held = _lock(conversation)
        if held.owner == Owner.USER:
            if held.taken_by_id != by.user_id:
                raise TakenOver(User.objects.get(pk=held.taken_by_id or 0))
            return held
        held.owner, held.taken_by_id, held.taken_at = Owner.USER, by.user_id, now
        return _kept(held, "taken", by, now)


def release(conversation: Conversation, *, by: Actor, now: datetime, anyway: bool = False) -> Conversation:
    """Let what writes by itself write again. Raises TakenOver when another has it, unless `anyway` (an admin)."""
    with audit.by(by), transaction.atomic():
        held = _lock(conversation)
        if held.owner != Owner.USER:
            return held
        if held.taken_by_id != by.user_id and not anyway:
            raise TakenOver(User.objects.get(pk=held.taken_by_id or 0))
        held.owner, held.taken_by, held.taken_at = Owner.NOBODY, None, None
        return _kept(held, "released", by, now)


def snooze(conversation: Conversation, *, until: datetime, by: Actor, now: datetime) -> Conversation:
    """Out of sight until then, or until the lead writes. Raises ValueError for a time that is past."""
    if until <= now:
        raise ValueError("A conversation is put off to a time to come.")
    return _move(conversation, ConversationState.SNOOZED, "snoozed", by, now, until=until)


def resolve(conversation: Conversation, *, by: Actor, now: datetime) -> Conversation:
    """Nothing is left to be answered. A takeover holds until it is released."""
    return _move(conversation, ConversationState.RESOLVED, "resolved", by, now)


def reopen(conversation: Conversation, *, by: Actor, now: datetime) -> Conversation:
    """Back among the open ones."""
    return _move(conversation, ConversationState.OPEN, "reopened", by, now)


def read(conversation: Conversation) -> None:
    """Somebody has read what this object counts as unread; what came since stays unread."""
    if not conversation.unread:
        return
    seen = Greatest(F("unread") - conversation.unread, Value(0))
    Conversation.objects.filter(pk=conversation.pk, unread__gt=0).update(unread=seen)
    conversation.unread = 0
    tell([conversation.lead])


def _move(
    conversation: Conversation,
    state: ConversationState,
    verb: str,
    by: Actor,
    now: datetime,
    *,
    until: datetime | None = None,
) -> Conversation:
    with audit.by(by), transaction.atomic():
        held = _lock(conversation)
        if held.state == state and held.snoozed_until == until:
            return held
        held.state, held.snoozed_until = state, until
        if state == ConversationState.RESOLVED:
            held.waiting_since, held.unread = None, 0
        return _kept(held, verb, by, now)


def _lock(conversation: Conversation) -> Conversation:
    """The row, held, with its lead held before it. Raises Lead.DoesNotExist for a lead in the bin."""
    lead = Lead.objects.select_for_update(of=("self",)).get(pk=conversation.lead_id)
    held = Conversation.objects.select_for_update().get(pk=conversation.pk)
    held.lead = lead
    return held


def _kept(held: Conversation, verb: str, by: Actor, now: datetime) -> Conversation:
    held.save(update_fields=["state", "owner", "taken_by", "taken_at", "snoozed_until", "waiting_since", "unread"])
    audit.note(f"conversation.{verb}", by=by, now=now, subject="crm.Lead", subject_id=held.lead.public_id)
    tell([held.lead])
    return held


def _hold(lead_ids: Iterable[int]) -> dict[int, Conversation]:
    rows = Conversation.objects.select_for_update().filter(lead_id__among=set(lead_ids)).order_by("pk")
    return {one.lead_id: one for one in rows}


def _note(held: Conversation, message: Message) -> None:
    """One message of ours in the summary; an older one answers, and shows nothing."""
    if held.last_at <= message.created_at or not held.last_direction:
        for name, value in _last(message):
            setattr(held, name, value)
        if message.by_kind == ActorKind.USER:
            held.unread = 0  # whoever answers has read
    answers = message.is_reply or message.by_kind in _ANSWERS
    if answers and held.waiting_since is not None and held.waiting_since <= message.created_at:
        held.waiting_since = None


def _last(message: Message) -> list[tuple[str, Any]]:
    text = " ".join((message.body or message.subject).split())
    return [
        ("last_channel", str(message.channel)),
        ("last_at", message.created_at),
        ("last_text", text[:_SHOWN]),
        ("last_direction", str(Direction(message.direction))),
    ]
