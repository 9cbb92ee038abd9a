"""Who enters: one lead, many, whom the campaign would take in, and why a lead is not in it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from accounts.api_permissions import ReadOrAdmin
from campaigns import applying, audience, reach, reach_words, traces
from campaigns.api.inputs import ApplyIn
from campaigns.api.lookup import lead_of, one, refusals
from campaigns.api.reading_shapes import ReachOut, WhyNotOut
from campaigns.api.shapes import EnrollmentOut, enrollment_text
from campaigns.models import Campaign
from core.api import rows
from core.api.filtering import checked
from core.api.jobs import JobOut, followed
from core.api.openapi import answers, example
from crm import filters
from crm.models import Lead, LeadQuerySet

_LEAD = ("name", "stage", "score")
_REFUSED = "It may not enter: `reason` is a code, `detail` says why."


class CampaignApplyToLead(APIView):
    """One lead, by hand."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_apply_to_lead",
        request=None,
        responses=answers(EnrollmentOut, missing=True, _409=_REFUSED) | {(201, "application/json"): EnrollmentOut},
    )
    def post(self, request: Request, public_id: UUID, lead_id: UUID) -> HttpResponse:
        """Enroll a lead: 201, or 200 when it is in already. The campaign's filters are not asked."""
        campaign, lead = one(public_id), lead_of(request, lead_id)
        with refusals():
            done = applying.to_lead(campaign, lead, by=actor(request), now=timezone.now())
        status = HTTPStatus.CREATED if done.made else HTTPStatus.OK
        return rows.respond(enrollment_text(done.enrollment), status=status)


class CampaignApply(APIView):
    """Many leads, by hand."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_apply",
        request=ApplyIn,
        responses=answers(JobOut, status=202, body=True, missing=True, _409="The campaign does not run."),
        examples=[example("Those of a filter", {"filter": "stage=entrada&tag=feria"})],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Enroll leads in the background; the job's result says how many entered, and how many not and why."""
        campaign = one(public_id)
        form = ApplyIn(data=request.data)
        form.is_valid(raise_exception=True)
        found = _leads(request, campaign, form.validated_data)
        keys = list(found.order_by("pk").values_list("pk", flat=True)[: applying.MOST + 1])
        if len(keys) > applying.MOST:
            text = _("Son más de %(most)s leads: acota el filtro.") % {"most": applying.MOST}
            raise serializers.ValidationError({"filter": [text]})
        with refusals():
            job = applying.to_many(campaign, keys, user=person(request), by=actor(request), now=timezone.now())
        return followed(request, job)


class CampaignAudience(APIView):
    """Whom it would take in."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(tags=["campaigns"], operation_id="campaigns_audience", responses=answers(ReachOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Tell who would enter now, and how many not and why, among the leads the caller may see."""
        leads = Lead.objects.visible_to(person(request))
        found = reach.of(one(public_id), now=timezone.now(), seen=leads)
        out = [{"code": code, "text": reach_words.line(code), "count": count} for code, count in found.out.items()]
        sample = [
            {"id": each.public_id, "name": each.name, "stage": each.stage, "score": each.score} for each in found.sample
        ]
        return Response({"count": found.enter, "room": found.room, "sample": sample, "out": out})


class CampaignWhyNot(APIView):
    """One lead that is not in."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(tags=["campaigns"], operation_id="campaigns_why_not", responses=answers(WhyNotOut, missing=True))
    def get(self, request: Request, public_id: UUID, lead_id: UUID) -> Response:
        """Tell everything that keeps a lead out now; without a reason it would enter."""
        reasons = traces.why_not(one(public_id), lead_of(request, lead_id), now=timezone.now())
        said: list[dict[str, Any]] = [{"code": each.code, "text": each.text, "detail": each.detail} for each in reasons]
        return Response({"enters": not said, "reasons": said})


def _leads(request: Request, campaign: Campaign, wanted: dict[str, Any]) -> LeadQuerySet:
    user, now = person(request), timezone.now()
    mine = Lead.objects.visible_to(user)
    if wanted["audience"]:
        return mine.filter(pk__in=audience.filtered(campaign, now=now).order_by().values("pk"))
    if wanted["filter"] is None:
        return mine.filter(public_id__in=wanted["ids"])
    try:
        found: LeadQuerySet = checked(filters.apply(QueryDict(wanted["filter"]), user=user, now=now))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"filter": [_("No es un filtro válido.")]}) from error
    return found
