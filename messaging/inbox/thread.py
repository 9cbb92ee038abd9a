"""What was said with one lead, oldest first: messages both ways and, between them, the team's notes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from core import keyset
from core.keyset import Order
from crm.enums import TimelineKind
from crm.models import Lead, TimelineEntry
from crm.timeline_words import Line, day_words, lines
from messaging.inbox.bubbles import Bubble, bubble
from messaging.models import TRIALS, Message

LATEST = Order("messages", "created_at", descending=True, timed=True)
_PAGE, _MOST_NOTES = 40, 100


@dataclass(frozen=True, slots=True)
class Piece:
    """A message or a note; `day` is set on the first of a day."""

    at: datetime
    bubble: Bubble | None = None
    note: Line | None = None
    day: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """A stretch of what was said, and the cursor of what came before it."""

    pieces: list[Piece]
    earlier: str


def read(lead: Lead, *, cursor: str = "", now: datetime) -> Thread:
    """The latest of a thread, or what came before a cursor, in a constant number of statements.

    Raises keyset.BadCursor.
    """
    messages = Message.objects.filter(lead=lead).exclude(TRIALS).select_related("account", "template_version__template")
    page = keyset.page(messages, LATEST, cursor=cursor, size=_PAGE)
    since = page.rows[-1].created_at if page.rows and page.next else None
    until = _after(lead, page.rows[0]) if page.rows and cursor else None
    notes = _notes(lead, since, until) if page.rows or not cursor else []
    pieces = [Piece(each.created_at, bubble=bubble(each, now=now)) for each in page.rows]
    pieces += [Piece(line.entry.at, note=line) for line in lines(notes, lead, now=now)]
    return Thread(_with_days(sorted(pieces, key=lambda piece: piece.at), now), page.next)


def _after(lead: Lead, message: Message) -> datetime | None:
    """When the next message after one was written: the notes up to there stand in this stretch."""
    later = Message.objects.filter(lead=lead, created_at__gt=message.created_at).order_by("created_at")
    return later.values_list("created_at", flat=True).first()


def _notes(lead: Lead, since: datetime | None, until: datetime | None) -> list[TimelineEntry]:
    found = TimelineEntry.objects.filter(lead=lead, kind=TimelineKind.NOTE)
    if since is not None:
        found = found.filter(at__gte=since)
    if until is not None:
        found = found.filter(at__lt=until)
    return list(found.order_by("-at", "-id")[:_MOST_NOTES])


def _with_days(pieces: Iterable[Piece], now: datetime) -> list[Piece]:
    drawn, last = [], None
    for piece in pieces:
        day = timezone.localtime(piece.at).date()
        drawn.append(Piece(piece.at, piece.bubble, piece.note, day_words(day, now) if day != last else ""))
        last = day
    return drawn
