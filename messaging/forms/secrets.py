"""Fields of what an account signs in with."""

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

KEPT = _("Guardada. Déjala vacía para no cambiarla.")
_MOST = 200


def secret(label: object, help_text: object = "", pattern: str = "") -> forms.CharField:
    """A field whose value is never sent back to the page."""
    checks = [RegexValidator(pattern, _("No parece completa: cópiala otra vez."))] if pattern else []
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password", "spellcheck": "false"})
    return forms.CharField(
        label=str(label), help_text=str(help_text), max_length=_MOST, strip=True, validators=checks, widget=widget
    )


def text(label: object, help_text: object = "", *, required: bool = True) -> forms.CharField:
    """A field of what is no secret."""
    return forms.CharField(label=str(label), help_text=str(help_text), max_length=_MOST, required=required)
