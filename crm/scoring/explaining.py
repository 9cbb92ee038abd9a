"""A stored score in words: its strongest and weakest parts, and what would raise it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from crm import rules
from crm.enums import Stage, Timeline
from crm.models import Lead
from crm.scoring.facts import Facts
from crm.scoring.formula import MULTIPLIED, score
from crm.scoring.loading import facts_of

SHOWN = 3
_NAMES: dict[str, str | Promise] = {
    "name": _("Nombre"),
    "phone": _("Teléfono que se puede marcar"),
    "email": _("Correo"),
    "location": _("Comuna o sector"),
    "budget": _("Presupuesto"),
    "wants_visit": _("Pidió una visita"),
    "timeline": _("Plazo"),
    "quick_reply": _("Respuesta rápida"),
    "messages": _("Mensajes recibidos"),
    "calls": _("Llamadas contestadas"),
    "visits": _("Visitas cumplidas"),
    "stage": _("Etapa"),
    "income": _("Ingreso declarado"),
    "opted_out": _("Pidió no recibir más"),
    "bounced": _("El contacto rebotó"),
    "no_show": _("No llegó a la visita"),
    "unanswered": _("Contactos seguidos sin respuesta"),
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
    yield "visit", _t("Que cumpla una visita"), replace(facts, **visited)
    yield "wants_visit", _t("Que pida una visita"), replace(facts, wants_visit=True)
    yield "call", _t("Hablar con la persona por teléfono"), replace(facts, calls=((0, 600), *facts.calls), **answered)
    yield "message", _t("Que responda un mensaje"), replace(facts, messages=(0, *facts.messages), **answered)
    yield "income", _t("Saber su ingreso (a lo más)"), _if(facts, facts.income_band is None, income_band=4)
    soon = facts.timeline == Timeline.UNKNOWN
    yield "timeline", _t("Saber para cuándo lo quiere (a lo más)"), _if(facts, soon, timeline=Timeline.IMMEDIATE)
    yield "name", _t("Saber su nombre"), replace(facts, has_name=True)
    yield "phone", _t("Tener un teléfono que se pueda marcar"), replace(facts, has_phone=True)
    yield "email", _t("Tener su correo"), replace(facts, has_email=True)
    yield "location", _t("Saber en qué comuna busca"), replace(facts, has_location=True)
    yield "budget", _t("Saber su presupuesto"), replace(facts, has_budget=True)


def _if(facts: Facts, holds: bool, **changes: Any) -> Facts:  # noqa: ANN401, FBT001 -- fields of Facts
    return replace(facts, **changes) if holds else facts


def _why(code: str, why: Mapping[str, Any], lead: Lead) -> str:
    if code in {"messages", "calls", "visits"} and why:
        return _t("%(n)s, lo último %(when)s") % {"n": why["n"], "when": _ago(why["days"])}
    if code == "timeline":
        return str(Timeline(why["timeline"]).label)
    if code == "quick_reply" and "seconds" in why:
        return _t("la más rápida en %(n)d min") % {"n": max(1, why["seconds"] // 60)}
    if code == "stage":
        return str(Stage(lead.stage).label)
    if code == "unanswered":
        return ngettext("%(n)d sin respuesta", "%(n)d sin respuesta", why["n"]) % {"n": why["n"]}
    return ""


def _ago(days: int) -> str:
    return ngettext("hace %(n)d día", "hace %(n)d días", days) % {"n": days} if days else _t("hoy")
