"""The figures of the pipeline over HTTP. The route is the pipeline's by name, and here because it reads all layers."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import brokerage, person
from accounts.enums import Currency
from core.api.filtering import checked, parameters
from core.api.openapi import answers
from crm import rules
from crm.enums import LostReason, Stage
from crm.filters import LeadFilter
from crm.models import Lead, LeadQuerySet
from reports import first_reply, funnel, inactive, outcomes, pipeline_now, stage_times
from reports.filter_bar import MOST_DAYS
from reports.funnel import Funnel
from reports.outcomes import Outcomes
from reports.periods import Period, PeriodForm, Preset
from reports.pipeline_now import StageNow
from reports.stage_times import StageTime

_FILTERS = ("assigned", "source", "operation", "tag")
_DAY = {"type": "string", "format": "date"}
_RANGE = [
    OpenApiParameter("period", str, enum=Preset.values, description="A range by its name; 30d unless days are given."),
    OpenApiParameter("from", _DAY, description="The first day, of the brokerage's time zone."),
    OpenApiParameter("to", _DAY, description="The last day."),
    OpenApiParameter(
        "inactivity_days",
        {"type": "integer", "minimum": 1, "maximum": MOST_DAYS},
        description="Days in the stage, and without two-way contact, from which a lead counts; else the brokerage's.",
    ),
]
_CHOSEN = [each for each in parameters(LeadFilter) if each.name in _FILTERS]


class AmountOut(serializers.Serializer[Any]):
    unit = serializers.ChoiceField(choices=Currency.choices)
    amount = serializers.DecimalField(max_digits=24, decimal_places=2)


class StageNowOut(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Stage.choices)
    leads = serializers.IntegerField()
    chance = serializers.IntegerField(help_text="Percent of a sale.")
    value = AmountOut(many=True, help_text="Sums of the budgets.")
    weighted_value = AmountOut(many=True, help_text="Those × the chance.")
    inactive = serializers.IntegerField()


class StageTimeOut(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Stage.choices)
    leads = serializers.IntegerField()
    visits = serializers.IntegerField(help_text="Stays that began or were open in the range.")
    open = serializers.IntegerField()
    mean_seconds = serializers.IntegerField(allow_null=True)
    median_seconds = serializers.IntegerField(allow_null=True)


class ConversionOut(serializers.Serializer[Any]):
    from_stage = serializers.ChoiceField(choices=Stage.choices)
    to_stage = serializers.ChoiceField(choices=Stage.choices)
    entered = serializers.IntegerField(help_text="Leads that entered `from_stage` in the range.")
    reached = serializers.IntegerField(help_text="Those that entered `to_stage` later, up to now.")
    share = serializers.FloatField(allow_null=True)


class LostOut(serializers.Serializer[Any]):
    stage = serializers.ChoiceField(choices=Stage.choices, help_text="The stage they were lost from.")
    reason = serializers.ChoiceField(choices=LostReason.choices)
    leads = serializers.IntegerField()


class FirstReplyOut(serializers.Serializer[Any]):
    leads = serializers.IntegerField(help_text="Leads that came in the range and got a reply.")
    median_seconds = serializers.IntegerField(allow_null=True)


class MetricsOut(serializers.Serializer[Any]):
    """The pipeline in figures, over the leads the caller may see and has filtered."""

    first_day = serializers.DateField()
    last_day = serializers.DateField()
    stages = StageNowOut(many=True, help_text="As they stand now, whatever the range.")
    weighted_value = AmountOut(many=True, help_text="Of the open stages.")
    stage_times = StageTimeOut(many=True)
    conversions = ConversionOut(many=True)
    won = serializers.IntegerField()
    lost = serializers.IntegerField()
    win_rate = serializers.FloatField(allow_null=True)
    lost_by = LostOut(many=True)
    first_reply = FirstReplyOut()


class Metrics(APIView):
    """The figures of docs/rules.md, Figures."""

    @extend_schema(
        tags=["pipeline"],
        operation_id="pipeline_metrics",
        parameters=[*_RANGE, *_CHOSEN],
        responses=answers(MetricsOut, bad_query=True),
    )
    def get(self, request: Request) -> Response:
        """Read the pipeline's figures."""
        now = timezone.now()
        leads, period = _leads(request), _period(request)
        decided = rules.in_force()
        days = _inactivity_days(request, usual=decided.advance.inactivity_days)
        stages = pipeline_now.read(leads, rules=decided)
        closed = outcomes.read(leads, period)
        reply = first_reply.read(leads, period)
        return Response(
            {
                "first_day": period.first,
                "last_day": period.last,
                "stages": _stages(stages, inactive.read(leads, days=days, now=now)),
                "weighted_value": _amounts(pipeline_now.expected(stages)),
                "stage_times": [_time(stage, t) for stage, t in stage_times.read(leads, period, now=now).items()],
                "conversions": _conversions(funnel.read(leads, period)),
                **_closed(closed),
                "first_reply": {"leads": reply.replied, "median_seconds": _whole(reply.median)},
            }
        )


