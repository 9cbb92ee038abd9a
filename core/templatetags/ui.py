"""The small parts of every page as template tags (docs/components.md); settings make them builtin.

Tags, not includes, because a board draws thousands of them.
"""

from datetime import datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, RadioSelect, Select
from django.template.context import Context
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.looks import look
from core.money import format_money
from core.navigation import Place, places_for
from core.page_texts import page_texts
from core.reltime import absolute, relative

register = template.Library()

_KEPT = 2048
"""Drawings kept of each kind: a board repeats a few icons, people and amounts hundreds of times. Their caches are
typed: a SafeString is not the plain text that equals it."""


@cache
def _sprite() -> str:
    """The sprite's address, resolved once: a board draws a thousand icons."""
    return static("vendor/icons.svg")


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite, silent beside a word; a `label` makes it speak. Sizes: "", "l", "xl"."""
    return _drawn(name, str(label), size)


@lru_cache(maxsize=_KEPT, typed=True)
def _drawn(name: str, label: str, size: str) -> SafeString:
    css = f"c-icon c-icon--{size}" if size else "c-icon"
    href = _sprite()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><title>{}</title><use href="{}#{}"></use></svg>',
            css, label, label, href, name,
        )  # fmt: skip
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', css, href, name)


@register.simple_tag
def pill(text: object, icon: str = "", tone: str = "", title: str = "") -> SafeString:
    """A word on a soft ground, with its icon. Tones: "", accent, good, warn, bad, info, plum."""
    css = f"c-pill c-pill--{tone}" if tone else "c-pill"
    drawing = _icon(icon) if icon else ""
    if title:
        return format_html('<span class="{}" title="{}">{}{}</span>', css, title, drawing, text)
    return format_html('<span class="{}">{}{}</span>', css, drawing, text)


@register.simple_tag
def look_pill(kind: str, value: str, label: object) -> SafeString:
    """The pill of a stored value: `{% look_pill "status" lead.status lead.get_status_display %}`."""
    seen = look(kind, value)
    drawn: SafeString = pill(label, icon=seen.icon, tone=seen.tone)
    return drawn


@register.simple_tag
def look_icon(kind: str, value: str, label: str = "") -> SafeString:
    """The icon of a stored value, for places with no room for its pill; give a `label` where no word is near."""
    return _icon(look(kind, value).icon, label)


@register.filter
def initials(name: str) -> str:
    """One or two capitals for an avatar: first and last word's; "?" for nothing."""
    words = [word for word in str(name).split("@", maxsplit=1)[0].split() if word[0].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper() or "?"


@register.simple_tag
def avatar(name: str = "", size: str = "") -> SafeString:
    """A person's initials, the name on hover and for screen readers; without a name a dashed "nobody"."""
    css = f"c-avatar c-avatar--{size}" if size else "c-avatar"
    if not name:
        return _disc(f"{css} c-avatar--none", _("Sin asignar"), "–")
    return _disc(css, str(name), initials(name))


@lru_cache(maxsize=_KEPT, typed=True)
def _disc(css: str, label: str, shown: str) -> SafeString:
    return format_html('<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', css, label, label, shown)


@register.simple_tag
def reltime(value: datetime | None, empty: str = "–", now: datetime | None = None) -> str:
    """A relative time with the absolute one on hover; `empty` where there is none."""
    if value is None:
        return empty
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        value.isoformat(), absolute(value), relative(value, now=now or timezone.now()),
    )  # fmt: skip


@register.simple_tag
def money(amount: Decimal | None, unit: str = "", empty: str = "") -> str:
    """An amount in its unit as the reader's language writes it; `empty` where there is none."""
    if amount is None or not unit:
        return empty
    return _sum(amount, unit, get_language() or "es")


@lru_cache(maxsize=_KEPT, typed=True)
def _sum(amount: Decimal, unit: str, language: str) -> SafeString:
    return format_html('<span class="c-money">{}</span>', format_money(amount, unit, language))


@register.simple_tag
def score(value: int | None, status: str, label: str = "", url: str = "") -> SafeString:
    """A lead's score with its band's icon; `status` and its `label` as the lead has them; no score, no drawing.

    With `url` it is a button that opens from there why the score is what it is.
    """
    if value is None:
        return SafeString("")
    text = _("Puntaje %(score)s, %(band)s") % {"score": value, "band": label or status}
    if not url:
        return _scored(value, status, text)
    return format_html(
        '<button class="c-scorebtn" type="button" hx-get="{}" hx-target="#menu-slot" hx-swap="innerHTML"'
        ' aria-haspopup="dialog">{}</button>',
        url, _scored(value, status, text),
    )  # fmt: skip


@lru_cache(maxsize=_KEPT, typed=True)
def _scored(value: int, status: str, text: str) -> SafeString:
    return format_html(
        '<span class="c-score c-score--{}" title="{}">{}<span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        status, text, _icon(look("status", status).icon), value, text,
    )  # fmt: skip


@register.simple_tag
def stepbar(overdue: int = 0, today: int = 0, planned: int = 0, none: int = 0) -> SafeString:
    """The thin bar of a column: how many leads have an overdue, today's, a planned or no next step."""
    counts = {"overdue": overdue, "today": today, "planned": planned, "none": none}
    text = _("Próximo paso: %(overdue)d vencidos, %(today)d hoy, %(planned)d planificados, %(none)d sin fijar") % counts
    total = sum(counts.values()) or 1
    shapes, at = SafeString(""), 0.0
    for name, count in counts.items():
        width = 100 * count / total
        shapes += format_html(
            '<rect class="c-stepbar__{}" x="{}" width="{}" height="4"/>', name, f"{at:.2f}", f"{width:.2f}"
        )
        at += width
    return format_html(
        '<svg class="c-stepbar" viewBox="0 0 100 4" preserveAspectRatio="none" role="img" aria-label="{}">'
        "<title>{}</title>{}</svg>",
        text, text, shapes,
    )  # fmt: skip


@register.simple_tag
def control(field: BoundField, css: str = "") -> SafeString:
    """A form field's widget with the classes its kind needs; ids and aria attributes are Django's own."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect):  # CheckboxSelectMultiple too: the group would get the class of its boxes
        return field.as_widget()
    kind = "form-check-input" if isinstance(widget, CheckboxInput) else "form-control"
    if isinstance(widget, Select):
        kind = "form-select"
    classes = " ".join(filter(None, [str(widget.attrs.get("class", "")), kind, css]))
    return field.as_widget(attrs={"class": classes})


@register.simple_tag(takes_context=True)
def nav_places(context: Context) -> list[dict[str, Any]]:
    """The rail's entries for the signed-in person, the present one marked."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return []
    inside = getattr(request, "broker", None) is not None
    places = places_for(role=getattr(user, "role", ""), is_staff=user.is_staff, inside=inside)
    return [_entry(place, request.path) for place in places]


@register.simple_tag
def page_strings() -> SafeString:
    """The scripts' sentences as a JSON data block."""
    return json_script(page_texts(), "page-texts")


@register.filter
def toast_look(level: str, part: str) -> str:
    """The `icon` or `tone` of a message level (success, info, warning, error)."""
    found: str = getattr(look("toast", level), part)
    return found


def _entry(place: Place, path: str) -> dict[str, Any]:
    return {
        "label": place.label, "icon": place.icon, "path": place.path,
        "on_phone": place.on_phone, "current": place.holds(path), "badge": place.badge,
    }  # fmt: skip


def _icon(name: str, label: str = "") -> SafeString:
    drawn: SafeString = icon(name, label)
    return drawn
