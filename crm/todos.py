"""What people have to do: added, finished, put off, given to somebody else. Keeps the lead's first due date.

(The module is not called `tasks`: that name is Celery's.)
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery

from accounts.models import User
from core import audit, events
from core.actors import Actor
from crm import timeline
from crm.enums import TaskKind, TimelineKind
from crm.events import TaskFinished
from crm.models import Lead, Task
from crm.models.lead_queries import sees

EDITABLE = frozenset({"title", "kind", "due_at", "remind_at", "assignee"})
LONGEST = 160


class CannotSee(Exception):
    """The person does not see the lead: its task would be a riddle to them."""

    def __init__(self, user: User) -> None:
        super().__init__(str(user))
        self.user = user


@dataclass(frozen=True, slots=True)
class Plan:
    """A task to be. Without an assignee it is its maker's, else whoever has the lead."""

    title: str
    due_at: datetime
    kind: TaskKind = TaskKind.OTHER
    assignee: User | None = None
    remind_at: datetime | None = None


def add(lead: Lead | None, plan: Plan, *, by: Actor, now: datetime) -> Task:
    """One more thing to do, with a lead or without. Raises CannotSee, and ValueError without a title."""
    title = plan.title.strip()
    if not title:
        raise ValueError("A task needs a title.")
    with audit.by(by), transaction.atomic():
        held = _lock(lead.pk) if lead is not None else None
        task = Task(
            lead=held,
            title=title[:LONGEST],
            kind=plan.kind,
            due_at=plan.due_at,
            remind_at=plan.remind_at,
            created_at=now,
            **by.columns(),
        )
        task.assignee_id = _assignee(held, plan.assignee, by)
        task.save(force_insert=True)
        _settle(task, "added", by, now)
    return task


def change(task: Task, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> Task:
    """Other words, another time, another person; a new time of reminding reminds anew. No change writes nothing.

    Raises CannotSee, and ValueError for a field that is not EDITABLE.
    """
    if not EDITABLE.issuperset(changes):
        raise ValueError(f"Not editable: {', '.join(sorted(set(changes) - EDITABLE))}")
    with audit.by(by), transaction.atomic():
        held = _hold(task)
        different = {name: value for name, value in changes.items() if getattr(held, name) != value}
        if not different:
            return held
        if different.get("assignee") is not None:
            _assignee(held.lead, different["assignee"], by)
        for name, value in different.items():
            setattr(held, name, value)
        if "remind_at" in different:
            held.reminded_at = None
        held.save()
        _settle(held, "moved" if "due_at" in different else "changed", by, now)
    return held


def reschedule(task: Task, due_at: datetime, *, by: Actor, now: datetime) -> Task:
    """Put a task off, or forward; its reminder keeps its distance."""
    changes: dict[str, Any] = {"due_at": due_at}
    if task.remind_at is not None:
        changes["remind_at"] = due_at.astimezone(UTC) - max(task.due_at - task.remind_at, timedelta())
    return change(task, changes, by=by, now=now)


def finish(task: Task, *, by: Actor, now: datetime) -> bool:
    """Done. Of two who finish it at once one does: returns whether this call was it."""
    with audit.by(by), transaction.atomic():
        held = _hold(task)
        if held.done_at is not None:
            return False
        held.done_at = task.done_at = now
        held.save(update_fields=["done_at"])
        _settle(held, "finished", by, now)
        if held.lead_id is not None:
            events.publish(TaskFinished(held, by, now))
    return True


def reopen(task: Task, *, by: Actor, now: datetime) -> bool:
    """Not done after all; returns whether it had been."""
    with audit.by(by), transaction.atomic():
        held = _hold(task)
        if held.done_at is None:
            return False
        held.done_at = task.done_at = None
        held.save(update_fields=["done_at"])
        _settle(held, "reopened", by, now)
    return True


def delete(task: Task, *, by: Actor, now: datetime) -> None:
    """Away with a task that was a mistake; the timeline and the audit keep that it was there."""
    with audit.by(by), transaction.atomic():
        held = _hold(task)
        kept = Task(pk=held.pk, lead=held.lead, title=held.title, kind=held.kind, due_at=held.due_at)
        held.delete()
        _settle(kept, "deleted", by, now)


def refresh_next(lead_ids: Collection[int]) -> None:
    """Tell leads anew when their first open task is due; whoever moves tasks between leads calls it."""
    open_ones = Task.objects.filter(lead=OuterRef("pk"), done_at=None).order_by("due_at")
    Lead.everything.filter(pk__in=lead_ids).update(next_task_at=Subquery(open_ones.values("due_at")[:1]))


def _assignee(lead: Lead | None, wanted: User | None, by: Actor) -> int | None:
    """Whose task it is: the one wanted, else its maker, else whoever has the lead."""
    if wanted is None:
        return by.user_id or (lead.assigned_to_id if lead is not None else None)
    if lead is not None and not sees(wanted, lead):
        raise CannotSee(wanted)
    return wanted.pk


def _lock(lead_id: int) -> Lead:
    """The lead's row, held; also one in the bin, whose tasks still want to be closed."""
    return Lead.everything.select_for_update(of=("self",)).get(pk=lead_id)


def _hold(task: Task) -> Task:
    """The task as it stands, held: the lead's row first, as everywhere."""
    lead = _lock(task.lead_id) if task.lead_id is not None else None
    held: Task = Task.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if lead is not None and held.lead_id == lead.pk:
        held.lead = lead
    return held


def _settle(task: Task, act: str, by: Actor, now: datetime) -> None:
    """What follows from every act: the lead's first due date, and a line in its timeline."""
    if task.lead_id is None:
        return
    refresh_next([task.lead_id])
    told = {"act": act, "title": task.title, "kind": task.kind, "due_at": task.due_at.isoformat()}
    timeline.record(task.lead, TimelineKind.TASK, by=by, at=now, data=told)  # type: ignore[arg-type] # not None here
