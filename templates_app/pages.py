"""What the pages of templates show."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import F
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import Broker, User
from crm import search
from crm.models import Lead
from templates_app import checking, shaping, variables
from templates_app.checking import Text
from templates_app.enums import TemplateChannel
from templates_app.models import Template, TemplateVersion
from templates_app.parsing import Parsed, parse
from templates_app.rendering import Rendered, Wording, written
from templates_app.sources import Refused
from templates_app.variables import Facts, Variable

_OFFERED = 30
_MOST_COMPARED = 4_000
_MOST_VERSIONS = 50
_TEXTS = {"subject": _("Asunto"), "body": _("Texto"), "html": _("HTML")}


@dataclass(frozen=True, slots=True)
class Preview:
    """A text on a lead as it would arrive; `missing` are labels, `refused` why there is nothing to show."""

    rendered: Rendered | None
    refused: str
    missing: list[str]
    hints: list[str]
    words: int
    length: int
    limit: int
    numbered: str
    given: bool
    """Whether facts of a meeting, or links, are examples."""

    @property
    def framed(self) -> str:
        """The HTML as the page may show it."""
        return shaping.bare(self.rendered.html) if self.rendered and self.rendered.html else ""


def preview(text: Text, *, channel: str, purpose: str, facts: Facts, known: Sequence[Variable]) -> Preview:
    """The text on these facts, in their language, without anything being stored."""
    language = facts.language
    labels = {variable.name: str(variable.label) for variable in known}
    with translation.override(language):
        facts = Facts(facts.lead, facts.broker, language, variables.given_examples() | dict(facts.extra))
        rendered, refused, ready = _written(text, channel, language, facts)
    body = rendered.body if rendered else text.body
    names = set(ready.names) if ready else set()
    return Preview(
        rendered,
        refused,
        [labels.get(name, name) for name in (rendered.missing if rendered else ())],
        checking.hints(text, channel=channel, purpose=purpose),
        checking.words(body),
        shaping.length(body, channel),
        shaping.limit(channel),
        ready.body.numbered() if ready and channel == TemplateChannel.WHATSAPP and not ready.body.branches else "",
        bool(names & variables.given_examples().keys()),
    )


def _written(text: Text, channel: str, language: str, facts: Facts) -> tuple[Rendered | None, str, Wording | None]:
    if not text.body.strip():
        return None, "", None
    try:
        subject, html = _parsed(text.subject), _parsed(text.html, html=True)
        ready = Wording(channel, language, parse(text.body), subject, html, "", text.fallbacks)
    except Refused as refused:
        return None, str(refused), None
    return written(ready, facts, keep=True), "", ready


def _parsed(source: str, *, html: bool = False) -> Parsed | None:
    return parse(source, html=html) if source else None


def facts_of(lead: Lead | None, broker: Broker, known: Sequence[Variable], language: str) -> Facts:
    """The facts of a lead; without one, the examples."""
    if lead is not None:
        return Facts(lead, broker, language)
    with translation.override(language):
        return Facts(Lead(), broker, language, {variable.name: str(variable.example) for variable in known})


def leads_to_try(user: User, *, text: str = "", also: Lead | None = None) -> list[Lead]:
    """Leads a person may try a text on: those that match, the last ones in touch first."""
    found = search.matching(Lead.objects.visible_to(user), text).select_related("assigned_to")
    leads = list(found.order_by(F("last_contact_at").desc(nulls_last=True), "-pk")[:_OFFERED])
    return leads if also is None or also in leads else [also, *leads]


def lead_of(user: User, text: str) -> Lead | None:
    """The lead an address names, if the person sees it."""
    try:
        public_id = UUID(text)
    except ValueError:
        return None
    found: Lead | None = Lead.objects.visible_to(user).select_related("assigned_to").filter(public_id=public_id).first()
    return found


def url_above(name: str, *args: Any) -> str:  # noqa: ANN401 -- parts of an address
    """A page of a layer above, known by its name only; "" where it is not installed."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def versions(template: Template) -> list[dict[str, Any]]:
    """The last versions, the newest first, each with what changed since the one before: three statements at most."""
    stored = list(TemplateVersion.objects.filter(template=template).order_by("-number")[: _MOST_VERSIONS + 1])
    pairs = [*pairwise(stored), *([(stored[-1], None)] if stored and stored[-1].number == 1 else [])]
    return [{"version": version, "changes": _changes(version, before)} for version, before in pairs]


def _changes(version: TemplateVersion, before: TemplateVersion | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Per text that changed, its name and its pieces: same, gone or new."""
    shown = []
    for name, label in _TEXTS.items():
        now, was = getattr(version, name), getattr(before, name) if before else ""
        if now != was:
            shown.append((str(label), compared(was, now) if before else [("same", now)]))
    return shown


def compared(was: str, now: str) -> list[tuple[str, str]]:
    """Two texts word by word: (same | gone | new, words)."""
    old, new = was[:_MOST_COMPARED].split(" "), now[:_MOST_COMPARED].split(" ")
    pieces: list[tuple[str, str]] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", " ".join(old[i:j])))
            continue
        pieces += [("gone", " ".join(old[i:j])), ("new", " ".join(new[k:m]))]
    return [(kind, words) for kind, words in pieces if words]
