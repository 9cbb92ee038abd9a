"""Acts on one or many leads that can be taken back: remembered as rows, undone once, by who may.

    remember → (toast, audit page) → undo → the kind's own undoer

A kind's undoer is named by `undoer` where the act itself lives. It puts back only what is still as the act left it, and
raises `Cannot` with a sentence for people when nothing can be.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit
from core.actors import Actor
from crm.enums import ActionKind
from crm.models import Action

KEPT = timedelta(days=30)
"""How long an act can be taken back from the audit page; the toast shows it for eight seconds."""


class Cannot(Exception):
    """An act that is not taken back; the text is for people."""


class Undone(NamedTuple):
    """What came of it: how many leads are as before, and what to say about the others."""

    count: int  # type: ignore[assignment] # a field named like tuple.count
    note: str = ""


Undoer = Callable[[Action, Actor, datetime], Undone]
_UNDOERS: dict[str, Undoer] = {}


def undoer(kind: ActionKind) -> Callable[[Undoer], Undoer]:
    """Name the function that takes acts of a kind back; it runs in one transaction, inside `audit.by`."""

    def register(undo: Undoer) -> Undoer:
        _UNDOERS[kind] = undo
        return undo

    return register


def remember(
    kind: ActionKind, *, label: str, lead_ids: Collection[int], before: dict[str, Any], by: Actor, now: datetime
) -> Action:
    """Store an act with what its undoer needs. Neither label nor `before` holds more of a person than that."""
    told = {"leads": sorted(lead_ids), "act": audit.act(), **before}
    return Action.objects.create(kind=kind, at=now, label=label, count=len(lead_ids), before=told, **by.columns())


def may_undo(action: Action, user: User, *, now: datetime) -> bool:
    """Whether a person may take an act back: their own, an admin anybody's, once and for a month."""
    own = action.by_user_id == user.pk and user.pk is not None
    return action.undone_at is None and now - action.at <= KEPT and (own or user.is_admin)


def undo(public_id: UUID, *, by: Actor, now: datetime) -> Undone:
    """Take an act back. Raises Action.DoesNotExist, and Cannot when it was already or nothing is left to do."""
    with transaction.atomic():
        action = Action.objects.select_for_update().get(public_id=public_id)
        if action.undone_at is not None:
            raise Cannot(_("Eso ya se deshizo."))
        if now - action.at > KEPT:
            raise Cannot(_("Pasó demasiado tiempo para deshacerlo."))
        with audit.by(by, reason=f"undo {action.kind}"):
            undone = _UNDOERS[action.kind](action, by, now)
        action.undone_at, action.undone_by_id = now, by.user_id
        action.save(update_fields=["undone_at", "undone_by"])
    return undone
