"""What each person has in hand and has done. People in the order of their names, nobody last."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from crm.models import LeadQuerySet, Task
from reports import first_reply, outcomes, visits
from reports.first_reply import FirstReply
from reports.periods import Period
from reports.pipeline_now import OPEN


@dataclass(frozen=True, slots=True)
class Load:
    """A person's figures (`person` is None for leads nobody has): now open and overdue, in the range the others."""

    person: User | None
    open: int
    new: int
    overdue: int
    reply: FirstReply
    visits: int
    won: int


def overdue(leads: LeadQuerySet, *, now: datetime) -> QuerySet[Task]:
    """The open tasks with these leads whose time has passed."""
    return Task.objects.filter(done_at=None, due_at__lt=now, lead__in=leads.order_by().values("id"))


def read(leads: LeadQuerySet, period: Period, *, people: Iterable[User], now: datetime) -> list[Load]:
    """The figures of these people and of nobody; five statements, and one for the people."""
    held = leads.order_by().values_list("assigned_to")
    open_, new = (
        {owner: count for owner, count in held.filter(which).annotate(n=Count("*"))}  # noqa: C416 -- typed rows
        for which in (Q(stage__in=OPEN), period.holds("created_at"))
    )
    late = dict(overdue(leads, now=now).order_by().values_list("assignee").annotate(n=Count("*")))
    replies = first_reply.by_owner(leads, period)
    agreed = visits.by_agent(leads, period)
    won = outcomes.won_by_owner(leads, period)
    return [
        Load(
            person, open_.get(key, 0), new.get(key, 0), late.get(key, 0), replies.get(key, FirstReply()),
            agreed.get(key, 0), won.get(key, 0),
        )
        for person in (*people, None)
        for key in [person.pk if person else None]
    ]  # fmt: skip
