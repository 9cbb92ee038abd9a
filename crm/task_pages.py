"""What the pages of tasks show."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.http import BrokerRequest
from accounts.models import User
from core import keyset
from core.keyset import Order
from crm import next_steps, quick_times
from crm.forms.work import QuickTaskForm
from crm.models import Lead, Task
from crm.models.lead_queries import sees
from crm.models.task import TaskQuerySet

DUE = Order("due", "due_at", timed=True)
DONE = Order("done", "done_at", descending=True, timed=True)
SHOWN = {
    "open": _("Pendientes"),
    "overdue": _("Vencidas"),
    "today": _("Hoy"),
    "upcoming": _("Próximas"),
    "done": _("Hechas"),
}
"""The tabs of the list: name in the URL and label."""
_PAGE, _ON_LEAD = 50, 50


def get(request: BrokerRequest, public_id: UUID) -> Task:
    """The task, its lead and assignee loaded; 404 for one the person may not see."""
    found = Task.objects.visible_to(request.user).select_related("lead", "assignee")
    task: Task | None = found.filter(public_id=public_id).first()
    if task is None:
        raise Http404
    return task


def mark_seen(tasks: list[Task], user: User) -> list[Task]:
    """Say of each task whether the person sees its lead, for the template: `lead_seen`."""
    for task in tasks:
        task.lead_seen = task.lead is not None and sees(user, task.lead)  # type: ignore[attr-defined]
    return tasks


def of_lead(lead: Lead, user: User) -> list[Task]:
    """The lead's open tasks, the most pressing first."""
    found = Task.objects.filter(lead=lead, done_at=None).select_related("assignee").order_by("due_at", "id")
    return mark_seen([_with(task, lead) for task in found[:_ON_LEAD]], user)


def panel(request: BrokerRequest, lead: Lead, *, now: datetime, form: QuickTaskForm | None = None) -> dict[str, Any]:
    """The tasks on a lead's page."""
    return {
        "lead": lead,
        "todos": of_lead(lead, request.user),
        "todo_form": form or QuickTaskForm(now=now),
        "on_lead": True,
        "now": now,
    }


def listing(request: BrokerRequest, *, now: datetime) -> dict[str, Any]:
    """The list of tasks: a page of one tab, and how many each tab has. Raises keyset.BadCursor."""
    shown = request.GET.get("show", "open")
    shown = shown if shown in SHOWN else "open"
    everybody = request.user.is_admin and request.GET.get("whose") == "team"
    visible = Task.objects.visible_to(request.user)
    mine = visible if everybody else visible.filter(assignee=request.user)
    states = _states(now)
    page = keyset.page(
        mine.filter(states[shown]).select_related("lead", "assignee"),
        DONE if shown == "done" else DUE,
        cursor=request.GET.get("cursor", ""),
        size=_PAGE,
    )
    counts = mine.filter(done_at=None).aggregate(
        **{name: Count("id", filter=state) for name, state in states.items() if name != "done"}
    )
    whose = "team" if everybody else "mine"
    return {
        "todos": mark_seen(page.rows, request.user),
        "next": page.next,
        "shown": shown,
        "whose": whose,
        "tabs": [(name, label, counts.get(name)) for name, label in SHOWN.items()],
        "list_url": f"{reverse('crm:task-list')}?whose={whose}&show={shown}",
        "now": now,
    }


def people_for(lead: Lead | None, user: User, *, having: User | None = None) -> list[User]:
    """Those who may have a task: who sees its lead and works there; and who has it already."""
    team = User.objects.filter(broker=user.broker, is_active=True).order_by("name", "email")
    found = [person for person in team if lead is None or sees(person, lead)]
    return found if having is None or having in found else [*found, having]


def back(task: Task, user: User) -> str:
    """Where one goes after a task: its lead, else the list."""
    if task.lead is not None and sees(user, task.lead):
        return reverse("crm:lead", args=[task.lead.public_id])
    return reverse("crm:task-list")


def open_of(user: User, tasks: TaskQuerySet | None = None) -> TaskQuerySet:
    """A person's open tasks."""
    found: TaskQuerySet = (tasks or Task.objects.visible_to(user)).filter(assignee=user, done_at=None)
    return found


def _with(task: Task, lead: Lead) -> Task:
    task.lead = lead
    return task


def _states(now: datetime) -> dict[str, Q]:
    end = next_steps.end_of_day(now)
    return {
        "open": Q(done_at=None),
        "overdue": Q(done_at=None, due_at__lt=now),
        "today": Q(done_at=None, due_at__gte=now, due_at__lt=end),
        "upcoming": Q(done_at=None, due_at__gte=end),
        "done": Q(done_at__isnull=False),
    }


def picks(now: datetime) -> list[quick_times.Quick]:
    """The times a task may be put off to."""
    return quick_times.offered(now)
