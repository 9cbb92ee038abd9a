"""Parts of the inbox's pages."""

from datetime import datetime, timedelta

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.reltime import absolute, relative
from core.templatetags.ui import pill

register = template.Library()
_A_MINUTE = timedelta(minutes=1)


@register.simple_tag
def waiting(since: datetime, now: datetime, tone: str) -> SafeString:
    """Since when a lead waits for an answer; the tone says how badly."""
    just_now = now - since < _A_MINUTE
    text = _("Acaba de escribir") if just_now else _("Espera desde %(since)s") % {"since": relative(since, now=now)}
    icon = "clock-exclamation" if tone == "bad" else "clock"
    drawn: SafeString = pill(text, icon=icon, tone=tone, title=absolute(since))
    return drawn
