"""A version of a template and a lead make a text, or say why there is none.

    texts = rendering.render_many(version, leads, extra={lead.pk: {"appointment_at": …}})

What is missing is told and nothing is sent: no text ever has a hole, a brace or a "None" in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import translation
from liquid.exceptions import LiquidError

from accounts.models import Broker, User
from core import tenancy
from crm.models import Lead
from templates_app import reading, shaping
from templates_app.enums import TemplateChannel
from templates_app.models import Template, TemplateVersion
from templates_app.parsing import Parsed, parse
from templates_app.sources import Refused
from templates_app.variables import Facts

TOO_LONG, EMPTY, BROKEN = "too_long", "empty", "broken"
_MOMENT = "appointment_at"


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text for one lead, to be sent when `ok`.

    Else `missing` names the variables without a value, or `problem` says what is wrong: `too_long` for the channel,
    `empty`, `broken`.
    """

    subject: str = ""
    body: str = ""
    html: str = ""
    content_sid: str = ""
    content_variables: Mapping[str, str] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    problem: str = ""

    @property
    def ok(self) -> bool:
        """Whether there is something to send."""
        return not self.missing and not self.problem


@dataclass(frozen=True, slots=True)
class Wording:
    """What a version says, read and ready."""

    channel: str
    language: str
    body: Parsed
    subject: Parsed | None = None
    html: Parsed | None = None
    content_sid: str = ""
    fallbacks: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """Every variable of its texts."""
        parts = [part for part in (self.subject, self.body, self.html) if part]
        return tuple(dict.fromkeys(name for part in parts for name in part.names))


def wording(template: Template, version: TemplateVersion) -> Wording:
    """A version's texts, parsed; raises Refused for one that cannot be read."""
    mail = template.channel == TemplateChannel.EMAIL
    return Wording(
        template.channel,
        template.language,
        parse(version.body),
        parse(version.subject) if mail and version.subject else None,
        parse(version.html, html=True) if mail and version.html else None,
        version.content_sid if template.channel == TemplateChannel.WHATSAPP else "",
        version.fallbacks,
    )


def render(
    version: TemplateVersion, lead: Lead, extra: Mapping[str, Any] | None = None, *, broker: Broker | None = None
) -> Rendered:
    """The text of a version for one lead. `extra` are the caller's facts by variable; `appointment_at` makes two."""
    [made] = render_many(version, [lead], {lead.pk: extra or {}}, broker=broker)
    return made


def render_many(
    version: TemplateVersion,
    leads: Iterable[Lead],
    extra: Mapping[int, Mapping[str, Any]] | None = None,
    *,
    broker: Broker | None = None,
) -> list[Rendered]:
    """The texts for many leads, in their order; at most three statements however many they are."""
    found = list(leads)
    try:
        ready = wording(version.template, version)
    except Refused:
        return [Rendered(problem=BROKEN) for _lead in found]
    firm = broker or Broker.objects.get(pk=tenancy.current())
    _with_owners(found)
    given = extra or {}
    with translation.override(ready.language):
        return [written(ready, Facts(lead, firm, ready.language, _spread(given.get(lead.pk, {})))) for lead in found]


def written(ready: Wording, facts: Facts, *, keep: bool = False) -> Rendered:
    """The text for these facts; with `keep` the texts stay although something is missing, for a preview."""
    missing: list[str] = []
    values = reading.values_of(ready.names, facts, ready.fallbacks, missing)
    try:
        subject = shaping.subject(ready.subject.written(values)) if ready.subject else ""
        body = shaping.body(ready.body.written(values))
        html = shaping.html(ready.html.written(values)) if ready.html else ""
        filled = _content(ready, values) if ready.content_sid else {}
    except (LiquidError, RecursionError, ValueError, ArithmeticError):
        return Rendered(problem=BROKEN)
    problem = _problem(ready, body, filled) if not missing else ""
    if (missing or problem) and not keep:
        return Rendered(missing=tuple(missing), problem=problem)
    return Rendered(subject, body, html, ready.content_sid, filled, tuple(missing), problem)


def _content(ready: Wording, values: Mapping[str, object]) -> dict[str, str]:
    return {str(place): shaping.content(said) for place, said in enumerate(ready.body.each(values), start=1)}


def _problem(ready: Wording, body: str, filled: Mapping[str, str]) -> str:
    if not body or not all(filled.values()):
        return EMPTY
    return "" if shaping.fits(body, ready.channel) else TOO_LONG


def _spread(extra: Mapping[str, Any]) -> Mapping[str, Any]:
    """A meeting's moment as its day and its hour."""
    if _MOMENT not in extra:
        return extra
    at = extra[_MOMENT]
    rest = {name: value for name, value in extra.items() if name != _MOMENT}
    return {"appointment_date": at, "appointment_time": at, **rest}


def _with_owners(leads: list[Lead]) -> None:
    """Load whose leads they are, once."""
    lacking = [lead for lead in leads if lead.assigned_to_id and "assigned_to" not in lead._state.fields_cache]  # noqa: SLF001 -- documented: what select_related filled
    owners = User.objects.in_bulk({lead.assigned_to_id for lead in lacking}) if lacking else {}
    for lead in lacking:
        if lead.assigned_to_id in owners:
            lead.assigned_to = owners[lead.assigned_to_id]
