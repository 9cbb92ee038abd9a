"""The pipeline's API: moving a lead, and the leads of a stage."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from accounts.enums import Currency
from core.api.fields import Amount, Choice, Flag, Strict, Text, Whole
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.problems import Problem
from core.keyset import Order
from crm import inactivity
from crm.api.shapes import LeadOut, lead_facts, lead_row
from crm.enums import LostReason, Stage
from crm.leads import Stale
from crm.models import Lead, LeadQuerySet
from pipeline import api_bulk, board
from pipeline.api_advance import AutoAdvance

_LARGEST_VERSION = 2_147_483_647
_MOST_DAYS = 3650
_DEFAULT_DAYS = 7
_STAGE = OpenApiParameter("stage", str, OpenApiParameter.PATH, enum=Stage.values)
_DAYS = OpenApiParameter(
    "inactivity_days",
    {"type": "integer", "minimum": 1, "maximum": _MOST_DAYS, "default": _DEFAULT_DAYS},
    description="Whole days in the stage, and without two-way contact.",
)


class ByBoard(Newest):
    """The board's order, from the top of a column down."""

    orders = (Order("board", "board_rank"),)


class ClosingPriceIn(Strict):
    amount = Amount()
    unit = Choice(choices=Currency.choices)


class MoveIn(Strict):
    """Where a lead shall go."""

    new_stage = Choice(choices=Stage.choices)
    reason = Text(max_length=300, default="", allow_blank=True, help_text="Needed with force.")
    lost_reason = Choice(choices=LostReason.choices, default=None, allow_null=True, help_text="Needed for `perdido`.")
    lost_note = Text(max_length=300, default="", allow_blank=True, help_text="Needed when the reason is `otro`.")
    closing_price = ClosingPriceIn(default=None, allow_null=True, help_text="For `ganado`.")
    version = Whole(
        min_value=1,
        max_value=_LARGEST_VERSION,
        default=None,
        allow_null=True,
        help_text="The version the caller has seen; another one is refused with 409.",
    )
    force = Flag(default=False, help_text="Past the table of transitions: admins only, with a reason.")


class MoveOut(serializers.Serializer[Any]):
    old_stage = serializers.ChoiceField(choices=Stage.choices)
    new_stage = serializers.ChoiceField(choices=Stage.choices)
    stage_entered_at = serializers.DateTimeField()
    version = serializers.IntegerField()


class MoveStage(APIView):
    """The one way to another stage."""

    @extend_schema(
        tags=["pipeline"],
        operation_id="pipeline_move_stage",
        request=MoveIn,
        responses=answers(
            MoveOut,
            body=True,
            missing=True,
            _409="The lead changed since the given version; `lead` is how it stands now.",
            _422="The table of transitions refuses it; `allowed` are the stages it may go to.",
        ),
        examples=[
            example("Onwards", {"new_stage": "perfilamiento", "version": 1}),
            example("Lost", {"new_stage": "perdido", "lost_reason": "precio"}),
        ],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move a lead to a stage."""
        visible = Lead.objects.visible_to(person(request))
        form = MoveIn(data=request.data)
        wrong = not form.is_valid()
        forbidden = not wrong and form.validated_data["force"] and not person(request).is_admin
        if (wrong or forbidden) and not visible.filter(public_id=public_id).exists():
            raise Http404  # whatever the body: a stranger learns nothing from it
        form.is_valid(raise_exception=True)
        if forbidden:
            raise PermissionDenied(_("Solo la administración puede forzar una etapa."))
        lead, left, _transition = _move(request, public_id, _wish(form.validated_data), visible)
        return Response(
            {
                "old_stage": left,
                "new_stage": lead.stage,
                "stage_entered_at": lead.stage_entered_at,
                "version": lead.version,
            }
        )


class StageLeads(GenericAPIView[Lead]):
    """A column of the board."""

    serializer_class = LeadOut
    pagination_class = ByBoard
    filter_backends = ()

    @extend_schema(
        tags=["pipeline"],
        operation_id="pipeline_stage_leads",
        parameters=[_STAGE],
        responses=answers(LeadOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, stage: str) -> HttpResponse:
        """List the leads of a stage in the order of the board."""
        return ByBoard().page(_in_stage(request, stage), lead_row(), request)


class StageInactive(GenericAPIView[Lead]):
    """Leads that were left alone."""

    serializer_class = LeadOut
    pagination_class = ByBoard
    filter_backends = ()

    @extend_schema(
        tags=["pipeline"],
        operation_id="pipeline_stage_inactive",
        parameters=[_STAGE, _DAYS],
        responses=answers(LeadOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, stage: str) -> HttpResponse:
        """List those in the stage for so many days, and without two-way contact for as long (docs/glossary.md)."""
        quiet = inactivity.condition(_days(request), now=timezone.now())
        leads = _in_stage(request, stage).filter(quiet)
        return ByBoard().page(leads, lead_row(), request)


def _in_stage(request: Request, stage: str) -> LeadQuerySet:
    if stage not in Stage.values:
        raise Http404
    return Lead.objects.visible_to(person(request)).filter(stage=stage)


def _days(request: Request) -> int:
    text = request.query_params.get("inactivity_days", str(_DEFAULT_DAYS))
    days = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_DAYS)) else 0
    if not 1 <= days <= _MOST_DAYS:
        message = _("Escribe un número de 1 a %(most)s.") % {"most": _MOST_DAYS}
        raise serializers.ValidationError({"inactivity_days": [message]})
    return days


def _wish(values: dict[str, Any]) -> board.Move:
    price = values["closing_price"] or {"amount": None, "unit": ""}
    return board.Move(
        Stage(values["new_stage"]),
        version=values["version"],
        reason=values["reason"],
        lost_reason=LostReason(values["lost_reason"]) if values["lost_reason"] else None,
        lost_note=values["lost_note"],
        closing_price=price["amount"],
        closing_unit=price["unit"],
        force=values["force"],
    )


def _move(request: Request, public_id: UUID, wish: board.Move, visible: LeadQuerySet) -> board.Moved:
    try:
        return board.move(public_id, wish, within=visible, by=actor(request), now=timezone.now())
    except Lead.DoesNotExist as missing:
        raise Http404 from missing
    except Stale as stale:
        now_is = {"lead": lead_facts(visible.filter(public_id=public_id))}
        detail = _("Alguien cambió este lead mientras tanto.")
        raise Problem(HTTPStatus.CONFLICT, "stale", detail, facts=now_is) from stale
    except board.NotAllowed as refusal:
        detail = _("De esa etapa no se pasa a la pedida.")
        facts = {"allowed": [stage.value for stage in refusal.allowed]}
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "move-not-allowed", detail, facts=facts) from refusal
    except board.Incomplete as gap:
        raise serializers.ValidationError({gap.field: [_("Falta este dato.")]}) from gap


urlpatterns = [
    *api_bulk.urlpatterns,
    path("pipeline/leads/<uuid:public_id>/move-stage/", MoveStage.as_view(), name="move-stage"),
    path("pipeline/leads/<uuid:public_id>/auto-advance/", AutoAdvance.as_view(), name="auto-advance"),
    path("pipeline/stages/<str:stage>/leads/", StageLeads.as_view(), name="stage-leads"),
    path("pipeline/stages/<str:stage>/inactive/", StageInactive.as_view(), name="stage-inactive"),
]
