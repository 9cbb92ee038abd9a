"""A step as staff write it in Django admin; `campaigns.step_rules` says what is wrong."""

from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns import steps
from campaigns.enums import CampaignStatus, ConditionKind
from campaigns.models import Campaign, Step
from campaigns.step_rules import checked
from campaigns.steps import Wanted
from core import tenancy
from templates_app import library
from templates_app.models import Template

if TYPE_CHECKING:  # generic for the type checker only
    _StepForm = forms.ModelForm[Step]
else:
    _StepForm = forms.ModelForm

FIELDS = tuple(Wanted.__dataclass_fields__)
_KEYS = {"template", "assign_to", "tag"}


def _named(template: Template) -> str:
    """One name has a text for each channel and language."""
    return f"{template} · {template.get_channel_display()} · {template.get_language_display()}"


class StepForm(_StepForm):
    """A step, the campaign it is of, and its place there."""

    number = forms.IntegerField(
        label=_("Lugar"), required=False, min_value=1, max_value=steps.MOST, help_text=_("Vacío: al final.")
    )
    conditions = forms.JSONField(label=_("Condiciones"), required=False, initial=list)

    class Meta:
        model = Step
        fields = tuple(name for name in FIELDS if name not in _KEYS)  # keys ask for a brokerage: StepAdmin adds them

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        stored = self.instance if self.instance.pk else None
        if stored is not None:
            self.fields["number"].initial = stored.number
        if "conditions" in self.fields:
            kinds = ", ".join(f"{kind.value} ({kind.label})" for kind in ConditionKind)
            self.fields["conditions"].help_text = _(
                'Todas se tienen que cumplir. Por ejemplo [{"kind": "not_replied"}]. Hay: %(kinds)s.'
            ) % {"kinds": kinds}
        for name, rows in (
            ("campaign", Campaign.objects.exclude(status=CampaignStatus.COMPLETED).filter(archived_at=None)),
            ("template", library.in_use()),
            ("assign_to", User.objects.filter(broker=tenancy.current(), is_active=True).order_by("name", "email")),
        ):
            if name in self.fields:
                self.fields[name].queryset = rows  # type: ignore[attr-defined] # a field of keys
        if "template" in self.fields and stored is not None and stored.template is not None:
            kept = library.in_use() | type(stored.template).objects.filter(pk=stored.template.pk)
            self.fields["template"].queryset = kept  # type: ignore[attr-defined] # the same
        if "template" in self.fields:
            self.fields["template"].label_from_instance = _named  # type: ignore[attr-defined] # the same

    def wanted(self) -> Wanted:
        """What was written, as the product takes it."""
        given = {name: self.cleaned_data[name] for name in FIELDS}
        return Wanted(**{**given, "conditions": given["conditions"] or []})

    def clean(self) -> dict[str, Any]:
        """Say what is wrong where it was typed."""
        given = super().clean() or self.cleaned_data
        campaign = given.get("campaign") or (self.instance.campaign if self.instance.pk else None)
        if self.errors or campaign is None:
            return given
        others = [each for each in steps.of(campaign) if each.pk != self.instance.pk]
        before = others[: (given.get("number") or self.instance.number or steps.MOST) - 1]
        try:
            checked(self.wanted(), before)
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self.add_error(name if name in self.fields else None, list(texts))
        return given
