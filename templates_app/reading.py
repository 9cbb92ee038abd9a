"""The values of a lead's variables, as a text takes them: plain, in the template's language, or a gap."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django.utils.dateparse import parse_date
from django.utils.translation import gettext

from templates_app.values import Figure, Flag, Gap, Moment, Value, plain
from templates_app.variables import BY_NAME, CUSTOM, Facts

_DAYS = {"es": "EEEE d 'de' MMMM", "en": "EEEE, MMMM d", "pt": "EEEE, d 'de' MMMM"}
_HOURS = {"es": "HH:mm", "en": "h:mm a", "pt": "HH:mm"}


def values_of(names: Iterable[str], facts: Facts, fallbacks: Mapping[str, str], missing: list[str]) -> dict[str, Any]:
    """Values of these variables as plain dictionaries; what the lead lacks is a gap that tells `missing`."""
    found: dict[str, Any] = {}
    for name in names:
        value = _read(name, facts)
        if value is None or value == "":
            label = str(BY_NAME[name].label) if name in BY_NAME else name
            value = Gap(name, label=label, fallback=plain(fallbacks.get(name, "")), missing=missing)
        if name.startswith(CUSTOM):
            found.setdefault("custom", {})[name.removeprefix(CUSTOM)] = value
        else:
            found[name] = value
    return found


def _read(name: str, facts: Facts) -> Value | None:
    if name in facts.extra:
        return _given(facts.extra[name], facts, clock=name.endswith("_time"))
    if name.startswith(CUSTOM):
        return _of_field(facts.lead.custom.get(name.removeprefix(CUSTOM)), facts)
    variable = BY_NAME.get(name)
    return variable.read(facts) if variable and variable.read else None


def _given(value: object, facts: Facts, *, clock: bool) -> Value | None:
    if isinstance(value, datetime):
        value = value.astimezone(facts.zone) if value.tzinfo else value.replace(tzinfo=UTC).astimezone(facts.zone)
    if isinstance(value, datetime | time) and (clock or isinstance(value, time)):
        hour = value.timetz() if isinstance(value, datetime) else value
        text = format_time(hour.replace(tzinfo=None), _HOURS.get(facts.language, _HOURS["es"]), locale=facts.locale)
        return Moment(text.replace("\N{NARROW NO-BREAK SPACE}", " "), hour.replace(tzinfo=None), facts.locale)
    if isinstance(value, date):
        return _day(value, facts)
    return None if value is None else plain(value)


def _day(value: date, facts: Facts) -> Moment:
    shown = value.replace(tzinfo=None) if isinstance(value, datetime) else value
    return Moment(format_date(shown, _DAYS.get(facts.language, _DAYS["es"]), locale=facts.locale), shown, facts.locale)


def _of_field(value: object, facts: Facts) -> Value | None:
    """A value of an own field, told by its shape as `crm.custom_values` stores it."""
    if isinstance(value, bool):
        return Flag(gettext("Sí") if value else gettext("No"), truth=value)
    if isinstance(value, int | float):
        locale = facts.locale
        return Figure(Decimal(str(value)), lambda number: format_decimal(number, locale=locale))
    if value is None:
        return None
    text = str(value)
    stored = parse_date(text) if len(text) == len("2026-01-01") and text[:4].isdigit() and text[4] == "-" else None
    if stored is not None:
        return Moment(format_date(stored, "medium", locale=facts.locale), stored, facts.locale)
    return plain(text)
