"""Parts of a card that need the clock."""

from datetime import datetime

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.looks import look
from core.reltime import absolute
from core.templatetags.ui import icon, pill
from pipeline.cards import Card

register = template.Library()


@register.simple_tag
def card_step(card: Card, now: datetime) -> SafeString:
    """The chip of a card's next step, the exact time on hover."""
    seen = look("next_step", card.step(now))
    title = absolute(card.next_action_at) if card.next_action_at else ""
    drawn: SafeString = pill(card.step_text(now), icon=seen.icon, tone=seen.tone, title=title)
    return drawn


@register.simple_tag
def card_rot(card: Card, now: datetime, days: int) -> str:
    """A mark on a card that has stood in its stage for too long; nothing on the others."""
    if not card.rots(now, days):
        return ""
    stood = (now - card.stage_entered_at).days
    text = _("%(days)d días en esta etapa") % {"days": stood}
    return format_html('<span class="c-rotting" title="{}">{}</span>', text, icon("clock-exclamation", text))
