"""A stored score in words: its strongest and weakest parts, and what would raise it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as __
from django.utils.translation import ngettext

from crm import rules
from crm.enums import Stage, Timeline
from crm.models import Lead
from crm.scoring.facts import Facts
from crm.scoring.formula import MULTIPLIED, score
from crm.scoring.loading import facts_of

SHOWN = 3
_NAMES: dict[str, str | Promise] = {
    "name": __("Nombre"),
    "phone": __("Teléfono que se puede marcar"),
    "email": __("Correo"),
    "location": __("Comuna o sector"),
    "budget": __("Presupuesto"),
    "wants_visit": __("Pidió una visita"),
    "timeline": __("Plazo"),
    "quick_reply": __("Respuesta rápida"),
    "messages": __("Mensajes recibidos"),
    "calls": __("Llamadas contestadas"),
    "visits": __("Visitas cumplidas"),
    "stage": __("Etapa"),
    "income": __("Ingreso declarado"),
    "opted_out": __("Pidió no recibir más"),
    "bounced": __("El contacto rebotó"),
    "no_show": __("No llegó a la visita"),
    "unanswered": __("Contactos seguidos sin respuesta"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a score: what it gave of the final number, what it lacks to its most, and why."""

    code: str
    name: str
    points: float
    lacks: float
    why: str


class Raise(NamedTuple):
    """Something that would raise the score, and by how much."""

    code: str
    words: str
    gain: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the popover shows."""

    strongest: list[Line]
    weakest: list[Line]
    raises: list[Raise]


def explain(lead: Lead, *, now: datetime) -> Explanation:
    """The lead's stored score in words, and what would raise it as things stand now. Three statements."""
    known = lines(lead)
    best = sorted((line for line in known if line.points > 0), key=lambda line: -line.points)
    worst = sorted(
        (line for line in known if line.points < 0 or line.lacks > 0),
        key=lambda line: (line.points >= 0, line.points if line.points < 0 else -line.lacks),
    )
    return Explanation(best[:SHOWN], worst[:SHOWN], raises(lead, now=now)[:SHOWN])


def lines(lead: Lead) -> list[Line]:
    """Every part of a stored score, as it weighs in the final number."""
    stored: Mapping[str, Any] = lead.score_components
    found = []
    for code, group, points, most, why in stored.get("parts", ()):
        times = stored["multiplier"] if group in MULTIPLIED else 1
        lacks = max(0.0, round((most - points) * times, 1))
        found.append(Line(code, str(_NAMES[code]), round(points * times, 1), lacks, _why(code, why, lead)))
    return found


def raises(lead: Lead, *, now: datetime) -> list[Raise]:
    """What would raise the score, the most first: the same formula over facts as they could be."""
    facts = facts_of([lead.pk], now=now).get(lead.pk)
    if facts is None:
        return []
    under = rules.in_force()
    told = score(facts, under).total
    gains = [Raise(code, words, score(better, under).total - told) for code, words, better in _better(facts)]
    return sorted((each for each in gains if each.gain > 0), key=lambda each: -each.gain)


def _better(facts: Facts) -> Iterator[tuple[str, str, Facts]]:
    answered: dict[str, Any] = {"unanswered": 0, "bounced": False}
    visited: dict[str, Any] = {"visits": (0, *facts.visits), "no_show": False, **answered}
    yield "visit", _("Que cumpla una visita"), replace(facts, **visited)
    yield "wants_visit", _("Que pida una visita"), replace(facts, wants_visit=True)
    yield "call", _("Hablar con la persona por teléfono"), replace(facts, calls=((0, 600), *facts.calls), **answered)
    yield "message", _("Que responda un mensaje"), replace(facts, messages=(0, *facts.messages), **answered)
    yield "income", _("Saber su ingreso (a lo más)"), _if(facts, facts.income_band is None, income_band=4)
    soon = facts.timeline == Timeline.UNKNOWN
    yield "timeline", _("Saber para cuándo lo quiere (a lo más)"), _if(facts, soon, timeline=Timeline.IMMEDIATE)
    yield "name", _("Saber su nombre"), replace(facts, has_name=True)
    yield "phone", _("Tener un teléfono que se pueda marcar"), replace(facts, has_phone=True)
    yield "email", _("Tener su correo"), replace(facts, has_email=True)
    yield "location", _("Saber en qué comuna busca"), replace(facts, has_location=True)
    yield "budget", _("Saber su presupuesto"), replace(facts, has_budget=True)


def _if(facts: Facts, holds: bool, **changes: Any) -> Facts:  # noqa: ANN401, FBT001 -- fields of Facts
    return replace(facts, **changes) if holds else facts


def _why(code: str, why: Mapping[str, Any], lead: Lead) -> str:
    if code in {"messages", "calls", "visits"} and why:
        return _("%(n)s, lo último %(when)s") % {"n": why["n"], "when": _ago(why["days"])}
    if code == "timeline":
        return str(Timeline(why["timeline"]).label)
    if code == "quick_reply" and "seconds" in why:
        return _("la más rápida en %(n)d min") % {"n": max(1, why["seconds"] // 60)}
    if code == "stage":
        return str(Stage(lead.stage).label)
    if code == "unanswered":
        return ngettext("%(n)d sin respuesta", "%(n)d sin respuesta", why["n"]) % {"n": why["n"]}
    return ""


def _ago(days: int) -> str:
    return ngettext("hace %(n)d día", "hace %(n)d días", days) % {"n": days} if days else _("hoy")
