"""Auto-advance over the API."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core.api.openapi import answers
from crm.enums import Stage
from crm.models import Lead
from pipeline import advance
from pipeline.advance import Walk


class StepOut(serializers.Serializer[Any]):
    old_stage = serializers.ChoiceField(choices=Stage.choices)
    new_stage = serializers.ChoiceField(choices=Stage.choices)
    rule = serializers.CharField()
    reason = serializers.CharField()


class GapOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    words = serializers.CharField(help_text="In the caller's language.")


class WaitingOut(serializers.Serializer[Any]):
    to = serializers.ChoiceField(choices=Stage.choices)
    missing = GapOut(many=True)


class AdvanceOut(serializers.Serializer[Any]):
    """The moves made, and what each rule of the stage it came to waits for."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    moves = StepOut(many=True)
    waiting = WaitingOut(many=True)
    still = serializers.CharField(
        allow_null=True,
        help_text="Why no rule looks at this lead: it is on hold, or in a stage nobody leaves by itself.",
    )


class AutoAdvance(APIView):
    """Leads that move on by rule."""

    @extend_schema(
        tags=["pipeline"],
        operation_id="pipeline_auto_advance",
        request=None,
        responses=answers(AdvanceOut, missing=True),
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Move a lead on as far as the rules say, entering no stage twice; tell what the next ones wait for."""
        lead = Lead.objects.visible_to(person(request)).filter(public_id=public_id).first()
        if lead is None:
            raise Http404
        return Response(_told(advance.advance(lead, by=actor(request), now=timezone.now())))


def _told(walk: Walk) -> dict[str, Any]:
    return {
        "stage": walk.stage,
        "moves": [
            {"old_stage": step.left, "new_stage": step.to, "rule": step.rule.code, "reason": step.rule.reason()}
            for step in walk.steps
        ],
        "waiting": [
            {"to": each.to, "missing": [{"code": gap.code, "words": str(gap)} for gap in each.missing]}
            for each in walk.waiting
        ],
        "still": str(walk.still) if walk.still else None,
    }
