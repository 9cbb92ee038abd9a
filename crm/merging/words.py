"""Two leads side by side, as the page shows them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from core.money import format_money
from crm.merging.facts import FACTS, compare
from crm.models import Lead
from crm.timeline_words import field_label, value_words


@dataclass(frozen=True, slots=True)
class Row:
    """One fact in words; `choose` where both have one and they differ, `filled` where only the other has."""

    name: str
    label: str
    kept: str
    other: str
    choose: bool
    filled: bool
    taken: bool


def rows(kept: Lead, other: Lead, *, take: frozenset[str], language: str) -> Iterator[Row]:
    """The facts at least one of them has; the suggestion is what the kept lead says."""
    for fact in compare(kept, other):
        ours, theirs = (_words(lead, fact.name, language) for lead in (kept, other))
        if ours or theirs:
            taken = fact.name in take or fact.is_filled
            yield Row(fact.name, _label(fact.name), ours, theirs, fact.is_conflict, fact.is_filled, taken)


def _label(name: str) -> str:
    return _("Presupuesto") if name == "budget" else field_label(FACTS[name][0].removesuffix("_id"))


def _words(lead: Lead, name: str, language: str) -> str:
    value: Any = getattr(lead, FACTS[name][0])
    if name == "budget":
        return format_money(value, lead.budget_unit, language) if value is not None else ""
    if name == "assigned_to":
        return str(lead.assigned_to or "")
    return value_words(FACTS[name][0], value)
