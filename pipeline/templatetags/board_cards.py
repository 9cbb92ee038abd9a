"""Parts of a card that need the clock."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from uuid import UUID

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.looks import look
from core.reltime import absolute
from core.templatetags.ui import icon, pill
from crm.priority import Priority, at_place
from pipeline.cards import Card

register = template.Library()

_ANYBODY = str(UUID(int=0))


@register.simple_tag
def card_url(name: str, card: Card) -> str:
    """The address of a card's view: the pattern is resolved once, because a board asks it hundreds of times."""
    return _pattern(name).replace(_ANYBODY, str(card.public_id))


@cache
def _pattern(name: str) -> str:
    return reverse(name, args=[_ANYBODY])


@register.simple_tag
def card_step(card: Card, now: datetime) -> SafeString:
    """The chip of a card's next step, the exact time on hover."""
    seen = look("next_step", card.step(now))
    title = absolute(card.next_step_at) if card.next_step_at else ""
    drawn: SafeString = pill(card.step_text(now), icon=seen.icon, tone=seen.tone, title=title)
    return drawn


@register.simple_tag
def card_priority(card: Card) -> str:
    """A mark on a card that wants to be contacted first; nothing on the others."""
    found = at_place(card.priority)
    if found not in {Priority.URGENTE, Priority.ALTA}:
        return ""
    seen = look("priority", found)
    drawn: str = pill(found.label, icon=seen.icon, tone=seen.tone, title=_("Prioridad de contacto"))
    return drawn


@register.simple_tag
def card_rot(card: Card, now: datetime, rotting: Mapping[str, int]) -> str:
    """A mark on a card that has stood in its stage for too long; nothing on the others."""
    if not card.rots(now, rotting[card.stage]):
        return ""
    stood = (now - card.stage_entered_at).days
    text = _("%(days)d días en esta etapa") % {"days": stood}
    return format_html('<span class="c-rotting" title="{}">{}</span>', text, icon("clock-exclamation", text))
