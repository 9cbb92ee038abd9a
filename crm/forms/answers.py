"""A public form as strangers fill it in: the questions of one CaptureForm, checked, and read as `crm.capture.Said`."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core import signing
from django.utils.crypto import get_random_string
from django.utils.translation import gettext_lazy as _

from crm import capture_fields, custom_values
from crm.capture import Said
from crm.capture_fields import Ask
from crm.custom_values import PREFIX, Definition
from crm.enums import Timeline
from crm.forms.sections import budget_columns
from crm.models import CaptureForm

TRAP = "website"
"""The field no person sees: whoever fills it in is no person."""
ORIGINS = (
    "utm_source",
    "utm_medium",
    "utm_campaign",
    "utm_term",
    "utm_content",
    "gclid",
    "fbclid",
    "referrer",
    "landing",
)
LONGEST_ORIGIN = 500
FASTEST = 2
"""Seconds a person takes at least for a form."""
_SALT = "crm.capture.form"


class AnswerForm(forms.Form):
    """The questions of one form. `said` is the answer of a valid one."""

    website = forms.CharField(
        label=_("No llenes este campo"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    once = forms.CharField(required=False, widget=forms.HiddenInput)
    agree = forms.BooleanField(required=False)

    def __init__(self, form: CaptureForm, own: Iterable[Definition], data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, auto_id="f_%s")
        self.form = form
        known = {definition.name: definition for definition in own}
        self.asks: list[Ask] = []
        for ask in capture_fields.asks(form.asks):
            field = capture_fields.built(ask, known, currency=form.broker.currency, country=form.broker.country)
            if field is not None:
                self.asks.append(ask)
                self.fields[ask.name] = field
        for name in ORIGINS:
            self.fields[name] = forms.CharField(required=False, widget=forms.HiddenInput)
        if form.consent_wording:
            self.fields["agree"].label = form.consent_wording
            self.fields["agree"].required = form.consent_required
            self.fields["agree"].error_messages["required"] = _("Para enviar el formulario hay que aceptar.")
        else:
            del self.fields["agree"]
        self.fields["once"].initial = stamp()

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields people see, in their order."""
        return [self[ask.name] for ask in self.asks]

    @property
    def origins(self) -> list[forms.BoundField]:
        """The hidden fields about where the person came from."""
        return [self[name] for name in ORIGINS]

    def clean(self) -> dict[str, Any]:
        """Somebody who can be answered."""
        values = super().clean() or self.cleaned_data
        ways = [name for name in ("phone", "email") if name in self.fields]
        if not self.errors and not any(values.get(name) for name in ways):
            self.add_error(ways[0] if ways else None, _("Déjanos un teléfono o un correo para responderte."))
        return values

    @property
    def is_trapped(self) -> bool:
        """Whether the hidden field was filled in."""
        return bool(str(self.data.get(TRAP, "")).strip())

    @property
    def is_too_fast(self) -> bool:
        """Whether the page was answered before a person could read it; without a stamp (programs) nobody is timed."""
        try:
            signing.TimestampSigner(salt=_SALT).unsign(str(self.data.get("once", "")), max_age=FASTEST)
        except signing.BadSignature:  # an expired one too: it is old enough
            return False
        return True

    def said(self, *, proof: Mapping[str, Any]) -> Said:
        """The answer, checked; only of a valid form."""
        values = self.cleaned_data
        facts = {ask.name: values[ask.name] for ask in self.asks if not ask.name.startswith(PREFIX)}
        origin = {name: values[name][:LONGEST_ORIGIN] for name in ORIGINS if values[name]}
        return Said(
            columns=_columns(facts),
            custom={
                ask.name.removeprefix(PREFIX): values[ask.name] for ask in self.asks if ask.name.startswith(PREFIX)
            },
            message=facts.get("message", "") or "",
            agrees=bool(values.get("agree")),
            shown=tuple(self._shown()),
            once=values["once"][:200],
            detail={"form": self.form.name, "form_id": str(self.form.public_id), **origin},
            proof={**proof, **origin},
        )

    def _shown(self) -> Iterable[tuple[str, str]]:
        for ask in self.asks:
            value, field = self.cleaned_data[ask.name], self.fields[ask.name]
            if value in {None, ""} if not isinstance(value, (list, dict)) else not value:
                continue
            if ask.name.startswith(PREFIX):
                text = custom_values.words(value)
            elif isinstance(field, forms.ChoiceField):
                text = str(dict(field.choices).get(value, value))  # type: ignore[arg-type] # plain pairs
            else:
                text = str(self.data.get(ask.name, "")).strip()
            yield str(field.label), text


def stamp() -> str:
    """A signed moment with something random: when the page was made, and which page it is."""
    return signing.TimestampSigner(salt=_SALT).sign(get_random_string(12))


def _columns(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as columns of a lead."""
    columns = {name: value for name, value in facts.items() if name not in {"phone", "budget", "message"}}
    if "phone" in facts:
        columns["phone_raw"] = facts["phone"]
    if "email" in facts:
        columns["email"] = facts["email"].lower()
    if facts.get("budget"):
        columns |= budget_columns(facts["budget"])
    if "timeline" in facts:
        columns["timeline"] = facts["timeline"] or Timeline.UNKNOWN
    return columns
