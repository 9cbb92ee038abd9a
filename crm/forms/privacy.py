"""Erasing a person: the name typed once more, and why."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from core.text import fold
from crm.models import Lead


class EraseForm(forms.Form):
    """What one types to erase a person for good."""

    name = forms.CharField(label=_("Escribe el nombre para confirmar"), max_length=160, required=False)
    reason = forms.CharField(
        label=_("Motivo"),
        max_length=300,
        help_text=_("Por ejemplo «lo pidió por correo el 3 de marzo». Sin nombres: esto se conserva."),
    )

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.expected = str(lead)

    def clean_name(self) -> str:
        """The name as it stands there, whatever its case and accents."""
        typed: str = self.cleaned_data["name"]
        if fold(typed).strip() != fold(self.expected).strip():
            raise forms.ValidationError(_t("No coincide. Escribe exactamente: %(name)s") % {"name": self.expected})
        return typed
