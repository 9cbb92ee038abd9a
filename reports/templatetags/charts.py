"""Drawings for templates (reports.charts)."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.translation import gettext as _

from reports import charts, words
from reports.tables import Bar, Days

register = template.Library()
_FEW = 4


@register.filter
def drawn(bars: Sequence[Bar]) -> list[charts.Row]:
    """The bars with their places."""
    return charts.rows(bars)


@register.filter
def bars_height(bars: Sequence[Bar]) -> int:
    """How tall the drawing is."""
    return charts.height(bars)


@register.filter
def spoken(bars: Sequence[Bar]) -> str:
    """The bars in words."""
    return "; ".join(f"{bar.label}: {bar.text}" + (f" ({bar.note})" if bar.note else "") for bar in bars)


@register.filter
def day_columns(days: Days) -> dict[str, Any]:
    """The columns, and what is written around them."""
    labels = [label for label, _number in days.columns]
    best, most = max(days.columns, key=lambda column: column[1])
    said = {"first": labels[0], "last": labels[-1], "most": words.count(most), "best": best}
    return {
        "columns": charts.columns(days),
        "top": words.count(most) if most else "",
        "first": labels[0],
        "middle": labels[len(labels) // 2] if len(labels) > _FEW else "",
        "last": labels[-1] if len(labels) > 1 else "",
        "spoken": _("Leads por día, de %(first)s a %(last)s; el día con más, %(best)s: %(most)s.") % said,
    }
