"""Addresses nobody writes to."""

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

_DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class SuppressionForm(forms.Form):
    """One address."""

    value = forms.CharField(label=_("Teléfono o correo"), max_length=254)
    note = forms.CharField(label=_("Nota"), max_length=200, required=False)
    until = forms.DateField(
        label=_("Hasta"), required=False, widget=_DATE, help_text=_("Vacío: para siempre."),
    )  # fmt: skip


class RegisterForm(forms.Form):
    """A public register's file."""

    registry = forms.CharField(
        label=_("Nombre del registro"),
        max_length=80,
        validators=[MaxLengthValidator(80)],
        help_text=_("Por ejemplo, No Molestar, REPEP o No Llame. Con el mismo nombre, el archivo renueva el anterior."),
    )
    until = forms.DateField(label=_("Válido hasta"), required=False, widget=_DATE)
    file = forms.FileField(
        label=_("Archivo"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=_("CSV o texto, una dirección por línea. Hasta 50.000 líneas."),
    )
