"""Forms of the inbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.enums import Channel
from messaging import composing
from messaging.gate.asking import WRITABLE

_CHANNELS = [(channel.value, channel.label) for channel in WRITABLE]


class ComposeForm(forms.Form):
    """A message to a lead. `key` is the press of the button; `template` is what the text began as."""

    channel = forms.ChoiceField(label=_("Canal"), choices=_CHANNELS)
    key = forms.UUIDField(widget=forms.HiddenInput)
    template = forms.UUIDField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Asunto"), max_length=composing.LONGEST_SUBJECT, required=False)
    body = forms.CharField(label=_("Mensaje"), max_length=composing.LONGEST, widget=forms.Textarea(attrs={"rows": 3}))

    def clean(self) -> dict[str, Any]:
        """A mail without a subject looks like spam."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("channel") == Channel.EMAIL and not values.get("subject") and "subject" not in self.errors:
            self.add_error("subject", gettext("Escribe de qué se trata el correo."))
        return values


class PhoneForm(forms.Form):
    """What somebody types on the simulated phone; `key` is the press of its button."""

    channel = forms.ChoiceField(choices=_CHANNELS)
    key = forms.UUIDField(widget=forms.HiddenInput)
    body = forms.CharField(label=_("Mensaje"), max_length=composing.LONGEST)
