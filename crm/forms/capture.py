"""A public form as the administration makes it."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import tenancy
from crm import capture_fields
from crm.capture_fields import LABELS, WAYS
from crm.custom_values import Definition
from crm.models import CaptureForm

if TYPE_CHECKING:  # generic for the type checker only
    _SettingsForm = forms.ModelForm[CaptureForm]
else:
    _SettingsForm = forms.ModelForm

NOT, OPTIONAL, REQUIRED = "", "optional", "required"
_HOW = [(NOT, _("No se pide")), (OPTIONAL, _("Opcional")), (REQUIRED, _("Obligatorio"))]
_MOST_ORIGINS, _MOST_TAGS, _LONGEST_TAG = 20, 10, 40
_ORIGIN = re.compile(r"https://[a-z0-9.-]{1,250}(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?", re.ASCII)


class CaptureFormForm(_SettingsForm):
    """Words, questions, consent, where the leads go, and where the form may stand."""

    tags_text = forms.CharField(
        label=_("Etiquetas"), required=False, max_length=400, help_text=_("Separadas por comas. Las llevará cada lead.")
    )
    origins_text = forms.CharField(
        label=_("Sitios que pueden mostrarlo"),
        required=False,
        max_length=4_000,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "https://www.tucorredora.cl"}),
        help_text=_("Uno por línea, con https://. Si no hay ninguno, el formulario solo se abre por su enlace."),
    )

    redirect_url = forms.URLField(
        label=_("Página de agradecimiento"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Opcional, con https://: la página a la que se pasa en vez del agradecimiento."),
    )

    class Meta:
        model = CaptureForm
        fields = (
            *("name", "title", "intro", "button", "thanks", "redirect_url", "language"),
            *("consent_wording", "consent_required", "purpose", "source", "owner", "is_active"),
        )
        widgets = {
            "intro": forms.Textarea(attrs={"rows": 2}),
            "thanks": forms.Textarea(attrs={"rows": 2}),
            "consent_wording": forms.Textarea(attrs={"rows": 3}),
        }
        help_texts = {
            "name": _("Solo lo ve tu equipo."),
            "button": _("Por ejemplo: «Quiero que me llamen». Vacío: «Enviar»."),
            "thanks": _("Lo que se lee después de enviar."),
            "consent_wording": _("La casilla, tal como se lee; cada lead guarda el texto que vio. Vacío: sin casilla."),
            "owner": _("Nadie: se reparte como digas en Reparto."),
            "source": _("El origen con que quedan los leads."),
        }

    def __init__(self, *args: Any, own: Iterable[Definition], **options: Any) -> None:  # noqa: ANN401 -- Django's
        super().__init__(*args, **options)
        asked = {ask.name: REQUIRED if ask.required else OPTIONAL for ask in capture_fields.asks(self.instance.asks)}
        offered = dict(LABELS) | {definition.name: definition.label for definition in own}
        self.names = list(offered)
        for name, label in offered.items():
            self.fields[f"ask_{name}"] = forms.ChoiceField(
                label=label, choices=_HOW, required=False, initial=asked.get(name, NOT)
            )
        self.fields["tags_text"].initial = ", ".join(self.instance.tag_names)
        self.fields["origins_text"].initial = "\n".join(self.instance.origins)
        people = User.objects.filter(broker_id=tenancy.current(), is_active=True).order_by("name", "email")
        self.fields["owner"] = forms.ModelChoiceField(
            people,
            label=_("Responsable"),
            required=False,
            to_field_name="public_id",
            empty_label=_("Nadie"),
            help_text=self.fields["owner"].help_text,
            initial=self.instance.owner.public_id if self.instance.owner else None,
        )
        if self.instance.owner:
            self.initial["owner"] = self.instance.owner.public_id

    @property
    def questions(self) -> list[forms.BoundField]:
        """The choices of what is asked."""
        return [self[f"ask_{name}"] for name in self.names]

    def clean_redirect_url(self) -> str:
        """Only https: people come from a page we answer for."""
        url: str = self.cleaned_data["redirect_url"]
        if url and (not url.startswith("https://") or not urlsplit(url).hostname):
            raise forms.ValidationError(_("Escribe una dirección que empiece con https://."))
        return url

    def clean_origins_text(self) -> list[str]:
        """Origins: a scheme, a host, perhaps a port."""
        lines = [line.strip().lower().rstrip("/") for line in self.cleaned_data["origins_text"].splitlines()]
        origins = list(dict.fromkeys(filter(None, lines)))
        wrong = next((origin for origin in origins if not _ORIGIN.fullmatch(origin)), None)
        if wrong is not None:
            message = _("«%(wrong)s» no es un sitio: escribe solo https:// y el dominio.")
            raise forms.ValidationError(message, params={"wrong": wrong[:80]})
        if len(origins) > _MOST_ORIGINS:
            raise forms.ValidationError(_("A lo más 20 sitios."))
        return origins

    def clean_tags_text(self) -> list[str]:
        """Words between commas."""
        words = [" ".join(word.split())[:_LONGEST_TAG] for word in self.cleaned_data["tags_text"].split(",")]
        return list(dict.fromkeys(filter(None, words)))[:_MOST_TAGS]

    def clean(self) -> dict[str, Any]:
        """A way to answer has to be asked."""
        values = super().clean() or self.cleaned_data
        chosen = {name: values.get(f"ask_{name}") for name in self.names}
        if not any(chosen[name] for name in WAYS):
            self.add_error("ask_phone", _("Pide el teléfono o el correo: sin uno de los dos no puedes responder."))
        if values.get("consent_required") and not values.get("consent_wording"):
            self.add_error("consent_wording", _("Escribe el texto que hay que aceptar."))
        self.instance.asks = [{"name": name, "required": how == REQUIRED} for name, how in chosen.items() if how]
        self.instance.origins = values.get("origins_text") or []
        self.instance.tag_names = values.get("tags_text") or []
        return values
