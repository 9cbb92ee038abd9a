"""The form of an endpoint."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core import destinations
from integrations.endpoints import Wanted
from integrations.enums import CHOSEN

REFUSALS = {
    "shape": _("Esta dirección no está bien escrita. Escríbela sin espacios, tildes ni «#»."),
    "scheme": _("La dirección empieza con https://"),
    "userinfo": _("La dirección no lleva usuario ni clave: la firma dice quién llama."),
    "host": _("El nombre del servidor no está bien escrito."),
    "port": _("Solo se llama a los puertos 443 y 8443."),
    "private": _("Esta dirección es de una red interna. Tiene que ser pública."),
}


class WebhookForm(forms.Form):
    """Name, address and events."""

    name = forms.CharField(
        label=_("Nombre"), max_length=80, help_text=_("Para reconocerlo: el programa que recibe, por ejemplo.")
    )
    url = forms.CharField(
        label=_("Dirección"),
        max_length=destinations.MOST_CHARACTERS,
        help_text=_("Con https://. Ahí llegará cada evento, por POST."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Qué se avisa"),
        choices=[(event.value, event.label) for event in CHOSEN],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_url(self) -> str:
        """The address, when it may be called."""
        url: str = self.cleaned_data["url"]
        try:
            destinations.parse(url)
        except destinations.Unsuitable as error:
            raise forms.ValidationError(str(REFUSALS[error.code]), code=error.code) from error
        return url

    def wanted(self) -> Wanted:
        """What a valid form says."""
        given = self.cleaned_data
        return Wanted(given["name"], given["url"], given["events"])
