"""Tasks: list, create, read, change, finish, reopen, delete."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from accounts.models import User
from core.api import rows
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.rows import JsonObject, only_if
from core.keyset import Order
from crm import todos
from crm.api.leads import one as one_lead
from crm.api.shapes import DoerOut, PersonOut
from crm.api.work_inputs import ASSIGNEE, LEAD, STATE, NewTaskIn, TaskIn, identifier, one_of
from crm.enums import TaskKind
from crm.models import Task

_CALL = {"title": "Llamar por el crédito", "kind": "call", "due_at": "2026-12-01T15:00:00Z"}


class TaskOut(serializers.Serializer[Any]):
    """A task as the API shows it."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=TaskKind.choices)
    due_at = serializers.DateTimeField()
    remind_at = serializers.DateTimeField(allow_null=True)
    done_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    lead = serializers.UUIDField(allow_null=True, help_text="Null also where the caller does not see the lead.")
    assignee = PersonOut(allow_null=True)
    by = DoerOut()


class ByDue(Newest):
    """What is due first, first."""

    orders = (Order("due", "due_at", timed=True),)


class TaskList(GenericAPIView[Task]):
    """Tasks the caller may see."""

    serializer_class = TaskOut
    pagination_class = ByDue
    filter_backends = ()

    @extend_schema(
        tags=["tasks"],
        operation_id="tasks_list",
        parameters=[STATE, LEAD, ASSIGNEE],
        responses=answers(TaskOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List tasks, what is due first at the top."""
        user = person(request)
        found = Task.objects.visible_to(user)
        state = one_of(request, "state", ("open", "done"))
        lead, assignee = identifier(request, "lead"), identifier(request, "assignee")
        if state:
            found = found.filter(done_at__isnull=state == "open")
        if lead:
            found = found.filter(lead__public_id=lead)
        if assignee:
            found = found.filter(assignee__public_id=assignee)
        return ByDue().page(found, task_row(user), request)

    @extend_schema(
        tags=["tasks"],
        operation_id="tasks_create",
        request=NewTaskIn,
        responses=answers(TaskOut, status=201, body=True),
        examples=[example("A call", _CALL)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a task, of a lead or of none."""
        form = NewTaskIn(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        lead_id = values.pop("lead")
        try:
            lead = one_lead(request, lead_id) if lead_id else None
        except Http404 as error:
            raise serializers.ValidationError({"lead": [_("Ese lead no existe.")]}) from error
        try:
            task = todos.add(lead, todos.Plan(**values), by=actor(request), now=timezone.now())
        except todos.CannotSee as error:
            raise _cannot_see(error) from error
        made = _respond(request, task.pk, status=HTTPStatus.CREATED)
        made.headers["Location"] = request.build_absolute_uri(f"{task.public_id}/")
        return made


class TaskDetail(APIView):
    """One task."""

    @extend_schema(tags=["tasks"], operation_id="tasks_read", responses=answers(TaskOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a task."""
        return _respond(request, _one(request, public_id).pk)

    @extend_schema(
        tags=["tasks"],
        operation_id="tasks_change",
        request=TaskIn,
        responses=answers(TaskOut, body=True, missing=True),
        examples=[example("Put off", {"due_at": "2026-12-02T15:00:00Z"})],
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """Change some fields; another time of reminding reminds anew."""
        task = _one(request, public_id)
        form = TaskIn(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        try:
            todos.change(task, form.validated_data, by=actor(request), now=timezone.now())
        except todos.CannotSee as error:
            raise _cannot_see(error) from error
        return _respond(request, task.pk)

    @extend_schema(tags=["tasks"], operation_id="tasks_delete", responses=answers(None, status=204, missing=True))
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Delete a task that was a mistake."""
        todos.delete(_one(request, public_id), by=actor(request), now=timezone.now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class TaskFinish(APIView):
    """Done."""

    @extend_schema(tags=["tasks"], operation_id="tasks_finish", request=None, responses=answers(TaskOut, missing=True))
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Finish a task. A repeat changes nothing."""
        task = _one(request, public_id)
        todos.finish(task, by=actor(request), now=timezone.now())
        return _respond(request, task.pk)


class TaskReopen(APIView):
    """Not done after all."""

    @extend_schema(tags=["tasks"], operation_id="tasks_reopen", request=None, responses=answers(TaskOut, missing=True))
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Reopen a task. A repeat changes nothing."""
        task = _one(request, public_id)
        todos.reopen(task, by=actor(request), now=timezone.now())
        return _respond(request, task.pk)


def task_row(user: User) -> JsonObject:
    """A task as TaskOut says, to a person."""
    seen = Q(lead__assigned_to=user) | Q(lead__assigned_to=None)
    lead = only_if(Q(lead__isnull=False) if user.is_admin else Q(lead__isnull=False) & seen, F("lead__public_id"))
    assignee = JsonObject(id=F("assignee__public_id"), name=F("assignee__name"))
    return JsonObject(
        "title",
        "kind",
        "due_at",
        "remind_at",
        "done_at",
        "created_at",
        id=F("public_id"),
        lead=lead,
        assignee=only_if(Q(assignee__isnull=False), assignee),
        by=JsonObject(kind=F("by_kind"), name=F("by_label")),
    )


def _one(request: Request, public_id: UUID) -> Task:
    task: Task | None = Task.objects.visible_to(person(request)).filter(public_id=public_id).first()
    if task is None:
        raise Http404
    return task


def _respond(request: Request, task_id: int, *, status: int = 200) -> HttpResponse:
    stored = Task.objects.filter(pk=task_id).annotate(row=rows.as_text(task_row(person(request))))
    return rows.respond(stored.values_list("row", flat=True).get(), status=status)


def _cannot_see(error: todos.CannotSee) -> serializers.ValidationError:
    return serializers.ValidationError({"assignee": [_("%(name)s no ve este lead.") % {"name": error.user}]})
