"""What the composer shows: the channels as they stand, what keeps a message back, a template filled in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from accounts.http import BrokerRequest
from core.actors import Actor
from crm.enums import Channel
from crm.models import Lead
from messaging import composing
from messaging.composing import Filled, Unfilled, Way
from messaging.enums import Provider
from messaging.gate import words
from messaging.gate.sentences import Exit
from messaging.gate.verdict import Ruling, Verdict
from messaging.gate.words import Words
from messaging.inbox.forms import ComposeForm
from templates_app import library
from templates_app.models import Template
from templates_app.rendering import Rendered

_EXITS = {
    Exit.CONSENT: "crm:lead-consent",
    Exit.LEAD: "crm:lead",
    Exit.CONVERSATION: "inbox:release",
    Exit.LIMITS: "messaging:limits",
    Exit.SUPPRESSIONS: "messaging:suppressions",
    Exit.ACCOUNTS: "channels:accounts",
    Exit.TEMPLATES: "templates:list",
}
_OF_LEAD = {Exit.CONSENT, Exit.LEAD, Exit.CONVERSATION}


@dataclass(frozen=True, slots=True)
class Hurdle:
    """Why nothing can be written on a channel now (or why it waits), and the way out."""

    words: Words
    url: str
    refuses: bool


@dataclass(frozen=True, slots=True)
class Start:
    """What a template gave to begin with, or why it gave nothing."""

    template: Template | None = None
    filled: Filled | None = None
    trouble: str = ""


def composer(
    request: BrokerRequest,
    lead: Lead,
    *,
    now: datetime,
    form: ComposeForm | None = None,
    typed: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The composer: form · ways · way · hurdle · templates · start · mode. `typed` is kept from before.

    A template takes the place of the text when it is picked (`pick`, by the list itself), and at no other time.
    """
    typed = typed or {}
    picking = request.headers.get("HX-Trigger-Name") == "pick"
    start = begin_with(lead, typed.get("pick", "") if picking else typed.get("template") or _of_form(form))
    found = composing.ways(
        lead, by=Actor.of(request.user), now=now, version=start.filled.version if start.filled else None
    )
    way = _chosen(lead, found, typed.get("channel") or (form["channel"].value() if form else ""))
    if start.template is not None and start.template.channel != way.channel:
        start = Start()
    return {
        "lead": lead,
        "form": form or _blank(way, start, typed, picking=picking),
        "ways": found,
        "way": way,
        "hurdle": hurdle(way, lead),
        "closes_at": way.closes_at,
        "simulated": way.account is not None and way.account.provider == Provider.SANDBOX,
        "templates": composing.templates(way.channel),
        "start": start,
        "mode": "note" if typed.get("mode") == "note" else "reply",
        "at_lead": bool(typed.get("at_lead")),
        "now": now,
    }


def begin_with(lead: Lead, wanted: str) -> Start:
    """The template of that public id, filled in for this lead; nothing for none, and what is missing in words."""
    template = template_of(wanted)
    if template is None:
        return Start()
    try:
        return Start(template, composing.fill(lead, template))
    except Unfilled as error:
        return Start(template, trouble=trouble_words(error.rendered))


def template_of(wanted: str) -> Template | None:
    """A template in use by its public id; None for anything else."""
    try:
        return Template.objects.filter(public_id=UUID(wanted), archived_at=None).first()
    except ValueError:
        return None


def trouble_words(rendered: Rendered) -> str:
    """Why a template cannot be used for a lead."""
    if rendered.missing:
        labels = {each.name: str(each.label) for each in library.known_variables()}
        names = ", ".join(labels.get(name, name).lower() for name in rendered.missing)
        return _("Le falta lo que la plantilla nombra: %(names)s. Complétalo en su ficha, o elige otra.") % {
            "names": names
        }
    return _("Con los datos de este lead la plantilla no da un texto que se pueda enviar.")


def _of_form(form: ComposeForm | None) -> str:
    return str(form["template"].value() or "") if form else ""


def _chosen(lead: Lead, found: list[Way], wanted: str) -> Way:
    way = next((each for each in found if each.channel == wanted), None)
    if way is not None:
        return way
    channel: Channel = composing.preferred(lead, found)
    return next(each for each in found if each.channel == channel)


def _blank(way: Way, start: Start, typed: Mapping[str, str], *, picking: bool) -> ComposeForm:
    """A form for another press of the button: what a template just gave, else what was typed."""
    values: dict[str, Any] = {"channel": way.channel.value, "key": uuid4()}
    values |= {"body": typed.get("body", ""), "subject": typed.get("subject", "")}
    if start.filled is not None and start.template is not None:
        values["template"] = start.template.public_id
        if picking:
            values |= {"body": start.filled.rendered.body, "subject": start.filled.rendered.subject}
    return ComposeForm(initial=values)


def hurdle(way: Way, lead: Lead) -> Hurdle | None:
    """What the gate has to say against a message now."""
    return held_back(way.verdict, lead)


def held_back(verdict: Verdict, lead: Lead) -> Hurdle | None:
    """A verdict in words, unless it lets the message go."""
    ruling, reason = verdict.ruling, verdict.reason
    if ruling is Ruling.SEND or reason is None:
        return None
    told = words.of(reason)
    return Hurdle(told, exit_url(told.exit, lead), ruling is Ruling.REFUSE)


def exit_url(exit_: Exit, lead: Lead) -> str:
    """Where a person changes what keeps a message back; "" where there is nothing to change."""
    name = _EXITS.get(exit_)
    if name is None:
        return ""
    try:
        return reverse(name, args=[lead.public_id] if exit_ in _OF_LEAD else [])
    except NoReverseMatch:
        return ""
