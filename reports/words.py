"""Figures as people read them."""

from collections.abc import Mapping
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.money import format_money
from reports.periods import Period

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_SOON = 10 * _DAY
NOTHING = "–"


def count(number: int) -> str:
    """A whole number with the reader's separators."""
    return number_format(number, use_l10n=True, force_grouping=True)


def percent(share: float | None) -> str:
    """A share of 0 to 1 in whole percent; a little is not nothing."""
    if share is None:
        return NOTHING
    whole = int(100 * share + 0.5)
    if whole == 0 and share > 0:
        return "<1\N{NO-BREAK SPACE}%"
    return f"{whole}\N{NO-BREAK SPACE}%"


def duration(seconds: float | None) -> str:
    """A length of time in its two largest units: "12 min", "5 h 20 min", "3 d 4 h", "34 d"."""
    if seconds is None:
        return NOTHING
    if seconds < _MINUTE:
        return _("menos de 1 min")
    whole = int(seconds)
    if whole < _HOUR:
        return _("%(n)d min") % {"n": whole // _MINUTE}
    if whole < _DAY:
        return _joined((_("%(n)d h"), whole // _HOUR), (_("%(n)d min"), whole % _HOUR // _MINUTE))
    days = (_("%(n)d d"), whole // _DAY)
    return _joined(days) if whole >= _SOON else _joined(days, (_("%(n)d h"), whole % _DAY // _HOUR))


def sums(values: Mapping[str, Decimal]) -> list[str]:
    """Amounts in their units, one text each, by the unit's name from behind: UF comes before pesos."""
    language = get_language() or "es"
    return [format_money(amount, unit, language) for unit, amount in sorted(values.items(), reverse=True) if amount]


def days(period: Period) -> str:
    """The range in words: its name, or its days."""
    if period.preset:
        return str(period.preset.label)
    first, last = (date_format(day, "SHORT_DATE_FORMAT") for day in (period.first, period.last))
    return first if first == last else _("%(first)s a %(last)s") % {"first": first, "last": last}


def _joined(*parts: tuple[str, int]) -> str:
    return " ".join(words % {"n": number} for words, number in parts if number)
