"""A lead's score with its parts, and the rules it is told by."""

from typing import Any
from uuid import UUID

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor
from core.api.openapi import answers
from crm import enums, rules, scoring
from crm.api.leads import one
from crm.models import Lead
from crm.rules import Rules
from crm.scoring import explaining


class PartOut(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="Which component: name, messages, no_show, …")
    group = serializers.CharField()
    points = serializers.FloatField(help_text="Before the stage's multiplier.")
    most = serializers.FloatField(help_text="The most it could give.")
    name = serializers.CharField(help_text="In the caller's language.")
    why = serializers.DictField(help_text="What it was told by.")


class RaiseOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    words = serializers.CharField()
    gain = serializers.IntegerField()


class ScoreOut(serializers.Serializer[Any]):
    """A score and why: `multiplier × (profile + behavior + engagement) + stage + financial + penalties`."""

    score = serializers.IntegerField(allow_null=True)
    status = serializers.ChoiceField(choices=enums.LeadStatus.choices)
    scored_at = serializers.DateTimeField(allow_null=True)
    rules_version = serializers.IntegerField(help_text="0 are the defaults.")
    multiplier = serializers.FloatField()
    groups = serializers.DictField(child=serializers.FloatField())
    parts = PartOut(many=True)
    raises = RaiseOut(many=True, help_text="What would raise it, the most first.")


class LeadScore(APIView):
    """Why a lead has its score."""

    @extend_schema(tags=["leads"], operation_id="leads_score", responses=answers(ScoreOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read a lead's score with its parts."""
        return Response(_told(one(request, public_id)))


class LeadRecalculate(APIView):
    """A score told anew."""

    @extend_schema(
        tags=["leads"], operation_id="leads_recalculate", request=None, responses=answers(ScoreOut, missing=True)
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Tell a lead's score anew. Nothing but the score and the status it stands for changes."""
        lead = one(request, public_id)
        scoring.rescore([lead.pk], by=actor(request), now=timezone.now())
        return Response(_told(Lead.objects.get(pk=lead.pk)))


class RulesOut(serializers.Serializer[Any]):
    """The rules in force."""

    version = serializers.IntegerField(help_text="0 are the defaults.")
    numbers = serializers.DictField(help_text="Path to number, as `profile.name` or `stages.agendado.chance`.")


class RulesInForce(APIView):
    """What the brokerage decides by."""

    @extend_schema(tags=["rules"], operation_id="rules_read", responses=answers(RulesOut))
    def get(self, _request: Request) -> Response:
        """Read the numbers the brokerage's leads are scored, qualified and moved on by."""
        return Response(_numbers(rules.in_force()))


def _numbers(in_force: Rules) -> dict[str, Any]:
    return {"version": in_force.version, "numbers": in_force.document()}


def _told(lead: Lead) -> dict[str, Any]:
    stored = lead.score_components
    names = {line.code: line.name for line in explaining.lines(lead)}
    parts = [
        {"code": code, "group": group, "points": points, "most": most, "name": names[code], "why": why}
        for code, group, points, most, why in stored.get("parts", ())
    ]
    return {
        "score": lead.score,
        "status": lead.status,
        "scored_at": lead.scored_at,
        "rules_version": stored.get("rules", 0),
        "multiplier": stored.get("multiplier", 1),
        "groups": stored.get("groups", {}),
        "parts": parts,
        "raises": [each._asdict() for each in explaining.raises(lead, now=timezone.now())],
    }
