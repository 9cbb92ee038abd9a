"""Reminders of tasks: told once each, whoever finds them due first, and never lost when a process dies."""

from datetime import datetime

from django.db import connection

from core import tenancy
from core.actors import Actor
from crm import notices
from crm.enums import NoticeKind
from crm.models import Task

_BATCH = 200


def tell_due(*, now: datetime) -> int:
    """Tell everybody of every brokerage whose reminder is due; returns how many reminders were dealt with.

    Called every minute by beat and every few seconds by the engine; both at once do no harm.
    """
    told = 0
    for broker_id in _brokerages():
        with tenancy.use(broker_id):
            told += tell_here(now=now)
    return told


def tell_here(*, now: datetime) -> int:
    """The same for the brokerage in force. Claim and notice are one transaction: whoever dies in it did neither."""
    due = Task.objects.filter(remind_at__lte=now, reminded_at=None, done_at=None)
    held = list(
        due.select_for_update(of=("self",), skip_locked=True)
        .select_related("lead", "assignee")
        .order_by("remind_at", "pk")[:_BATCH]
    )
    Task.objects.filter(pk__in=[task.pk for task in held]).update(reminded_at=now)
    notices.tell(
        (
            notices.Notice(
                task.assignee,
                NoticeKind.TASK_DUE,
                f"task:{task.pk}:{int(task.remind_at.timestamp())}",
                task.lead,
                {"task": str(task.public_id), "title": task.title, "due_at": task.due_at.isoformat()},
            )
            for task in held
            if task.assignee is not None and task.remind_at is not None
        ),
        by=Actor.system(),
        now=now,
    )
    return len(held)


def _brokerages() -> list[int]:
    """Keys of the brokerages where a reminder is due: ids only, through `crm_due_reminders`, in one cheap statement."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id FROM crm_due_reminders()")
        return [broker_id for (broker_id,) in cursor.fetchall()]
