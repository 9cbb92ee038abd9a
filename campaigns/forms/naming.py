"""The few things a new campaign begins with."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns import drafting
from templates_app.enums import TemplateChannel


class NamingForm(forms.Form):
    """Its name, and the channel of its steps."""

    name = forms.CharField(label=_("Nombre"), max_length=drafting.LONGEST_NAME, help_text=_("Solo lo ve tu equipo."))
    description = forms.CharField(label=_("Para qué es"), max_length=500, required=False)
    channel = forms.ChoiceField(
        label=_("Canal"),
        choices=TemplateChannel.choices,
        initial=TemplateChannel.WHATSAPP,
        help_text=_("El de sus pasos, salvo los que digan otro."),
    )

    def wanted(self) -> drafting.Wanted:
        """What is asked for."""
        return drafting.Wanted(**self.cleaned_data)
