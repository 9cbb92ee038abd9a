"""Which leads are ticked, as a page's bar of acts posts it (static/js/bulk.js)."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.bulk import BATCH
from crm.selection import Selection

_ID = 37


class SelectedForm(forms.Form):
    """The leads an act is about; what it asks besides is the subclass's."""

    ids = forms.CharField(required=False, max_length=BATCH * _ID, widget=forms.HiddenInput)
    every = forms.BooleanField(required=False, widget=forms.HiddenInput)
    query = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def clean_ids(self) -> tuple[UUID, ...]:
        """The ids, comma by comma."""
        try:
            return tuple(dict.fromkeys(UUID(word) for word in self.cleaned_data["ids"].split(",") if word))
        except ValueError as error:
            raise forms.ValidationError(_("No es un identificador válido.")) from error

    def clean(self) -> dict[str, Any]:
        """Something is ticked."""
        values = super().clean() or self.cleaned_data
        if not values.get("every") and not values.get("ids"):
            self.add_error(None, _("Marca primero algunos leads."))
        return values

    def selection(self) -> Selection:
        """The leads ticked; only of a valid form."""
        values = self.cleaned_data
        return Selection(values["ids"], values["every"], values["query"])
