"""What is asked before a campaign begins or goes on."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaigns.enums import Overdue

TYPED_ABOVE = 500
"""Whoever writes to more people than that at once types how many they are."""


class ActivateForm(forms.Form):
    """Yes; and above `TYPED_ABOVE` leads their number."""

    sure = forms.BooleanField(required=True, widget=forms.HiddenInput)
    number = forms.CharField(
        label=gettext_lazy("Escribe cuántos leads entran"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, enters: int, **options: Any) -> None:  # noqa: ANN401 -- Django's
        """`enters` is how many come in at once."""
        super().__init__(*args, **options)
        self.enters = enters
        if enters <= TYPED_ABOVE:
            del self.fields["number"]

    def clean_number(self) -> str:
        """The number that is on the page, with or without its dots."""
        typed: str = self.cleaned_data["number"]
        if "".join(each for each in typed if each.isalnum()) != str(self.enters):
            raise ValidationError(_("Escribe el número %(n)s para confirmar.") % {"n": self.enters})
        return typed


class ResumeForm(forms.Form):
    """What becomes of what fell due meanwhile."""

    overdue = forms.ChoiceField(
        label=gettext_lazy("Qué hacer con lo atrasado"),
        choices=[
            (Overdue.SKIP, gettext_lazy("Saltarlo: esos pasos no se hacen y cada lead sigue con el siguiente")),
            (Overdue.SPREAD, gettext_lazy("Repartirlo en las próximas 24 horas")),
            (Overdue.SEND, gettext_lazy("Hacerlo todo ahora")),
        ],
        initial=Overdue.SKIP,
        widget=forms.RadioSelect,
    )
