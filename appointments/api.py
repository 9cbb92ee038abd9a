"""Appointments: list, create, read, change, and what becomes of them."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from accounts.models import User
from appointments import pages, visits
from appointments.enums import AppointmentStatus, AppointmentType
from appointments.models import Appointment
from core.api import rows
from core.api.fields import Choice, Identifier, Strict, Text, Whole
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.problems import Problem
from core.api.rows import JsonObject, only_if
from core.keyset import Order
from crm import next_steps
from crm.api.inputs import Colleague
from crm.api.leads import one as one_lead
from crm.api.shapes import DoerOut, PersonOut
from crm.api.work_inputs import LEAD, identifier

_LONGEST = 1440
_BUSY = "The person has something else at that time."
_OVER = "Its status does not allow it; `current_status` says which it has."
_VISIT = {
    "lead": "01890000-0000-7000-8000-000000000000",
    "type": "property_visit",
    "starts_at": "2026-12-01T15:00:00Z",
    "minutes": 45,
}


class AppointmentIn(Strict):
    """A meeting. With PATCH only what is given changes."""

    type = Choice(choices=AppointmentType.choices)
    starts_at = serializers.DateTimeField(validators=next_steps.BETWEEN)
    minutes = Whole(min_value=1, max_value=_LONGEST, default=60)
    agent = Colleague(default=None, allow_null=True, help_text="Who holds it: agents name themselves or nobody.")
    place = Text(max_length=200, default="", allow_blank=True)
    note = Text(max_length=300, default="", allow_blank=True)


class NewAppointmentIn(AppointmentIn):
    """A new meeting with a lead."""

    lead = Identifier()


class CancelIn(Strict):
    """Why."""

    reason = Text(max_length=300, default="", allow_blank=True)


class AppointmentOut(serializers.Serializer[Any]):
    """A meeting as the API shows it."""

    id = serializers.UUIDField()
    lead = serializers.UUIDField()
    type = serializers.ChoiceField(choices=AppointmentType.choices)
    status = serializers.ChoiceField(choices=AppointmentStatus.choices)
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    place = serializers.CharField()
    note = serializers.CharField()
    agent = PersonOut(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    created_at = serializers.DateTimeField()
    by = DoerOut()


class ByStart(Newest):
    """The earliest first."""

    orders = (Order("starts", "starts_at", timed=True),)


class AppointmentList(GenericAPIView[Appointment]):
    """Meetings with leads the caller may see."""

    serializer_class = AppointmentOut
    pagination_class = ByStart
    filter_backends = ()

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_list",
        parameters=[LEAD],
        responses=answers(AppointmentOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List meetings, the earliest first."""
        found, lead = _seen(request), identifier(request, "lead")
        if lead:
            found = found.filter(lead__public_id=lead)
        return ByStart().page(found, appointment_row(), request)

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_create",
        request=NewAppointmentIn,
        responses=answers(AppointmentOut, status=201, body=True, _409=_BUSY),
        examples=[example("A visit", _VISIT)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Agree on a meeting."""
        form = NewAppointmentIn(data=request.data)
        form.is_valid(raise_exception=True)
        values = dict(form.validated_data)
        try:
            lead = one_lead(request, values.pop("lead"))
        except Http404 as error:
            raise serializers.ValidationError({"lead": [_("Ese lead no existe.")]}) from error
        _may_name(request, values["agent"])
        try:
            made = visits.schedule(lead, visits.Slot(**values), by=actor(request), now=timezone.now())
        except pages.Trouble as error:
            _refuse(request, error)
        response = _respond(made.pk, status=HTTPStatus.CREATED)
        response.headers["Location"] = request.build_absolute_uri(f"{made.public_id}/")
        return response


class AppointmentDetail(APIView):
    """One meeting."""

    @extend_schema(
        tags=["appointments"], operation_id="appointments_read", responses=answers(AppointmentOut, missing=True)
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a meeting."""
        return _respond(_one(request, public_id).pk)

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_change",
        request=AppointmentIn,
        responses=answers(AppointmentOut, body=True, missing=True, _409=_BUSY, _422=_OVER),
        examples=[example("Another hour", {"starts_at": "2026-12-01T16:00:00Z"})],
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """Change some fields; a confirmed meeting at another time has to be confirmed anew."""
        visit = _one(request, public_id)
        form = AppointmentIn(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        agent = form.validated_data.get("agent")
        if agent is None or agent.pk != visit.agent_id:
            _may_name(request, agent)
        try:
            visits.change(visit, form.validated_data, by=actor(request), now=timezone.now())
        except pages.Trouble as error:
            _refuse(request, error)
        return _respond(visit.pk)


class AppointmentConfirm(APIView):
    """The lead said it comes."""

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_confirm",
        request=None,
        responses=answers(AppointmentOut, missing=True, _422=_OVER),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Confirm a meeting. A repeat changes nothing."""
        return _act(request, public_id, visits.confirm)


class AppointmentCancel(APIView):
    """Called off."""

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_cancel",
        request=CancelIn,
        responses=answers(AppointmentOut, body=True, missing=True, _422=_OVER),
        examples=[example("With a reason", {"reason": "Se enfermó"})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Cancel a meeting. A repeat changes nothing."""
        visit = _one(request, public_id)
        form = CancelIn(data=request.data)
        form.is_valid(raise_exception=True)
        return _act(request, visit.public_id, visits.cancel, **form.validated_data)


class AppointmentComplete(APIView):
    """It took place."""

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_complete",
        request=None,
        responses=answers(AppointmentOut, missing=True, _422=_OVER),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Say that a meeting took place. A repeat changes nothing."""
        return _act(request, public_id, visits.complete)


class AppointmentNoShow(APIView):
    """The lead did not come."""

    @extend_schema(
        tags=["appointments"],
        operation_id="appointments_no_show",
        request=None,
        responses=answers(AppointmentOut, missing=True, _422=_OVER),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Say that the lead did not come. A repeat changes nothing."""
        return _act(request, public_id, visits.no_show)


def appointment_row() -> JsonObject:
    """A meeting as AppointmentOut says."""
    agent = JsonObject(id=F("agent__public_id"), name=F("agent__name"))
    return JsonObject(
        *("type", "status", "starts_at", "ends_at", "place", "note", "closed_at", "created_at"),
        id=F("public_id"),
        lead=F("lead__public_id"),
        agent=only_if(Q(agent__isnull=False), agent),
        by=JsonObject(kind=F("by_kind"), name=F("by_label")),
    )


def _seen(request: Request) -> QuerySet[Appointment]:
    return pages.visible(person(request)).select_related(None)


def _one(request: Request, public_id: UUID) -> Appointment:
    visit = _seen(request).filter(public_id=public_id).first()
    if visit is None:
        raise Http404
    return visit


def _may_name(request: Request, agent: User | None) -> None:
    caller = person(request)
    if agent is not None and not caller.is_admin and agent.pk != caller.pk:
        raise PermissionDenied


def _act(request: Request, public_id: UUID, act: Callable[..., Appointment], **more: Any) -> HttpResponse:  # noqa: ANN401
    visit = _one(request, public_id)
    try:
        act(visit, by=actor(request), now=timezone.now(), **more)
    except pages.Trouble as error:
        _refuse(request, error)
    return _respond(visit.pk)


def _refuse(request: Request, error: Exception) -> NoReturn:
    """The refusal as a problem."""
    user = person(request)
    with timezone.override(user.broker.zone if user.broker else user.zone):
        detail = pages.trouble_words(error, user)
    if isinstance(error, visits.CannotSee):
        raise serializers.ValidationError({"agent": [detail]}) from error
    if isinstance(error, visits.Clash):
        raise Problem(HTTPStatus.CONFLICT, "agent-busy", detail, errors={"starts_at": [detail]}) from error
    facts = {"current_status": str(error.status)} if isinstance(error, visits.Refused) else {}
    raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "not-allowed-now", detail, facts=facts) from error


def _respond(visit_id: int, *, status: int = 200) -> HttpResponse:
    stored = Appointment.objects.filter(pk=visit_id).annotate(row=rows.as_text(appointment_row()))
    return rows.respond(stored.values_list("row", flat=True).get(), status=status)


urlpatterns = [
    path("appointments/", AppointmentList.as_view(), name="appointments"),
    path("appointments/<uuid:public_id>/", AppointmentDetail.as_view(), name="appointment"),
    path("appointments/<uuid:public_id>/confirm/", AppointmentConfirm.as_view(), name="confirm"),
    path("appointments/<uuid:public_id>/cancel/", AppointmentCancel.as_view(), name="cancel"),
    path("appointments/<uuid:public_id>/complete/", AppointmentComplete.as_view(), name="complete"),
    path("appointments/<uuid:public_id>/no-show/", AppointmentNoShow.as_view(), name="no-show"),
]
