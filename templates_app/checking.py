"""Whether a text may be a template: everything wrong with it, by field, and what would make it better."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.enums import ConsentPurpose
from templates_app import shaping
from templates_app.enums import TemplateChannel
from templates_app.models import TemplateVersion
from templates_app.parsing import Parsed, parse
from templates_app.sources import Refused
from templates_app.values import readable
from templates_app.variables import Variable

_LONGEST_FALLBACK = 200
_SHOWN = 40
_WAYS_OUT = ("baja", "stop", "unsubscribe_link", "sair", "parar")


@dataclass(frozen=True, slots=True)
class Text:
    """What a version says: the fields of TemplateVersion that people write."""

    body: str
    subject: str = ""
    html: str = ""
    fallbacks: Mapping[str, str] = field(default_factory=dict)
    content_sid: str = ""
    category: str = ""

    @classmethod
    def of(cls, version: TemplateVersion) -> "Text":
        """The text of a stored version."""
        names = ("body", "subject", "html", "fallbacks", "content_sid", "category")
        return cls(**{name: getattr(version, name) for name in names})

    def tidied(self, channel: str) -> "Text":
        """The same as it is stored: the fields its channel does not have are empty."""
        mail, meta = channel == TemplateChannel.EMAIL, channel == TemplateChannel.WHATSAPP
        return Text(
            _unix(self.body),
            " ".join(self.subject.split()) if mail else "",
            _unix(self.html) if mail else "",
            {name: words for name, said in self.fallbacks.items() if (words := " ".join(said.split()))},
            self.content_sid.strip() if meta else "",
            self.category if meta else "",
        )


def check(text: Text, *, channel: str, known: Iterable[Variable]) -> None:
    """Raise ValidationError with what is wrong by field: syntax by line, unknown variables, lengths, fallbacks."""
    names = {variable.name for variable in known}
    errors: dict[str, list[str]] = {}
    parsed = {name: _field(errors, name, getattr(text, name), names) for name in _fields(channel)}
    if not text.body.strip():
        errors["body"] = [_("Escribe el texto.")]
    elif not shaping.fits(text.body, channel):
        errors.setdefault("body", []).append(_too_long(channel))
    if channel == TemplateChannel.EMAIL and not text.subject.strip():
        errors["subject"] = [_("Un correo necesita asunto.")]
    if text.content_sid and (body := parsed["body"]):
        _check_content(errors, text, body)
    _check_fallbacks(errors, text, names)
    if errors:
        raise ValidationError({name: list(found) for name, found in errors.items()})


def hints(text: Text, *, channel: str, purpose: str) -> list[str]:
    """What is not wrong but would be better."""
    said: list[str] = []
    whole = f"{text.body} {text.html}".lower()
    sells = purpose == ConsentPurpose.MARKETING and channel != TemplateChannel.CALL
    if sells and not any(word in whole for word in _WAYS_OUT):
        said.append(_("Es una promoción: di cómo dejar de recibirla, por ejemplo «Responde BAJA y no te escribo más»."))
    if channel == TemplateChannel.WHATSAPP and not text.content_sid:
        said.append(_("Sin Content SID solo se puede enviar dentro de las 24 horas que siguen a un mensaje del lead."))
    return said


def _fields(channel: str) -> tuple[str, ...]:
    return ("subject", "body", "html") if channel == TemplateChannel.EMAIL else ("body",)


def _field(errors: dict[str, list[str]], name: str, source: str, known: set[str]) -> Parsed | None:
    try:
        parsed = parse(source, html=name == "html")
    except Refused as refused:
        errors[name] = [str(refused)]
        return None
    if readable(source.replace("{", "").replace("}", "")) == "" and source.strip() and not parsed.uses:
        errors[name] = [_("No tiene ninguna letra.")]
    for use in parsed.uses:
        if use.name not in known:
            reason = _("la variable «%(name)s» no existe.") % {"name": use.name[:_SHOWN]}
            errors.setdefault(name, []).append(str(Refused(use.line, reason)))
    return parsed


def _check_content(errors: dict[str, list[str]], text: Text, body: Parsed) -> None:
    if not (text.content_sid.startswith("HX") and text.content_sid[2:].isalnum() and text.content_sid.isascii()):
        errors["content_sid"] = [_("Un Content SID empieza con HX; Twilio lo muestra en Content Template Builder.")]
    if body.branches:
        reason = _("Una plantilla aprobada por Meta no puede tener condiciones: el texto es siempre el mismo.")
        errors.setdefault("body", []).append(reason)
    if not text.category:
        errors["category"] = [_("Elige la categoría con que Meta la aprobó.")]


def _check_fallbacks(errors: dict[str, list[str]], text: Text, known: set[str]) -> None:
    for name, words in text.fallbacks.items():
        told = {"name": name[:_SHOWN]}
        if name not in known:
            errors.setdefault("fallbacks", []).append(_("La variable «%(name)s» no existe.") % told)
        elif len(words) > _LONGEST_FALLBACK or "{" in words or "}" in words:
            reason = _("Para «%(name)s» escribe a lo más 200 caracteres, sin llaves.")
            errors.setdefault("fallbacks", []).append(reason % told)


def _too_long(channel: str) -> str:
    return _("A lo más %(most)s caracteres por este canal.") % {"most": shaping.limit(channel)}


def _unix(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n")


def words(text: str) -> int:
    """How many words a text has."""
    return len(text.split())
