"""A step as people write it. Only what its action needs is asked."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns import step_rules
from campaigns.enums import StepAction, WhenFalse
from campaigns.models import Campaign, Step
from crm import tags
from crm.enums import Stage
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template

UNITS: tuple[tuple[int, str | Promise], ...] = ((1, _("minutos")), (60, _("horas")), (1440, _("días")))
_ASKED = {
    StepAction.SEND_MESSAGE: ("channel", "template"),
    StepAction.MAKE_CALL: ("agent_type",),
    StepAction.SCHEDULE_MEETING: ("channel",),
    StepAction.UPDATE_STAGE: ("target_stage",),
    StepAction.ASSIGN_AGENT: ("assign_to",),
    StepAction.ADD_TAG: ("tag",),
    StepAction.NOTIFY_AGENT: ("note",),
}
_OPTIONAL = {name for names in _ASKED.values() for name in names}
_MOST = 1_000_000
_REFRESHES = {"class": "c-refreshes"}


class _TemplateChoice(forms.ModelChoiceField):  # type: ignore[type-arg] # generic in the stubs alone
    def label_from_instance(self, template: Template) -> str:
        """Its name and its language: two may have the same name."""
        return f"{template.name} · {template.get_language_display()}"


class StepForm(forms.Form):
    """What a step does and when. `asked` are the fields of its action."""

    action = forms.ChoiceField(label=_("Qué hace"), choices=StepAction.choices, initial=StepAction.SEND_MESSAGE)
    delay = forms.IntegerField(label=_("Espera"), min_value=0, max_value=_MOST, initial=0)
    unit = forms.TypedChoiceField(label=_("Unidad"), choices=UNITS, coerce=int, initial=1440)
    channel = forms.ChoiceField(label=_("Canal"), required=False)
    template = _TemplateChoice(
        label=_("Plantilla"),
        queryset=None,  # a tenant's rows are known in a request only
        to_field_name="public_id",
        required=False,
        empty_label=_("Elige una"),
    )
    target_stage = forms.ChoiceField(
        label=_("A qué etapa"), choices=[("", _("Elige una")), *Stage.choices], required=False
    )
    agent_type = forms.ChoiceField(
        label=_("Agente virtual"), choices=[("", _("Cualquiera")), *AgentType.choices], required=False
    )
    assign_to: "forms.ModelChoiceField[User]" = forms.ModelChoiceField(
        label=_("A quién"),
        queryset=None,
        to_field_name="public_id",
        required=False,
        empty_label=_("Quien esté de turno, según el reparto"),
    )
    tag = forms.CharField(
        label=_("Etiqueta"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"list": "step-tags", "autocomplete": "off"}),
    )
    note = forms.CharField(
        label=_("Qué se le avisa"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    when_false = forms.ChoiceField(
        label=_("Si no se cumplen"), choices=WhenFalse.choices, initial=WhenFalse.SKIP, required=False
    )
    wait_hours = forms.IntegerField(label=_("Esperar hasta (horas)"), required=False, min_value=1, max_value=2160)

    def __init__(self, *args: Any, campaign: Campaign, people: Sequence[User], **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`people` are those a lead may be given to."""
        super().__init__(*args, **options)
        self.chosen = _action(self["action"].value())
        for name in _OPTIONAL - {*_ASKED[self.chosen]}:
            del self.fields[name]
        for name in ("action", "channel", "when_false"):
            if name in self.fields:
                self.fields[name].widget.attrs |= _REFRESHES
        if "channel" in self.fields:
            usual = _("El de la campaña (%(channel)s)") % {"channel": campaign.get_channel_display()}
            self.fields["channel"].choices = [("", usual), *TemplateChannel.choices]  # type: ignore[attr-defined] # a ChoiceField
        if "template" in self.fields:
            self.way = self["channel"].value() or campaign.channel
            self.fields["template"].queryset = self._templates(self.way)  # type: ignore[attr-defined] # a ModelChoiceField
        if "assign_to" in self.fields:
            keys = [each.pk for each in people]
            self.fields["assign_to"].queryset = User.objects.filter(pk__in=keys).order_by("name", "email")  # type: ignore[attr-defined]
        if self["when_false"].value() != WhenFalse.WAIT:
            del self.fields["wait_hours"]

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields of its action."""
        return [self[name] for name in _ASKED[self.chosen] if name in self.fields]

    @property
    def unbuilt(self) -> bool:
        """Whether this installation cannot do it yet."""
        return self.chosen in {StepAction.MAKE_CALL, StepAction.SCHEDULE_MEETING}

    def wanted(self, conditions: Sequence[dict[str, Any]]) -> step_rules.Wanted:
        """What is asked for; makes the tag when it is a new one."""
        values = {name: self.cleaned_data[name] for name in _ASKED[self.chosen]}
        if "tag" in values:
            values["tag"] = next(iter(tags.named([values["tag"]])), None)
        if self.chosen == StepAction.NOTIFY_AGENT:
            values["note"] = " ".join(values["note"].split())
        return step_rules.Wanted(
            action=self.chosen,
            delay_minutes=self.cleaned_data["delay"] * self.cleaned_data["unit"],
            conditions=conditions,
            when_false=self.cleaned_data["when_false"] or WhenFalse.SKIP,
            wait_hours=self.cleaned_data.get("wait_hours"),
            **values,
        )

    def _templates(self, channel: str) -> Any:  # noqa: ANN401 -- a queryset of a tenant's manager
        found = Template.objects.filter(channel=channel, archived_at=None)
        return found.order_by("name", "language")


def stands(step: Step) -> dict[str, Any]:
    """A step as the form's initial values."""
    delay, unit = _split(step.delay_minutes)
    return {
        **{name: getattr(step, name) for name in ("action", "channel", "target_stage", "agent_type", "note")},
        **{name: getattr(step, name) for name in ("when_false", "wait_hours")},
        "delay": delay,
        "unit": unit,
        "template": step.template.public_id if step.template else "",
        "assign_to": step.assign_to.public_id if step.assign_to else "",
        "tag": step.tag.name if step.tag else "",
    }


def typed(data: QueryDict) -> dict[str, Any]:
    """What was typed, as initial values: shown again, not judged."""
    return {name: data[name] for name in StepForm.base_fields if name in data}


def _split(minutes: int) -> tuple[int, int]:
    unit = next(size for size, _label in reversed(UNITS) if minutes % size == 0)
    return (minutes // unit, unit) if minutes else (0, UNITS[-1][0])


def _action(value: object) -> StepAction:
    return StepAction(value) if value in StepAction.values else StepAction.SEND_MESSAGE
