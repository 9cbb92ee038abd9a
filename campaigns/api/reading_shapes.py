"""What the API shows of what campaigns did: figures, log rows, stories and reasons."""

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from campaigns import words
from campaigns.api.shapes import LeadNameOut
from campaigns.enums import LogStatus, StepAction
from campaigns.models import CampaignLog, Step
from campaigns.stats import Counts, Stats
from campaigns.traces import Trace
from crm.enums import Stage
from messaging.enums import Status

_COUNTS = ("sent", "delivered", "read", "replied", "failed", "skipped", "pending")


class ReasonCountOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField(help_text="In the caller's language.")
    count = serializers.IntegerField()


class ReachLeadOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    stage = serializers.ChoiceField(choices=Stage.choices)
    score = serializers.IntegerField(allow_null=True)


class ReachOut(serializers.Serializer[Any]):
    """Who would enter now."""

    count = serializers.IntegerField()
    room = serializers.IntegerField(allow_null=True, help_text="How many more it may take; null: no limit.")
    sample = ReachLeadOut(many=True)
    out = ReasonCountOut(many=True, help_text="Who would not, each lead by its first reason.")


class WhyOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    detail = serializers.CharField()


class WhyNotOut(serializers.Serializer[Any]):
    """Why a lead is not in."""

    enters = serializers.BooleanField()
    reasons = WhyOut(many=True)


class CountsOut(serializers.Serializer[Any]):
    """What became of visits to steps."""

    sent = serializers.IntegerField()
    delivered = serializers.IntegerField()
    read = serializers.IntegerField()
    replied = serializers.IntegerField(help_text="Messages after which the lead wrote before the next one.")
    failed = serializers.IntegerField()
    skipped = serializers.IntegerField()
    pending = serializers.IntegerField()
    failed_reasons = ReasonCountOut(many=True)
    skipped_reasons = ReasonCountOut(many=True)


class StepStatsOut(CountsOut):
    step = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True, help_text="null: taken out.")
    action = serializers.ChoiceField(choices=StepAction.choices)


class LeftOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    count = serializers.IntegerField()


class StatsOut(serializers.Serializer[Any]):
    """What came of a campaign."""

    enrolled = serializers.IntegerField()
    active = serializers.IntegerField()
    finished = serializers.IntegerField()
    left = LeftOut(many=True)
    contacted = serializers.IntegerField(help_text="Leads that got at least one message.")
    success_rate = serializers.FloatField(allow_null=True, help_text="Sent ÷ (sent + failed).")
    failure_rate = serializers.FloatField(allow_null=True)
    replies = serializers.IntegerField(help_text="Leads that wrote within 30 days of their first message.")
    appointments = serializers.IntegerField(help_text="Leads with one agreed within 30 days.")
    wins = serializers.IntegerField(help_text="Leads won within 30 days.")
    total = CountsOut()
    steps = StepStatsOut(many=True)


class LogStepOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField(allow_null=True)
    action = serializers.ChoiceField(choices=StepAction.choices)


class LogOut(serializers.Serializer[Any]):
    """What became of a step for a lead."""

    id = serializers.UUIDField()
    lead = LeadNameOut()
    step = LogStepOut()
    status = serializers.ChoiceField(choices=LogStatus.choices)
    reason = serializers.CharField(help_text="A code.")
    text = serializers.CharField(help_text="The reason in words.")
    due_at = serializers.DateTimeField()
    scheduled_for = serializers.DateTimeField()
    executed_at = serializers.DateTimeField(allow_null=True)
    message = serializers.UUIDField(allow_null=True)
    message_status = serializers.ChoiceField(choices=[("", "none"), *Status.choices])


class SeenOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    held = serializers.BooleanField()
    saw = serializers.CharField()


class CheckOut(serializers.Serializer[Any]):
    check = serializers.CharField()
    ruling = serializers.CharField()
    text = serializers.CharField()


class TraceOut(LogOut):
    """Why a lead got, or did not get, a step."""

    what = serializers.CharField(help_text="What the step does.")
    entered = serializers.ListField(child=serializers.CharField(), help_text="What brought the lead in.")
    advice = serializers.CharField(help_text="What can be done about it.")
    conditions = SeenOut(many=True)
    checks = CheckOut(many=True, help_text="What the gate was asked, and said.")
    template = serializers.DictField(help_text="`id`, `name` and `version` of the text.")
    cause = serializers.DictField(help_text="The facts the trigger saw.")


def stats_of(found: Stats) -> dict[str, Any]:
    """The figures as StatsOut says."""
    plain = ("enrolled", "active", "finished", "contacted", "replies", "appointments", "wins")
    return {
        **{name: getattr(found, name) for name in plain},
        "left": [{"code": why.value, "text": str(why.label), "count": n} for why, n in found.left.items()],
        "success_rate": found.total.success_rate,
        "failure_rate": found.total.failure_rate,
        "total": _counts(found.total),
        "steps": [_step(step) | _counts(counts) for step, counts in found.steps],
    }


def log_of(log: CampaignLog) -> dict[str, Any]:
    """A log row as LogOut says."""
    message = log.message
    provider = message.account.provider if message else ""
    return {
        "id": log.public_id,
        "lead": {"id": log.lead.public_id, "name": log.lead.name},
        "step": {"id": log.step.public_id, "number": log.step.number, "action": log.step.action},
        "status": log.status,
        "reason": log.reason,
        "text": words.of(log.reason, log.trace, provider=provider).text,
        **{name: getattr(log, name) for name in ("due_at", "scheduled_for", "executed_at")},
        "message": message.public_id if message else None,
        "message_status": message.status if message else "",
    }


def trace_of(told: Trace) -> dict[str, Any]:
    """A story as TraceOut says."""
    return {
        **log_of(told.log),
        "what": told.step,
        "entered": told.entered,
        "text": told.outcome.text,
        "advice": told.outcome.todo,
        "conditions": [{"text": each.text, "held": each.held, "saw": each.saw} for each in told.conditions],
        "checks": [{"check": each.label, "ruling": each.ruling, "text": each.text} for each in told.checks],
        "template": dict(told.template),
        "cause": told.log.enrollment.cause,
    }


def _step(step: Step) -> dict[str, Any]:
    return {"step": step.public_id, "number": step.number, "action": step.action}


def _counts(counts: Counts) -> dict[str, Any]:
    return {
        **{name: getattr(counts, name) for name in _COUNTS},
        "failed_reasons": _reasons(counts.failed_reasons, counts.providers),
        "skipped_reasons": _reasons(counts.skipped_reasons, {}),
    }


def _reasons(reasons: Mapping[str, int], providers: Mapping[str, str]) -> list[dict[str, Any]]:
    ordered = sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))
    said = {code: words.of(code, provider=providers.get(code, "")).text for code in reasons}
    return [{"code": code, "text": said[code], "count": count} for code, count in ordered]
