"""The countries' rules as people read them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from accounts.enums import Country
from crm.enums import Channel, ConsentPurpose
from messaging import limits
from messaging.forms.limits import WEEKDAYS
from messaging.gate.rules import Rule
from messaging.models import ConsentNeed

_SATURDAY = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One rule in words."""

    purpose: str
    channel: str
    hours: str
    consent: str
    more: list[str]
    wording: str
    source: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Sight:
    """A country: what is in force and what is coming. Without rules of its own the strictest of all hold."""

    name: str
    own: bool
    lines: list[Line]
    coming: list[Line]

    @classmethod
    def of(cls, country: str, today: date) -> "Sight":
        """The country on a day."""
        found = list(limits.in_force(country, today))
        own = any(rule.country == country for rule in found)
        later = _merged(limits.coming(country, today))
        return cls(Country(country).label, own, [line(each) for each in found], later)


def line(rule: Rule) -> Line:
    """A rule in words."""
    return Line(
        purpose=str(ConsentPurpose(rule.purpose).label),
        channel=_channel(rule),
        hours=hours(rule),
        consent=_needs(rule),
        more=list(_more(rule)),
        wording=rule.wording,
        source=rule.source,
        since=rule.starts,
    )


def _needs(rule: Rule) -> str:
    if rule.purpose == ConsentPurpose.MARKETING:
        return str(ConsentNeed(rule.consent).label)
    return _("Que lo haya pedido o lo espere")


def _channel(rule: Rule) -> str:
    return str(Channel(rule.channel).label) if rule.channel else _("Todos los canales")


def hours(rule: Rule) -> str:
    """Days and hours in words: Lunes a sábado, 09:00 a 20:00 (sábado hasta 15:00)."""
    said = _("%(days)s, %(opens)s a %(closes)s") % {
        "days": capfirst(_days(rule)),
        "opens": formats.time_format(rule.opens, "H:i"),
        "closes": formats.time_format(rule.closes, "H:i"),
    }
    if rule.saturday_closes and _SATURDAY in rule.days:
        said += _(" (sábado hasta %(closes)s)") % {"closes": formats.time_format(rule.saturday_closes, "H:i")}
    return said


def _days(rule: Rule) -> str:
    names = dict(WEEKDAYS)
    days = sorted(rule.days)
    if len(days) == len(WEEKDAYS):
        return _("todos los días")
    if days and days == list(range(days[0], days[-1] + 1)):
        return _("%(first)s a %(last)s") % {"first": names[days[0]], "last": names[days[-1]]}
    return ", ".join(str(names[day]) for day in days)


def _more(rule: Rule) -> Iterator[str]:
    yield _("También en feriados") if rule.holidays else _("Nunca en feriados")
    if rule.cap:
        yield _("Máximo %(most)s en %(days)s días por persona") % {"most": rule.cap[0], "days": rule.cap[1]}
    if rule.caller_prefixes:
        shown = ", ".join(each for each in rule.caller_prefixes if not each.startswith("+"))
        yield _("Llamadas automáticas solo desde números %(prefixes)s") % {"prefixes": shown}
    if rule.registry:
        yield _("Registro: %(name)s") % {"name": rule.registry}


def _merged(rules: list[Rule]) -> list[Line]:
    """Rules that say the same of several channels as one line."""
    by_words: dict[tuple[str, str], list[Rule]] = {}
    for each in rules:
        by_words.setdefault((each.purpose, each.source), []).append(each)
    found = []
    for same in by_words.values():
        first = line(same[0])
        channels = ", ".join(_channel(each) for each in same)
        found.append(Line(**{**{name: getattr(first, name) for name in Line.__slots__}, "channel": channels}))
    return found
