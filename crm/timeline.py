"""Writing and reading the stream of what happened to a lead."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from core.actors import Actor
from core.db.writing import insert_all
from crm.enums import TimelineKind
from crm.models import Lead, TimelineEntry


def entry(
    lead: Lead, kind: TimelineKind, *, by: Actor, at: datetime, body: str = "", data: dict[str, Any] | None = None
) -> TimelineEntry:
    """An unsaved entry, for batches; `record_all` stores them."""
    return TimelineEntry(lead=lead, kind=kind, at=at, body=body, data=data or {}, **by.columns())


def record(
    lead: Lead, kind: TimelineKind, *, by: Actor, at: datetime, body: str = "", data: dict[str, Any] | None = None
) -> TimelineEntry:
    """Store one entry."""
    stored = entry(lead, kind, by=by, at=at, body=body, data=data)
    stored.save(force_insert=True)
    return stored


def record_all(entries: Iterable[TimelineEntry]) -> None:
    """Store many entries in one statement."""
    insert_all(list(entries))


def add_note(lead: Lead, *, body: str, by: Actor, at: datetime) -> TimelineEntry:
    """A note by a person; raises ValueError when there is nothing in it."""
    text = body.strip()
    if not text:
        raise ValueError("A note needs a text.")
    return record(lead, TimelineKind.NOTE, by=by, at=at, body=text)
