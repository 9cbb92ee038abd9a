"""Small parts of the pages of leads."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import phones
from core.looks import look
from core.reltime import absolute, relative
from core.templatetags.ui import pill
from crm import next_steps
from crm.filter_bar import FilterBar
from crm.models import Lead
from crm.next_steps import NextStep
from crm.priority import Priority, at_place

register = template.Library()


@register.filter
def lead_name(lead: Lead) -> str:
    """What a lead is called: its name, else its phone or e-mail, else that it has none."""
    return str(lead) or _("Sin nombre")


@register.filter
def phone_shown(e164: str) -> str:
    """A number as people at home write it, with its country code in front."""
    return phones.international(e164)


@register.simple_tag
def next_step_pill(at: datetime | None, now: datetime) -> SafeString | str:
    """When the next step is due, with how pressing it is; a dash when none is set."""
    if at is None:
        return "–"
    state = next_steps.state_of(at, now=now)
    seen = look("next_step", state)
    late = state == NextStep.OVERDUE
    spoken = format_html('<span class="visually-hidden">{}: </span>', NextStep.OVERDUE.label) if late else ""
    title = f"{state.label}: {absolute(at)}"
    words = format_html("{}{}", spoken, relative(at, now=now))
    drawn: SafeString = pill(words, icon=seen.icon, tone=seen.tone, title=title)
    return drawn


@register.simple_tag
def priority_pill(lead: Lead) -> SafeString:
    """How soon the lead wants to be contacted; nothing where that says nothing special."""
    found = at_place(lead.priority)
    if found in {Priority.BAJA, Priority.ARCHIVADO}:
        return SafeString("")
    seen = look("priority", found)
    drawn: SafeString = pill(_("Prioridad %(word)s") % {"word": found.label.lower()}, icon=seen.icon, tone=seen.tone)
    return drawn


@register.simple_tag
def priority_mark(lead: Lead) -> SafeString:
    """A mark on the rows that want to be contacted first."""
    found = at_place(lead.priority)
    if found not in {Priority.URGENTE, Priority.ALTA}:
        return SafeString("")
    seen = look("priority", found)
    drawn: SafeString = pill(found.label, icon=seen.icon, tone=seen.tone, title=_("Prioridad de contacto"))
    return drawn


@register.simple_tag
def sort_url(bar: FilterBar, order: str) -> str:
    """The address of the same list in another order."""
    return bar.sorted_by(order)


@register.filter
def of_key(counts: dict[int, int], key: int) -> int:
    """How many there are under a key, 0 for none."""
    return counts.get(key, 0)


@register.filter
def lead_name_or_nothing(lead: Lead | None) -> str:
    """What a lead is called, "" where there is none."""
    return lead_name(lead) if lead is not None else ""


@register.simple_tag
def pill_age(since: datetime, now: datetime) -> SafeString:
    """How long somebody has been waiting: calm within the hour, then pressing, after a day bad."""
    hours = (now - since).total_seconds() / 3600
    tone = "good" if hours < 1 else "warn" if hours < 24 else "bad"  # noqa: PLR2004 -- an hour, a day
    drawn: SafeString = pill(relative(since, now=now), icon="clock", tone=tone, title=absolute(since))
    return drawn
