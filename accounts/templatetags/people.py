"""Words about people and their devices."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# The first that fits wins: browsers name their ancestors too.
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@register.filter
def browser(user_agent: str) -> str:
    """E.g. "Chrome · Windows" from a User-Agent header; a plain word when it says nothing known."""
    name = next((shown for mark, shown in _BROWSERS if mark in user_agent), _("Navegador"))
    system = next((shown for mark, shown in _SYSTEMS if mark in user_agent), "")
    return f"{name} · {system}" if system else name
