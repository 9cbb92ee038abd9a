"""A saved view as the dialog asks for it."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ViewForm(forms.Form):
    """Its name, the filters it keeps, and for whom."""

    name = forms.CharField(label=_("Nombre"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    opens = forms.BooleanField(label=_("Abrir la página con esta vista"), required=False)
    shared = forms.BooleanField(label=_("Para todo el equipo"), required=False)

    def __init__(self, *args: object, may_share: bool, **named: object) -> None:
        super().__init__(*args, **named)  # type: ignore[arg-type] # Django's own
        if not may_share:
            del self.fields["shared"]
