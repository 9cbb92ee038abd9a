"""The list of the inbox: whose conversations, in which state, the latest first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import keyset
from core.keyset import Order
from crm.models import Lead
from messaging.enums import ConversationState
from messaging.models import Conversation

NEWEST = Order("newest", "last_at", descending=True, timed=True)
BOXES: dict[str, str | Promise] = {
    "mine": _("Míos"),
    "unassigned": _("Sin responsable"),
    "all": _("Todos"),
    "snoozed": _("Pospuestos"),
    "resolved": _("Resueltos"),
}
"""By their names in addresses."""
COUNTED = 99
_PAGE = 40
_AMBER, _RED = timedelta(minutes=15), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list, and how badly the lead waits: "", "info", "warn", "bad"."""

    held: Conversation
    tone: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Some lines and the cursor of what follows."""

    rows: list[Row]
    next: str


def visible_to(user: User) -> QuerySet[Conversation]:
    """Conversations with the leads a person sees."""
    return Conversation.objects.filter(lead__in=Lead.objects.visible_to(user))


def within(box: str, user: User, *, now: datetime) -> QuerySet[Conversation]:
    """The conversations of a box; one put off is back once its time has come."""
    found = visible_to(user).exclude(last_direction="")
    due = Q(state=ConversationState.SNOOZED, snoozed_until__lte=now)
    is_open = Q(state=ConversationState.OPEN) | due
    if box == "snoozed":
        return found.filter(state=ConversationState.SNOOZED).exclude(due)
    if box == "resolved":
        return found.filter(state=ConversationState.RESOLVED)
    if box == "mine":
        return found.filter(is_open, Q(lead__assigned_to=user) | Q(taken_by=user))
    if box == "unassigned":
        return found.filter(is_open, lead__assigned_to=None)
    return found.filter(is_open)


def listed(box: str, user: User, *, cursor: str, now: datetime) -> Listed:
    """A page of a box. Raises keyset.BadCursor."""
    rows = within(box, user, now=now).select_related("lead", "lead__assigned_to", "taken_by")
    page = keyset.page(rows, NEWEST, cursor=cursor, size=_PAGE)
    return Listed([Row(held, tone(held, now)) for held in page.rows], page.next)


def unread(user: User) -> int:
    """How many conversations a person should look at: theirs and nobody's, counted up to a hundred."""
    theirs = Q(lead__assigned_to=user) | Q(lead__assigned_to=None) | Q(taken_by=user)
    found = visible_to(user).filter(theirs, unread__gt=0).exclude(state=ConversationState.RESOLVED)
    return found[: COUNTED + 1].count()


def tone(held: Conversation, now: datetime) -> str:
    """How long somebody has been waiting for an answer, as a tone."""
    if held.waiting_since is None:
        return ""
    waited = now - held.waiting_since
    if waited >= _RED:
        return "bad"
    return "warn" if waited >= _AMBER else "info"
