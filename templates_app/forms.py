"""A template as people write it."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.enums import Language
from crm.enums import ConsentPurpose
from templates_app import library
from templates_app.checking import Text, check
from templates_app.enums import AgentType, Approval, Category, TemplateChannel
from templates_app.library import Kind, Review
from templates_app.models import Template, TemplateVersion
from templates_app.parsing import LARGEST
from templates_app.shaping import SUBJECT
from templates_app.variables import Variable

FALLBACK = "fb_"
_WORD = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_ROWS = {TemplateChannel.EMAIL: 10, TemplateChannel.CALL: 4}


class TemplateForm(forms.Form):
    """A template's kind, text, fallbacks and, for WhatsApp, where Meta's review stands."""

    name = forms.CharField(label=_("Nombre"), max_length=library.LONGEST_NAME, help_text=_("Solo lo ve tu equipo."))
    language = forms.ChoiceField(label=_("Idioma"), choices=Language.choices, initial=Language.ES)
    purpose = forms.ChoiceField(
        label=_("Finalidad"),
        choices=ConsentPurpose.choices,
        initial=ConsentPurpose.TRANSACTIONAL,
        help_text=_("Una promoción solo llega a quien la aceptó."),
    )
    agent_type = forms.ChoiceField(
        label=_("Agente virtual"), choices=[("", _("Cualquiera")), *AgentType.choices], required=False
    )
    subject = forms.CharField(label=_("Asunto"), max_length=SUBJECT, required=False)
    body = forms.CharField(label=_("Texto"), max_length=LARGEST, strip=False, widget=forms.Textarea)
    html = forms.CharField(
        label=_("HTML"),
        max_length=LARGEST,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "c-code"}),
        help_text=_("Opcional. Sin HTML se envía el texto tal como está."),
    )
    content_sid = forms.CharField(
        label=_("Content SID"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "placeholder": "HX…"}),
        help_text=_("El que Twilio da a la plantilla en Content Template Builder."),
    )
    category = forms.ChoiceField(
        label=_("Categoría de Meta"), choices=[("", _("Ninguna")), *Category.choices], required=False
    )
    approval = forms.ChoiceField(label=_("Aprobación"), choices=Approval.choices, required=False)
    approval_note = forms.CharField(label=_("Respuesta de Meta"), max_length=300, required=False)

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Django's
        channel: TemplateChannel,
        known: Sequence[Variable],
        stored: tuple[Template, TemplateVersion] | None = None,
        **options: Any,  # noqa: ANN401
    ) -> None:
        """`stored` is what is edited; its language stays."""
        self.channel, self.known, self.stored = channel, known, stored
        self._said: Text | None = None
        if stored:
            options.setdefault("initial", _stands(*stored))
        super().__init__(*args, **options)
        self.fields["body"].widget.attrs["rows"] = _ROWS.get(channel, 7)
        if stored:
            del self.fields["language"]
        others = {
            TemplateChannel.EMAIL: ("subject", "html"),
            TemplateChannel.WHATSAPP: ("content_sid", "category", "approval", "approval_note"),
        }
        for names in (names for other, names in others.items() if other != channel):
            for name in names:
                del self.fields[name]
        for variable in known:
            typed = forms.TextInput(attrs={"autocomplete": "off"})
            self.fields[FALLBACK + variable.name] = forms.CharField(
                label=str(variable.label), max_length=200, required=False, widget=typed
            )

    @property
    def fallbacks(self) -> list[forms.BoundField]:
        """The fields of what stands where a lead has no value."""
        return [self[FALLBACK + variable.name] for variable in self.known]

    @property
    def fallbacks_used(self) -> list[forms.BoundField]:
        """Those of variables the text uses, and those filled or wrong."""
        said = f"{self['body'].value() or ''} {self['html'].value() if 'html' in self.fields else ''}"
        said += str(self["subject"].value() or "") if "subject" in self.fields else ""
        names = {match[0] for match in _WORD.finditer(said)}
        return [
            field
            for variable, field in zip(self.known, self.fallbacks, strict=True)
            if field.value() or field.errors or (variable.name in names and variable.name != "broker_name")
        ]

    @property
    def fallbacks_rest(self) -> list[forms.BoundField]:
        """The others."""
        used = {field.name for field in self.fallbacks_used}
        return [field for field in self.fallbacks if field.name not in used]

    def text(self) -> Text:
        """What is written so far, or what stands; also when it is refused."""
        if self._said is not None:
            return self._said
        values = getattr(self, "cleaned_data", self.initial)
        said = {name: str(values.get(name) or "") for name in ("body", "subject", "html", "content_sid", "category")}
        fallbacks = {variable.name: str(values.get(FALLBACK + variable.name) or "") for variable in self.known}
        return Text(**said, fallbacks={name: words for name, words in fallbacks.items() if words}).tidied(self.channel)

    def kind(self) -> Kind:
        """The kind that is asked for."""
        values = self.cleaned_data
        return Kind(
            name=values["name"],
            channel=self.channel,
            purpose=ConsentPurpose(values["purpose"]),
            agent_type=values["agent_type"],
            language=values.get("language") or Language.ES,
        )

    def review(self) -> Review | None:
        """Where Meta's review stands; None on other channels."""
        if "approval" not in self.fields:
            return None
        values = self.cleaned_data
        return Review(Approval(values.get("approval") or Approval.NOT_SENT), values.get("approval_note", ""))

    def clean(self) -> dict[str, Any]:
        """The text has to be one."""
        values = super().clean() or self.cleaned_data
        self._said = self.text()
        try:
            check(self._said, channel=self.channel, known=self.known)
        except ValidationError as error:
            for name, found in error.message_dict.items():
                if name not in self.errors:
                    self.add_error(name if name in self.fields else None, found)
        return values

    def clean_name(self) -> str:
        """A name without needless spaces."""
        return " ".join(self.cleaned_data["name"].split())


def taken(form: TemplateForm) -> None:
    """Say that the name is another's."""
    form.add_error("name", _("Ya hay una plantilla con ese nombre en este canal e idioma."))


def _stands(template: Template, version: TemplateVersion) -> dict[str, Any]:
    of_template = {name: getattr(template, name) for name in ("name", "purpose", "agent_type")}
    names = ("subject", "body", "html", "content_sid", "category", "approval", "approval_note")
    of_version = {name: getattr(version, name) for name in names}
    return of_template | of_version | {FALLBACK + name: words for name, words in version.fallbacks.items()}
