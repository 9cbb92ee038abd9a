"""What a campaign did: its figures, its log, who is in it, and the story of each step."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api_authentication import person
from campaigns import stats, traces
from campaigns.api.lookup import one
from campaigns.api.reading_shapes import LogOut, StatsOut, TraceOut, log_of, stats_of, trace_of
from campaigns.api.shapes import EnrollmentOut, enrollment_row
from campaigns.enums import EnrollmentStatus, LogStatus
from campaigns.models import CampaignLog, Enrollment
from core import keyset
from core.api.openapi import answers
from core.api.pagination import Newest, limit_of
from core.keyset import Order
from crm.api.work_inputs import LEAD, identifier
from crm.models import LeadQuerySet

_STEP = OpenApiParameter("step", OpenApiTypes.UUID, description="Only of this step.")
_LOG_STATUS = OpenApiParameter("status", str, enum=LogStatus.values)
_ENROLLMENT_STATUS = OpenApiParameter("status", str, enum=EnrollmentStatus.values)
_SINCE = OpenApiParameter("since", OpenApiTypes.DATETIME, description="Done, or planned, at this moment or later.")
_UNTIL = OpenApiParameter("until", OpenApiTypes.DATETIME, description="Done, or planned, before this moment.")


class Latest(Newest):
    """By the order in which rows came."""

    orders = (Order("newest", "id", descending=True),)

    def shaped(self, rows: QuerySet[Any], shape: Callable[[Any], dict[str, Any]], request: Request) -> Response:
        """One page of rows, each as `shape` makes it; 400 on a limit or cursor that cannot be."""
        order = self._order(request)
        try:
            page = keyset.page(rows, order, cursor=request.query_params.get("cursor", ""), size=limit_of(request))
        except keyset.BadCursor as error:
            raise serializers.ValidationError(
                {"cursor": [_("Este cursor no es de esta lista. Empieza sin él.")]}
            ) from error
        following = replace_query_param(request.build_absolute_uri(), "cursor", page.next) if page.next else None
        return Response({"next": following, "results": [shape(each) for each in page.rows]})


class CampaignStats(APIView):
    """The figures."""

    @extend_schema(tags=["campaigns"], operation_id="campaigns_stats", responses=answers(StatsOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Tell what came of a campaign, over the leads the caller may see."""
        return Response(stats_of(stats.of(one(public_id), seen=stats.seen_by(person(request)))))


class CampaignLogs(GenericAPIView[CampaignLog]):
    """The log."""

    serializer_class = LogOut
    pagination_class = Latest
    filter_backends = ()

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_logs",
        parameters=[LEAD, _STEP, _LOG_STATUS, _SINCE, _UNTIL],
        responses=answers(LogOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, public_id: UUID) -> Response:
        """List what became of each step for each lead, the latest first."""
        found = CampaignLog.objects.filter(campaign=one(public_id)).filter(_asked(request))
        return Latest().shaped(
            _within(found, stats.seen_by(person(request))).select_related(*traces.LOADED), log_of, request
        )


class CampaignLogTrace(APIView):
    """One row."""

    @extend_schema(tags=["campaigns"], operation_id="campaigns_trace", responses=answers(TraceOut, missing=True))
    def get(self, request: Request, public_id: UUID, log_id: UUID) -> Response:
        """Tell why a lead got, or did not get, a step."""
        rows = CampaignLog.objects.filter(campaign__public_id=public_id, public_id=log_id)
        log = _within(rows, stats.seen_by(person(request))).select_related(*traces.LOADED).first()
        if log is None:
            raise Http404
        return Response(trace_of(traces.of(log, now=timezone.now())))


class CampaignEnrollments(GenericAPIView[Enrollment]):
    """Who is, or was, in it."""

    serializer_class = EnrollmentOut
    pagination_class = Latest
    filter_backends = ()

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_enrollments",
        parameters=[LEAD, _ENROLLMENT_STATUS],
        responses=answers(EnrollmentOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List the leads that entered, the latest first."""
        found = Enrollment.objects.filter(campaign=one(public_id))
        if lead := identifier(request, "lead"):
            found = found.filter(lead__public_id=lead)
        if status := _choice(request, "status", EnrollmentStatus.values):
            found = found.filter(status=status)
        return Latest().page(_within(found, stats.seen_by(person(request))), enrollment_row(), request)


def _asked(request: Request) -> Q:
    """The rows the query means; raises ValidationError by parameter."""
    wanted = Q()
    if lead := identifier(request, "lead"):
        wanted &= Q(lead__public_id=lead)
    if step := identifier(request, "step"):
        wanted &= Q(step__public_id=step)
    if status := _choice(request, "status", LogStatus.values):
        wanted &= Q(status=status)
    at = Coalesce("executed_at", "scheduled_for")
    if (since := _moment(request, "since")) is not None:
        wanted &= Q(GreaterThanOrEqual(at, since))
    if (until := _moment(request, "until")) is not None:
        wanted &= Q(LessThan(at, until))
    return wanted


def _within(rows: "QuerySet[Any]", leads: LeadQuerySet | None) -> "QuerySet[Any]":
    return rows if leads is None else rows.filter(lead__in=leads)


def _choice(request: Request, name: str, values: list[str]) -> str:
    text = request.query_params.get(name, "")
    if text and text not in values:
        raise serializers.ValidationError({name: [_("No es un valor posible.")]})
    return text


def _moment(request: Request, name: str) -> datetime | None:
    text = request.query_params.get(name, "")
    if not text:
        return None
    try:
        found: datetime = serializers.DateTimeField().to_internal_value(text)
    except (serializers.ValidationError, OverflowError) as error:
        raise serializers.ValidationError({name: [_("No es una fecha con hora.")]}) from error
    return found
