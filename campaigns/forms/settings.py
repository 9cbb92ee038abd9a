"""Everything about a campaign but its steps and whom it is for."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import drafting
from campaigns.drafting import Wanted
from campaigns.enums import CampaignTrigger
from campaigns.models import Campaign
from crm.enums import Stage
from messaging.forms.limits import hour, weekdays
from templates_app.enums import TemplateChannel

_STAGES = [("", _("Elige una")), *Stage.choices]
_TOP = 100
_LARGE = 1_000_000_000
_SMALL = 30_000
CONDITION = {
    CampaignTrigger.MANUAL: (),
    CampaignTrigger.LEAD_SCORE: ("score_min", "score_max"),
    CampaignTrigger.STAGE_CHANGE: ("stage", "from_stage", "include_current"),
    CampaignTrigger.INACTIVITY: ("inactivity_days", "stages"),
}
"""What each trigger asks."""
_PLAIN = (
    *("name", "description", "channel", "trigger", "stop_on_reply", "reentry_days", "max_contacts", "opens", "closes"),
    *("goal", "late_hours"),
)


class SettingsForm(forms.Form):
    """Name, trigger, exits, hours and limits. What they may be is said by `campaigns.drafting`."""

    name = forms.CharField(label=_("Nombre"), max_length=drafting.LONGEST_NAME)
    description = forms.CharField(label=_("Para qué es"), max_length=500, required=False)
    channel = forms.ChoiceField(
        label=_("Canal"), choices=TemplateChannel.choices, help_text=_("El de sus pasos, salvo los que digan otro.")
    )
    trigger = forms.ChoiceField(
        label=_("Qué hace entrar a un lead"), choices=CampaignTrigger.choices, widget=forms.RadioSelect
    )
    score_min = forms.IntegerField(label=_("Puntaje desde"), required=False, min_value=0, max_value=_TOP)
    score_max = forms.IntegerField(label=_("Puntaje hasta"), required=False, min_value=0, max_value=_TOP)
    stage = forms.ChoiceField(label=_("Etapa a la que entra"), choices=_STAGES, required=False)
    from_stage = forms.ChoiceField(
        label=_("Etapa de la que viene"), choices=[("", _("Cualquiera")), *Stage.choices], required=False
    )
    include_current = forms.BooleanField(label=_("También los que ya están en esa etapa"), required=False)
    inactivity_days = forms.IntegerField(label=_("Días sin contacto"), required=False, min_value=1, max_value=3650)
    stages = forms.MultipleChoiceField(
        label=_("Solo en estas etapas"),
        choices=Stage.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ninguna marcada: en cualquiera."),
    )
    goal = forms.ChoiceField(
        label=_("Meta"),
        choices=[("", _("Hacer todos los pasos")), *Stage.choices],
        required=False,
        help_text=_("Quien llega a esa etapa termina la campaña con éxito."),
    )
    stop_on_reply = forms.BooleanField(label=_("Detenerse con quien responde"), required=False)
    reentry_days = forms.IntegerField(
        label=_("Puede volver a entrar después de (días)"),
        required=False,
        min_value=1,
        max_value=_SMALL,
        help_text=_("Vacío: cada lead entra una sola vez."),
    )
    max_contacts = forms.IntegerField(
        label=_("Máximo de leads"), required=False, min_value=1, max_value=_LARGE, help_text=_("Vacío: sin tope.")
    )
    opens = hour(_("No antes de las"))
    closes = hour(_("No después de las"))
    days = weekdays(_("Ninguno marcado: los que permiten el país y tu corredora."))
    late_hours = forms.IntegerField(
        label=_("Se descarta un paso tras (horas de atraso)"),
        min_value=1,
        max_value=_SMALL,
        help_text=_("Si algo impide hacerlo a su hora y pasa más tiempo que este, el paso se salta."),
    )

    @classmethod
    def of(cls, campaign: Campaign, data: Any = None) -> "SettingsForm":  # noqa: ANN401 -- a QueryDict
        """The form of what is stored, or of what was sent."""
        return cls(data, initial={name: getattr(campaign, name) for name in (*_PLAIN, "days")} | campaign.condition)

    def wanted(self, campaign: Campaign) -> Wanted:
        """What is asked for; of the condition only what its trigger knows."""
        values = self.cleaned_data
        keys = CONDITION[CampaignTrigger(values["trigger"])]
        condition = {key: values[key] for key in keys if values[key] not in (None, "", [], False)}
        plain = {name: values[name] for name in _PLAIN}
        return Wanted(**plain, days=tuple(values["days"]), condition=condition, audience=campaign.audience)
