"""Forms of what one does with a lead: a note, an entry of the consent ledger."""

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.enums import ConsentBasis, ConsentState


class ConsentForm(forms.Form):
    """An entry of the ledger made by hand."""

    state = forms.ChoiceField(
        choices=[(ConsentState.REVOKED, ""), (ConsentState.GRANTED, "")], widget=forms.HiddenInput
    )
    basis = forms.ChoiceField(
        label=_("Base"),
        required=False,
        choices=[pair for pair in ConsentBasis.choices if pair[0] != ConsentBasis.NONE],
    )
    reason = forms.CharField(label=_("Motivo"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class NoteForm(forms.Form):
    """A note for the stream."""

    body = forms.CharField(label=_("Nota"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))
