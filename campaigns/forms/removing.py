"""A question that has no fields: whoever sends it is sure."""

from django import forms


class SureForm(forms.Form):
    """Sure."""

    sure = forms.BooleanField(required=True, initial=True, widget=forms.HiddenInput)
