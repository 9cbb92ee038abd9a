"""Campaigns: list, create, read, change, delete, put away, copy."""

from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor
from accounts.api_permissions import ReadOrAdmin
from campaigns import drafting, steps
from campaigns.api.inputs import CampaignIn, CampaignNewIn
from campaigns.api.lookup import one, refusals
from campaigns.api.shapes import CampaignOut, campaign_row, campaign_text
from campaigns.drafting import Wanted
from campaigns.enums import CampaignStatus, CampaignTrigger
from campaigns.models import Campaign
from core.api import rows
from core.api.openapi import answers, example
from core.api.pagination import Newest
from templates_app.enums import TemplateChannel

_FILTERS = {"status": CampaignStatus, "channel": TemplateChannel, "trigger": CampaignTrigger}
_PARAMETERS = [
    *(OpenApiParameter(name, str, enum=enum.values) for name, enum in _FILTERS.items()),
    OpenApiParameter("archived", str, enum=["true"], description="Those put away instead."),
]
_EXAMPLE = {
    "name": "Reactivación",
    "channel": "whatsapp",
    "trigger": "inactivity",
    "condition": {"inactivity_days": 30},
    "audience": {"stage": ["entrada", "perfilamiento"]},
}
_OVER = "It has ended: duplicate it."


class CampaignList(GenericAPIView[Campaign]):
    """All campaigns."""

    serializer_class = CampaignOut
    filter_backends = ()
    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_list",
        parameters=_PARAMETERS,
        responses=answers(CampaignOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List campaigns with their steps, the newest first."""
        return Newest().page(_filtered(request), campaign_row(), request)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_create",
        request=CampaignNewIn,
        responses=answers(CampaignOut, status=201, body=True),
        examples=[example("Those who went quiet", _EXAMPLE)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a draft."""
        form = CampaignNewIn(data=request.data)
        form.is_valid(raise_exception=True)
        by, now = actor(request), timezone.now()
        with refusals(), transaction.atomic():
            made = drafting.create(form.wanted(), by=by, now=now)
            for wanted in form.wanted_steps():
                steps.add(made, wanted, by=by, now=now)
        return _made(request, made, f"{made.public_id}/")


class CampaignDetail(APIView):
    """One campaign."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(tags=["campaigns"], operation_id="campaigns_read", responses=answers(CampaignOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a campaign with its steps."""
        return shown(one(public_id))

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_replace",
        request=CampaignIn,
        responses=answers(CampaignOut, body=True, missing=True, _409=_OVER),
        examples=[example("Everything anew", _EXAMPLE)],
    )
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """Replace a campaign; what is missing takes its default, its steps stay."""
        return _change(request, one(public_id), partial=False)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_change",
        request=CampaignIn,
        responses=answers(CampaignOut, body=True, missing=True, _409=_OVER),
        examples=[example("Office hours", {"opens": "09:00", "closes": "19:00", "days": [1, 2, 3, 4, 5]})],
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """Change some fields. While it runs that holds from now on."""
        return _change(request, one(public_id), partial=True)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_delete",
        responses=answers(None, status=204, missing=True, _409="It is no draft: archive it."),
    )
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Delete a draft."""
        with refusals():
            drafting.remove(one(public_id), by=actor(request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class CampaignArchive(APIView):
    """Out of the list."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_archive",
        request=None,
        responses=answers(CampaignOut, missing=True, _409="It runs or is paused: complete it before."),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Put a campaign away with its history. A repeat changes nothing."""
        with refusals():
            return shown(drafting.archive(one(public_id), by=actor(request), now=timezone.now()))


class CampaignDuplicate(APIView):
    """A copy."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_duplicate",
        request=None,
        responses=answers(CampaignOut, status=201, missing=True, _409="It cannot be copied as it stands."),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Make a draft with the same settings and steps."""
        with refusals():
            copy = drafting.duplicate(one(public_id), by=actor(request), now=timezone.now())
        return _made(request, copy, f"../../{copy.public_id}/")


def shown(campaign: Campaign, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """A campaign as the answer."""
    return rows.respond(campaign_text(campaign), status=status)


def _made(request: Request, campaign: Campaign, where: str) -> HttpResponse:
    answer = shown(campaign, status=HTTPStatus.CREATED)
    answer.headers["Location"] = request.build_absolute_uri(where)
    return answer


def _filtered(request: Request) -> QuerySet[Campaign]:
    params = request.query_params
    found = Campaign.objects.filter(archived_at__isnull=params.get("archived") != "true")
    for name, enum in _FILTERS.items():
        if text := params.get(name, ""):
            if text not in enum.values:
                raise serializers.ValidationError({name: [_("No es un valor posible.")]})
            found = found.filter(**{name: text})
    return found


def _change(request: Request, campaign: Campaign, *, partial: bool) -> HttpResponse:
    form = CampaignIn(data=request.data, partial=partial)
    form.is_valid(raise_exception=True)
    stands = Wanted.of(campaign)
    kept = {name: getattr(stands, name) for name in Wanted.__dataclass_fields__} if partial else {}
    with refusals():
        return shown(drafting.change(campaign, form.wanted(kept), by=actor(request), now=timezone.now()))
