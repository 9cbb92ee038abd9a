"""Tasks: on the page of a lead, and the list of them."""

from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core import keyset
from core.actors import Actor
from core.dialogs import FormPage
from core.htmx import toast, wants_fragment
from crm import lead_pages, quick_times, task_pages, todos
from crm.forms.work import QuickTaskForm, TaskForm
from crm.models import Lead, Task

_UNPROCESSABLE = 422
_CHANGED = ("tasks:changed", "lead:told")


@require_http_methods(["GET", "HEAD", "POST"])
def lead_tasks(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The panel of a lead's tasks, and adding one in a line."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    if request.method != "POST":
        return render(request, "crm/todos.html", task_pages.panel(request, lead, now=now))
    form = QuickTaskForm(request.POST, now=now)
    if not form.is_valid():
        context = task_pages.panel(request, lead, now=now, form=form)
        if wants_fragment(request):
            return render(request, "crm/todos.html", context, status=_UNPROCESSABLE)
        return _page(_("Nueva tarea"), request.path, reverse("crm:lead", args=[lead.public_id]), quick=True).render(
            request, form, status=_UNPROCESSABLE
        )
    todos.add(lead, form.plan(), by=Actor.of(request.user), now=now)
    if not wants_fragment(request):
        return redirect("crm:lead", lead.public_id)
    response = render(request, "crm/todos.html", task_pages.panel(request, lead, now=now) | {"added": True})
    return _news(response)


@require_safe
def task_list(request: BrokerRequest) -> HttpResponse:
    """All tasks of a person, or of everybody for who runs the brokerage."""
    try:
        context = task_pages.listing(request, now=timezone.now())
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    if wants_fragment(request):
        return render(request, "crm/task_rows.html" if "cursor" in request.GET else "crm/task_results.html", context)
    return render(request, "crm/tasks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def task_new(request: BrokerRequest) -> HttpResponse:
    """A task without a lead."""
    return _new(request, None, back=reverse("crm:task-list"))


@require_http_methods(["GET", "HEAD", "POST"])
def lead_task_new(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A task of a lead, whole, in a dialog."""
    lead = lead_pages.get(request, public_id)
    return _new(request, lead, back=reverse("crm:lead", args=[public_id]))


def _new(request: BrokerRequest, lead: Lead | None, *, back: str) -> HttpResponse:
    page = _page(_("Nueva tarea"), request.path, back)
    people = task_pages.people_for(lead, request.user)
    now = timezone.now()
    if request.method != "POST":
        start = {"assignee": str(request.user.public_id), "due_at": quick_times.offered(now)[0].at}
        return page.render(request, TaskForm(initial=start, people=people))
    form = TaskForm(request.POST, people=people)
    if not form.is_valid():
        return page.render(request, form, status=_UNPROCESSABLE)
    todos.add(lead, todos.Plan(**form.values()), by=Actor.of(request.user), now=now)
    return _done(request, page.back, _("Tarea creada."))


@require_http_methods(["GET", "HEAD", "POST"])
def task_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A task whole, in a dialog."""
    task = task_pages.get(request, public_id)
    page = _page(_("Tarea"), request.path, task_pages.back(task, request.user))
    people = task_pages.people_for(task.lead, request.user, having=task.assignee)
    if request.method != "POST":
        return page.render(request, TaskForm(initial=_initial(task), people=people), task=task)
    form = TaskForm(request.POST, initial=_initial(task), people=people)
    if not form.is_valid():
        return page.render(request, form, status=_UNPROCESSABLE, task=task)
    todos.change(task, form.values(), by=Actor.of(request.user), now=timezone.now())
    return _done(request, page.back, _("Tarea guardada."))


@require_POST
def task_finish(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Done; the toast takes it back."""
    task = task_pages.get(request, public_id)
    finished = todos.finish(task, by=Actor.of(request.user), now=timezone.now())
    undo = reverse("crm:task-reopen", args=[task.public_id]) if finished else ""
    text = _("Hecha: %(task)s") % {"task": task.title} if finished else _("Ya estaba hecha.")
    return _done(request, task_pages.back(task, request.user), text, undo=undo)


@require_POST
def task_reopen(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Not done after all."""
    task = task_pages.get(request, public_id)
    todos.reopen(task, by=Actor.of(request.user), now=timezone.now())
    return _done(request, task_pages.back(task, request.user), _("La tarea sigue pendiente."))


@require_http_methods(["GET", "HEAD", "POST"])
def task_reschedule(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The menu of times to put a task off to, and doing so (`to`: a pick's name)."""
    task, now = task_pages.get(request, public_id), timezone.now()
    if request.method != "POST":
        return render(request, "crm/todo_menu.html", {"task": task, "picks": task_pages.picks(now)})
    due_at = quick_times.at(request.POST.get("to", request.GET.get("to", "")), now)
    if due_at is None:
        raise BadRequest(_("Esa hora ya no se ofrece."))
    todos.reschedule(task, due_at, by=Actor.of(request.user), now=now)
    return _done(request, task_pages.back(task, request.user), _("Tarea reagendada."))


@require_POST
def task_delete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Away with a task that was a mistake."""
    task = task_pages.get(request, public_id)
    where = task_pages.back(task, request.user)
    todos.delete(task, by=Actor.of(request.user), now=timezone.now())
    return _done(request, where, _("Tarea eliminada."))


def _page(heading: str, action: str, back: str, *, quick: bool = False) -> FormPage:
    fields = "crm/todo_quick_fields.html" if quick else "crm/todo_fields.html"
    return FormPage(fields, heading, _("Guardar"), action, back)


def _initial(task: Task) -> dict[str, object]:
    before = "" if task.remind_at is None else str(int((task.due_at - task.remind_at).total_seconds()) // 60)
    owner = str(task.assignee.public_id) if task.assignee else ""
    return {"title": task.title, "kind": task.kind, "due_at": task.due_at, "remind": before, "assignee": owner}


def _done(request: BrokerRequest, back: str, text: str, *, undo: str = "") -> HttpResponse:
    if not wants_fragment(request):
        return redirect(back)
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo)
    trigger_client_event(response, "modal:close")
    return _news(response)


def _news(response: HttpResponse) -> HttpResponse:
    for event in _CHANGED:
        trigger_client_event(response, event)
    return response
