"""The conditions of a step, one small form each. What is asked depends on the kind."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaigns import conditions
from campaigns.enums import ConditionKind
from campaigns.models import Step
from crm.enums import Channel, LeadStatus, Qualification, Stage
from crm.models import Tag

_REFRESHES = {"class": "c-refreshes"}
_CHANNELS = [(each.value, each.label) for each in Channel if each != Channel.WEBCHAT]
_LISTS: dict[str, type[models.TextChoices]] = {
    ConditionKind.STAGE_IN: Stage,
    ConditionKind.STATUS_IN: LeadStatus,
    ConditionKind.QUALIFICATION_IN: Qualification,
}
_REPLIES = (ConditionKind.REPLIED, ConditionKind.NOT_REPLIED)
_TAGS = (ConditionKind.HAS_TAG, ConditionKind.NO_TAG)
_TOP = 100


class ConditionForm(forms.Form):
    """One condition. Without a kind it is none: the last one of a step is there to add another."""

    kind = forms.ChoiceField(label=_("Condición"), choices=ConditionKind.choices, required=False)

    def __init__(self, *args: Any, kind: str, tags: Sequence[Tag], before: Sequence[Step], **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`tags` are the brokerage's, `before` the steps before this one."""
        super().__init__(*args, **options)
        self.chosen = kind
        self.fields["kind"].widget.attrs |= _REFRESHES
        blank = _("Quitar esta condición") if kind else _("Agregar una condición…")
        self.fields["kind"].choices = [("", blank), *ConditionKind.choices]  # type: ignore[attr-defined] # a ChoiceField
        if kind in _LISTS:
            self.fields["values"] = forms.MultipleChoiceField(
                label=_("Cualquiera de"),
                choices=_LISTS[kind].choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )
        elif kind in _REPLIES:
            choices = [("", _("Desde que entró")), *((str(each.public_id), _since(each)) for each in before)]
            self.fields["step"] = forms.ChoiceField(label=_("Desde cuándo"), choices=choices, required=False)
        elif kind in _TAGS:
            choices = [("", _("Elige una")), *((str(each.public_id), each.name) for each in tags)]
            self.fields["tag"] = forms.ChoiceField(label=_("Etiqueta"), choices=choices, required=False)
        elif kind == ConditionKind.HAS_CHANNEL:
            self.fields["channel"] = forms.ChoiceField(label=_("Canal"), choices=_CHANNELS, required=False)
        elif kind == ConditionKind.SCORE_BETWEEN:
            for name, label in (("min", _("Desde")), ("max", _("Hasta"))):
                self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=_TOP, required=False)

    @property
    def asked(self) -> list[forms.BoundField]:
        """The fields beside the kind."""
        return [field for field in self if field.name != "kind"]

    @property
    def number(self) -> str:
        """Which one it is, as its fields' names begin."""
        return str(self.prefix).removeprefix(PREFIX)

    def stored(self) -> dict[str, Any]:
        """As `campaigns.conditions` reads it; blank where nothing is asked."""
        values = {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [])}
        return values if "kind" in values else {}


PREFIX = "c"


def stored(step: Step | None, *, tags: Sequence[Tag], before: Sequence[Step]) -> list[ConditionForm]:
    """The conditions of a step, and an empty one to add another."""
    asked = list(step.conditions) if step else []
    return _numbered([*asked, *([{}] if len(asked) < conditions.MOST else [])], tags=tags, before=before)


def typed(
    data: QueryDict, *, tags: Sequence[Tag], before: Sequence[Step], without: str = "", bound: bool = True
) -> list[ConditionForm]:
    """What was typed: to be checked, or (not `bound`) to be shown again with what its kinds ask for.

    Those without a kind are dropped, and the one numbered `without`.
    """
    numbers = [n for n in map(str, range(conditions.MOST + 1)) if data.get(f"{PREFIX}{n}-kind") and n != without]
    if not bound:
        asked = [_values(data, f"{PREFIX}{n}-") for n in numbers]
        return _numbered([*asked, *([{}] if len(asked) < conditions.MOST else [])], tags=tags, before=before)
    return [
        ConditionForm(data, prefix=f"{PREFIX}{n}", kind=data.get(f"{PREFIX}{n}-kind", ""), tags=tags, before=before)
        for n in numbers
    ]


def _numbered(asked: Sequence[dict[str, Any]], *, tags: Sequence[Tag], before: Sequence[Step]) -> list[ConditionForm]:
    return [
        ConditionForm(initial=each, prefix=f"{PREFIX}{n}", kind=each.get("kind", ""), tags=tags, before=before)
        for n, each in enumerate(asked)
    ]


def _values(data: QueryDict, prefix: str) -> dict[str, Any]:
    names = {name.removeprefix(prefix): name for name in data if name.startswith(prefix)}
    return {short: data.getlist(name) if short == "values" else data[name] for short, name in names.items()}


def _since(step: Step) -> str:
    return _("Desde el paso %(n)s") % {"n": step.number}
