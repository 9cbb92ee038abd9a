"""Notes of people: written into the timeline, and told to whom they mention."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core.actors import Actor
from crm import mentions, notices, timeline
from crm.enums import NoticeKind
from crm.models import Lead, TimelineEntry
from crm.models.lead_queries import sees


@dataclass(frozen=True, slots=True)
class Written:
    """A stored note, and who was mentioned but does not see the lead."""

    entry: TimelineEntry
    unseen: list[User] = field(default_factory=list)


def write(lead: Lead, body: str, *, by: Actor, now: datetime) -> Written:
    """Store a note and tell those it mentions. Raises ValueError when there is nothing in it."""
    people = mentions.team() if "@" in body else []
    stored, mentioned = mentions.find(body, people)
    with transaction.atomic():
        entry = timeline.add_note(lead, body=stored, by=by, at=now)
        data = {"by": by.label, "text": notices.excerpt(mentions.plain(stored))}
        notices.tell(
            (notices.Notice(user, NoticeKind.MENTION, f"note:{entry.pk}", lead, data) for user in mentioned),
            by=by,
            now=now,
        )
    return Written(entry, [user for user in mentioned if not sees(user, lead)])


def offered(lead: Lead, by: User) -> list[dict[str, object]]:
    """Everybody who works there, for the list that opens at an @; those who do not see the lead are shown as such."""
    return [
        {"name": str(person), "email": person.email, "sees": sees(person, lead)}
        for person in mentions.team()
        if person.pk != by.pk
    ]