def _leads(request: Request) -> LeadQuerySet:
    user = person(request)
    chosen = request.query_params.copy()
    for name in set(chosen) - {*_FILTERS}:
        del chosen[name]
    leads: LeadQuerySet = checked(LeadFilter(chosen, Lead.objects.visible_to(user), user=user, now=timezone.now()))
    return leads


def _period(request: Request) -> Period:
    form = PeriodForm(request.query_params, now=timezone.now(), zone=brokerage(request).zone)
    if not form.is_valid():
        raise ValidationError({name: [str(text) for text in texts] for name, texts in form.errors.items()})
    return form.chosen


def _inactivity_days(request: Request, *, usual: int) -> int:
    text = request.query_params.get("inactivity_days", "") or str(usual)
    days = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(MOST_DAYS)) else 0
    if not 1 <= days <= MOST_DAYS:
        raise ValidationError({"inactivity_days": [_("Escribe un número de 1 a %(most)s.") % {"most": MOST_DAYS}]})
    return days


def _stages(stages: Mapping[Stage, StageNow], left_alone: Mapping[Stage, int]) -> list[dict[str, Any]]:
    return [
        {
            "stage": stage.value,
            "leads": each.leads,
            "chance": each.chance,
            "value": _amounts(each.values),
            "weighted_value": _amounts(each.weighted),
            "inactive": left_alone[stage],
        }
        for stage, each in stages.items()
    ]


def _conversions(found: Funnel) -> list[dict[str, Any]]:
    return [
        {
            "from_stage": stage.value,
            "to_stage": then.value,
            "entered": found.entered[stage],
            "reached": reached,
            "share": found.share(stage, then),
        }
        for (stage, then), reached in found.reached.items()
    ]


def _closed(found: Outcomes) -> dict[str, Any]:
    lost_by = [
        {"stage": stage.value, "reason": reason.value, "leads": leads}
        for (stage, reason), leads in sorted(found.lost_by.items())
    ]
    return {"won": found.won, "lost": found.lost, "win_rate": found.win_rate, "lost_by": lost_by}


def _time(stage: Stage, time: StageTime) -> dict[str, Any]:
    return {
        "stage": stage.value,
        "leads": time.leads,
        "visits": time.visits,
        "open": time.open,
        "mean_seconds": _whole(time.mean),
        "median_seconds": _whole(time.median),
    }


def _whole(seconds: float | None) -> int | None:
    return round(seconds) if seconds is not None else None


def _amounts(values: Mapping[str, Decimal]) -> list[dict[str, str]]:
    return [{"unit": unit, "amount": f"{amount:.2f}"} for unit, amount in sorted(values.items())]


urlpatterns = [path("pipeline/metrics/", Metrics.as_view(), name="metrics")]
