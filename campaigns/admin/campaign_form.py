"""A campaign as staff write it in Django admin: the trigger's own fields, and the filters as an address has them."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaigns import drafting
from campaigns.drafting import Wanted
from campaigns.enums import CampaignTrigger
from campaigns.models import Campaign
from crm.enums import Stage
from messaging.forms.limits import WEEKDAYS

if TYPE_CHECKING:  # generic for the type checker only
    _CampaignForm = forms.ModelForm[Campaign]
else:
    _CampaignForm = forms.ModelForm


def _clock() -> forms.TimeInput:
    """By the lead's own clock: what the server's says is of no use here."""
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


_STAGES = [("", "–"), *Stage.choices]
_KEYS: Mapping[str, tuple[str, ...]] = {
    CampaignTrigger.MANUAL: (),
    CampaignTrigger.LEAD_SCORE: ("score_min", "score_max"),
    CampaignTrigger.STAGE_CHANGE: ("stage", "from_stage", "include_current"),
    CampaignTrigger.INACTIVITY: ("inactivity_days", "stages"),
}
CONDITION = tuple(key for keys in _KEYS.values() for key in keys)
PLAIN = (
    *("name", "description", "channel", "trigger", "stop_on_reply", "reentry_days", "max_contacts", "opens", "closes"),
    *("goal", "late_hours"),
)


class CampaignForm(_CampaignForm):
    """Everything about a campaign but its status and its steps; `campaigns.drafting` says what is wrong."""

    score_min = forms.IntegerField(label=_("Puntaje desde"), required=False, min_value=0, max_value=100)
    score_max = forms.IntegerField(label=_("Puntaje hasta"), required=False, min_value=0, max_value=100)
    stage = forms.ChoiceField(label=_("Entra a la etapa"), required=False, choices=_STAGES)
    from_stage = forms.ChoiceField(label=_("Viene de la etapa"), required=False, choices=_STAGES)
    include_current = forms.BooleanField(label=_("También los que ya están en la etapa"), required=False)
    inactivity_days = forms.IntegerField(label=_("Días sin contacto"), required=False, min_value=1, max_value=3650)
    stages = forms.MultipleChoiceField(
        label=_("Solo de estas etapas"), required=False, choices=Stage.choices, widget=forms.CheckboxSelectMultiple
    )
    filters = forms.CharField(
        label=_("A quiénes"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"class": "vTextField", "spellcheck": "false"}),
        help_text=_(
            "Filtros como en la dirección de la lista de leads: «stage=perfilamiento&status=hot». Vacío: todos."
        ),
    )
    opens = forms.TimeField(label=_("Desde las"), required=False, widget=_clock())
    closes = forms.TimeField(label=_("Hasta las"), required=False, widget=_clock())
    days = forms.TypedMultipleChoiceField(
        label=_("Días"), required=False, coerce=int, choices=WEEKDAYS, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Campaign
        fields = PLAIN

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        stored = kwargs.get("instance")
        if stored is not None:
            kwargs["initial"] = {**_stands(stored), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    def wanted(self) -> Wanted:
        """What was written, as the product takes it."""
        given = self.cleaned_data
        asked = {key: given.get(key) for key in CONDITION}
        # What another trigger would ask is left where it was typed, and not stored.
        keys = _KEYS.get(given.get("trigger", ""), ())
        said = {key: value for key, value in asked.items() if key in keys and value not in (None, "", [], False)}
        names = {name: given[name] for name in PLAIN if name in given}
        audience = dict(QueryDict(given.get("filters", "").strip().lstrip("?")).lists())
        return Wanted(**names, condition=said, audience=audience, days=tuple(given.get("days") or ()))

    def clean(self) -> dict[str, Any]:
        """Say what is wrong where it was typed."""
        given = super().clean() or self.cleaned_data
        if self.errors:
            return given
        try:
            drafting.checked(self.wanted(), now=timezone.now())
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                self._say(name, texts)
        return given

    def _say(self, name: str, texts: Sequence[str]) -> None:
        kind, _dot, key = name.partition(".")
        if kind == "audience":
            self.add_error("filters", [f"{key}: {text}" for text in texts])
        elif kind == "condition" and key in CONDITION:
            self.add_error(key, list(texts))
        else:
            self.add_error(name if name in self.fields else None, list(texts))


def _stands(campaign: Campaign) -> dict[str, Any]:
    query = QueryDict(mutable=True)
    for name, values in campaign.audience.items():
        query.setlist(name, values)
    known = {key: value for key, value in campaign.condition.items() if key in CONDITION}
    return {**known, "filters": query.urlencode(), "days": campaign.days}
