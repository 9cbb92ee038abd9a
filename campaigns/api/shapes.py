"""What the API shows of campaigns: SQL expressions for the answer, serializers for the document."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, OuterRef, QuerySet, TextField, Value
from rest_framework import serializers

from campaigns.enums import (
    CampaignStatus,
    CampaignTrigger,
    EndReason,
    EnrollmentStatus,
    StepAction,
    WhenFalse,
)
from campaigns.models import Campaign, Enrollment, Step
from core.api.rows import JsonObject, as_text
from crm.enums import Stage
from templates_app.enums import AgentType, TemplateChannel

_STEP = (
    *("number", "action", "channel", "delay_minutes", "target_stage", "agent_type", "note", "conditions"),
    *("when_false", "wait_hours"),
)
_CAMPAIGN = (
    *("name", "description", "channel", "status", "trigger", "condition", "audience", "stop_on_reply"),
    *("reentry_days", "max_contacts", "days", "goal", "late_hours", "version", "created_at", "updated_at"),
    *("activated_at", "paused_at", "completed_at", "archived_at"),
)
_NONE = ("", "none")


class CampaignStepOut(serializers.Serializer[Any]):
    """A step."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    action = serializers.ChoiceField(choices=StepAction.choices)
    channel = serializers.ChoiceField(choices=[("", "the campaign's"), *TemplateChannel.choices])
    delay_minutes = serializers.IntegerField()
    template = serializers.UUIDField(allow_null=True)
    target_stage = serializers.ChoiceField(choices=[_NONE, *Stage.choices])
    agent_type = serializers.ChoiceField(choices=[_NONE, *AgentType.choices])
    assign_to = serializers.UUIDField(allow_null=True)
    tag = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    conditions = serializers.ListField(child=serializers.DictField())
    when_false = serializers.ChoiceField(choices=WhenFalse.choices)
    wait_hours = serializers.IntegerField(allow_null=True)


class CampaignOut(serializers.Serializer[Any]):
    """A campaign with its steps."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    description = serializers.CharField()
    channel = serializers.ChoiceField(choices=TemplateChannel.choices)
    status = serializers.ChoiceField(choices=CampaignStatus.choices)
    trigger = serializers.ChoiceField(choices=CampaignTrigger.choices)
    condition = serializers.DictField()
    audience = serializers.DictField()
    stop_on_reply = serializers.BooleanField()
    reentry_days = serializers.IntegerField(allow_null=True)
    max_contacts = serializers.IntegerField(allow_null=True)
    opens = serializers.CharField(allow_null=True)
    closes = serializers.CharField(allow_null=True)
    days = serializers.ListField(child=serializers.IntegerField())
    goal = serializers.ChoiceField(choices=[_NONE, *Stage.choices])
    late_hours = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Grows with every change while it runs.")
    created_at = serializers.DateTimeField()
    updated_at = serializers.DateTimeField()
    activated_at = serializers.DateTimeField(allow_null=True)
    paused_at = serializers.DateTimeField(allow_null=True)
    completed_at = serializers.DateTimeField(allow_null=True)
    archived_at = serializers.DateTimeField(allow_null=True)
    steps = CampaignStepOut(many=True)


class LeadNameOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class EnrollmentOut(serializers.Serializer[Any]):
    """A lead's way through a campaign."""

    id = serializers.UUIDField()
    lead = LeadNameOut()
    entry = serializers.IntegerField(help_text="How many times it has entered.")
    status = serializers.ChoiceField(choices=EnrollmentStatus.choices)
    reason = serializers.ChoiceField(choices=[_NONE, *EndReason.choices], help_text="Why it ended.")
    next_step = serializers.UUIDField(allow_null=True)
    next_run_at = serializers.DateTimeField(allow_null=True)
    cause = serializers.DictField(help_text="What the trigger saw.")
    enrolled_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


def step_row() -> JsonObject:
    """A step as CampaignStepOut says."""
    named = {"template": F("template__public_id"), "assign_to": F("assign_to__public_id"), "tag": F("tag__name")}
    return JsonObject(*_STEP, id=F("public_id"), **named)


def campaign_row() -> JsonObject:
    """A campaign as CampaignOut says."""
    steps = Step.objects.filter(campaign=OuterRef("pk"), number__isnull=False).order_by("number")
    return JsonObject(
        *_CAMPAIGN,
        id=F("public_id"),
        opens=_clock("opens"),
        closes=_clock("closes"),
        steps=ArraySubquery(steps.annotate(row=step_row()).values("row")),
    )


def enrollment_row() -> JsonObject:
    """An enrollment as EnrollmentOut says."""
    plain = ("entry", "status", "reason", "next_run_at", "cause", "enrolled_at", "ended_at")
    lead = JsonObject(id=F("lead__public_id"), name=F("lead__name"))
    return JsonObject(*plain, id=F("public_id"), lead=lead, next_step=F("next_step__public_id"))


def text_of(rows: QuerySet[Any], row: JsonObject) -> str:
    """The one row as JSON."""
    text: str = rows.annotate(row=as_text(row)).values_list("row", flat=True).get()
    return text


def campaign_text(campaign: Campaign) -> str:
    """One campaign as JSON."""
    return text_of(Campaign.objects.filter(pk=campaign.pk), campaign_row())


def enrollment_text(enrollment: Enrollment) -> str:
    """One enrollment as JSON."""
    return text_of(Enrollment.objects.filter(pk=enrollment.pk), enrollment_row())


def _clock(column: str) -> Func:
    return Func(F(column), Value("HH24:MI"), function="to_char", output_field=TextField())
