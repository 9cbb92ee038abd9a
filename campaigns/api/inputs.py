"""What the API takes for campaigns and their steps, as `campaigns.drafting` and `campaigns.steps` want it."""

from typing import Any

from django.utils.dateparse import parse_time
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from campaigns import drafting
from campaigns.applying import MOST
from campaigns.enums import CampaignTrigger, ConditionKind, Overdue, StepAction, WhenFalse
from campaigns.step_rules import Wanted
from campaigns.steps import MOST as MOST_STEPS
from core.api.fields import Choice, Flag, Identifier, Strict, Text, Whole
from crm import tags
from crm.api.inputs import Colleague
from crm.enums import Stage
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template

MOST_IDS = 5000
_LARGEST = 2_147_483_647
_SMALL = 32_767


@extend_schema_field({"type": ["string", "null"], "pattern": r"^([01]\d|2[0-3]):[0-5]\d$", "examples": ["09:00"]})
class Clock(Text):
    """A time of the day by the lead's clock, as 09:00."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 -- DRF's signature
        """The time; raises ValidationError."""
        text = super().to_internal_value(data)
        try:
            found = parse_time(text) if len(text) == len("09:00") else None
        except ValueError:
            found = None
        if found is None:
            raise serializers.ValidationError(_("Escribe la hora como 09:00."))
        return found


@extend_schema_field({"type": ["string", "null"], "format": "uuid", "description": "A template of the brokerage."})
class KnownTemplate(Identifier):
    """A template by public id; anybody else's does not exist."""

    def to_internal_value(self, data: Any) -> Any:  # noqa: ANN401 -- DRF's signature
        """The template; raises ValidationError."""
        found = Template.objects.filter(public_id=super().to_internal_value(data)).first()
        if found is None:
            raise serializers.ValidationError(_("Esa plantilla no existe."))
        return found


@extend_schema_field(
    {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string", "enum": ConditionKind.values}}}
)
class ConditionField(serializers.DictField):
    """One condition; `campaigns.conditions` reads it."""


class StepIn(Strict):
    """A step. With PATCH only what is given changes."""

    action = Choice(choices=StepAction.choices, default=StepAction.SEND_MESSAGE.value)
    channel = Choice(
        choices=TemplateChannel.choices, default="", allow_blank=True, help_text="Default: the campaign's."
    )
    delay_minutes = Whole(
        min_value=0,
        max_value=_LARGEST,
        default=0,
        help_text="After the step before; the first, after entering.",
    )
    template = KnownTemplate(default=None, allow_null=True, help_text="Of `send_message`.")
    target_stage = Choice(choices=Stage.choices, default="", allow_blank=True, help_text="Of `update_stage`.")
    agent_type = Choice(choices=AgentType.choices, default="", allow_blank=True)
    assign_to = Colleague(default=None, allow_null=True, help_text="Of `assign_agent`; null: whoever's turn it is.")
    tag = Text(max_length=40, default="", allow_blank=True, help_text="Of `add_tag`: its name.")
    note = Text(max_length=300, default="", allow_blank=True, help_text="Of `notify_agent`.")
    conditions = serializers.ListField(
        child=ConditionField(),
        default=list,
        max_length=10,
        help_text="All have to hold. `kind` and what it asks for: `values`, `min` and `max`, `tag` (an id), `channel`, "
        "or the `step` a reply is counted from.",
    )
    when_false = Choice(choices=WhenFalse.choices, default=WhenFalse.SKIP.value)
    wait_hours = Whole(min_value=1, max_value=_SMALL, default=None, allow_null=True, help_text="Of `wait`.")

    def validate_tag(self, name: str) -> Any:  # noqa: ANN401 -- a tag or None
        """The tag, made where it is missing."""
        return next(iter(tags.named([name])), None)

    def wanted(self, stands: dict[str, Any] | None = None) -> Wanted:
        """The step asked for: what is given, the rest as it stands."""
        return Wanted(**((stands or {}) | self.validated_data))


class StepNewIn(StepIn):
    """A new step."""

    number = Whole(min_value=1, max_value=_SMALL, default=None, allow_null=True, help_text="Its place; default: last.")


class CampaignIn(Strict):
    """A campaign. PUT takes all of it, PATCH what changes."""

    name = Text(max_length=drafting.LONGEST_NAME)
    description = Text(max_length=500, default="", allow_blank=True)
    channel = Choice(choices=TemplateChannel.choices, default=TemplateChannel.WHATSAPP.value)
    trigger = Choice(choices=CampaignTrigger.choices, default=CampaignTrigger.MANUAL.value)
    condition = serializers.DictField(
        default=dict,
        help_text="`lead_score`: `score_min`, `score_max`; `stage_change`: `stage`, `from_stage`, `include_current`; "
        "`inactivity`: `inactivity_days`, `stages`.",
    )
    audience = serializers.DictField(
        default=dict, help_text='The filters of GET /leads/ by their names, each a list: `{"stage": ["entrada"]}`.'
    )
    stop_on_reply = Flag(default=True)
    reentry_days = Whole(min_value=1, max_value=_SMALL, default=None, allow_null=True, help_text="null: never again.")
    max_contacts = Whole(min_value=1, max_value=_LARGEST, default=None, allow_null=True)
    opens = Clock(default=None, allow_null=True, help_text="By the lead's clock.")
    closes = Clock(default=None, allow_null=True)
    days = serializers.ListField(
        child=Whole(min_value=1, max_value=7), default=list, max_length=7, help_text="1 is Monday; none: all."
    )
    goal = Choice(choices=Stage.choices, default="", allow_blank=True)
    late_hours = Whole(min_value=1, max_value=_SMALL, default=96)

    def wanted(self, stands: dict[str, Any] | None = None) -> drafting.Wanted:
        """The campaign asked for: what is given, the rest as it stands."""
        values = (stands or {}) | {name: value for name, value in self.validated_data.items() if name != "steps"}
        return drafting.Wanted(**(values | {"days": tuple(values.get("days", ()))}))


class CampaignNewIn(CampaignIn):
    """A new campaign, with its steps if you like."""

    steps = serializers.ListField(child=StepIn(), default=list, max_length=MOST_STEPS)

    def wanted_steps(self) -> list[Wanted]:
        """The steps in their order."""
        return [Wanted(**each) for each in self.validated_data["steps"]]


class OrderIn(Strict):
    """The steps in their new order."""

    order = serializers.ListField(child=Identifier(), max_length=MOST_STEPS, help_text="Each step's id once.")


class ResumeIn(Strict):
    """What becomes of what fell due while it was paused."""

    overdue = Choice(choices=Overdue.choices, default=Overdue.SKIP.value)


class ApplyIn(Strict):
    """Who shall enter: one of the three."""

    ids = serializers.ListField(child=Identifier(), max_length=MOST_IDS, default=list, help_text="Leads.")
    filter = Text(
        max_length=2000,
        default=None,
        allow_null=True,
        allow_blank=True,
        help_text=f"The leads that GET /leads/ lists with this query (a saved view's `query`), up to {MOST}.",
    )
    audience = Flag(default=False, help_text="The leads that the campaign's own filters mean.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One way of saying whom."""
        if [bool(attrs["ids"]), attrs["filter"] is not None, attrs["audience"]].count(True) != 1:
            raise serializers.ValidationError({"ids": [_("Indica `ids`, `filter` o `audience`, y solo uno.")]})
        return attrs
