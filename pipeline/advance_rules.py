"""The table of auto-advance: from which stages, when, and to which. Pure, but for `standings`, which reads."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from appointments.enums import OPEN, AppointmentStatus
from appointments.models import Appointment
from crm.enums import Qualification, Stage, TreatmentType
from crm.models import Lead
from crm.names import real_name
from crm.rules import Rules

RESTING = frozenset({Stage.REFERIDOS, Stage.GANADO, Stage.PERDIDO})
"""Stages that nobody leaves but by hand."""


class Missing(NamedTuple):
    """Something a rule waits for: a code for programs, and what its words need."""

    code: str
    facts: tuple[tuple[str, Any], ...] = ()

    def __str__(self) -> str:
        return str(_WORDS[self.code]) % dict(self.facts)


_WORDS: dict[str, str | Promise] = {
    "name": _("un nombre de verdad"),
    "contact": _("un teléfono que se pueda marcar o un correo"),
    "location": _("la comuna o sector que busca"),
    "money": _("su presupuesto o su ingreso"),
    "score": _("%(threshold)d puntos: tiene %(score)d"),
    "turned_off": _("que la administración encienda este paso"),
    "qualification": _("que su calificación sea «%(wanted)s»: es «%(has)s»"),
    "not_unqualified": _("que no esté como «No califica»"),
    "appointment": _("una visita agendada"),
    "no_appointment": _("que no quede una visita agendada"),
    "visit_over": _("que la visita se realice, o que no llegue"),
    "hold": _("El lead está en pausa: no avanza solo."),
    "resting": _("De «%(stage)s» solo se sale a mano."),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A lead and its appointments: whether one is open, and how the latest since it entered its stage ended."""

    lead: Lead
    has_open: bool = False
    latest: str = ""

    @property
    def stage(self) -> Stage:
        """Where it is."""
        return Stage(self.lead.stage)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: in one of these stages, with nothing missing, a lead goes on to another."""

    code: str
    stages: frozenset[Stage]
    to: Stage
    missing: Callable[[Standing, Rules], tuple[Missing, ...]]
    words: str | Promise

    def reason(self) -> str:
        """Why it moved, for its history."""
        return _t("Avance automático: %(rule)s") % {"rule": self.words}


def rows_of(stage: Stage) -> list[Row]:
    """The rules of a stage, in the order they are tried."""
    return [row for row in TABLE if stage in row.stages]


def stands_still(standing: Standing) -> Missing | None:
    """Why no rule looks at this lead; None when they do."""
    if standing.stage in RESTING:
        return Missing("resting", (("stage", standing.stage.label),))
    return Missing("hold") if standing.lead.treatment_type == TreatmentType.HOLD else None


def standings(lead_ids: Collection[int]) -> Iterator[Standing]:
    """Leads with their appointments, in one statement."""
    of_lead = Appointment.objects.filter(lead=OuterRef("pk"))
    since = Q(closed_at__gte=OuterRef("stage_entered_at")) | Q(starts_at__gte=OuterRef("stage_entered_at"))
    found = (
        Lead.objects.filter(pk__in=lead_ids)
        .order_by("pk")
        .annotate(
            has_open=Exists(of_lead.filter(status__in=OPEN)),
            latest=Subquery(of_lead.filter(since).order_by("-starts_at", "-pk").values("status")[:1]),
        )
    )
    for lead in found:
        read = vars(lead)
        yield Standing(lead, read["has_open"], read["latest"] or "")


def _when(**needs: bool) -> tuple[Missing, ...]:
    return tuple(Missing(code) for code, holds in needs.items() if not holds)


def _known_person(standing: Standing, _rules: Rules) -> tuple[Missing, ...]:
    lead = standing.lead
    return _when(name=real_name(lead.name), contact=bool(lead.phone_e164 or lead.email))


def _profiled(standing: Standing, rules: Rules) -> tuple[Missing, ...]:
    lead, threshold = standing.lead, rules.advance.threshold
    if not threshold:
        return (Missing("turned_off"),)
    money = lead.budget_amount is not None or lead.income_band is not None
    score = lead.score or 0
    short = (Missing("score", (("threshold", threshold), ("score", score))),) if score < threshold else ()
    return (*_when(location=bool(lead.location.strip()), money=money), *short)


def _promising(standing: Standing, _rules: Rules) -> tuple[Missing, ...]:
    return (*_qualified_as(standing, Qualification.POTENCIAL), *_when(no_appointment=not standing.has_open))


def _unqualified(standing: Standing, rules: Rules) -> tuple[Missing, ...]:
    off = _when(turned_off=rules.advance.lose_unqualified)
    return (*_qualified_as(standing, Qualification.NO_CALIFICADO), *off)


def _agreed(standing: Standing, _rules: Rules) -> tuple[Missing, ...]:
    able = standing.lead.qualification != Qualification.NO_CALIFICADO
    return _when(appointment=standing.has_open, not_unqualified=able)


def _visited(standing: Standing, _rules: Rules) -> tuple[Missing, ...]:
    over = standing.latest in {AppointmentStatus.COMPLETED, AppointmentStatus.NO_SHOW}
    return _when(no_appointment=not standing.has_open, visit_over=over)


def _qualified_as(standing: Standing, wanted: Qualification) -> tuple[Missing, ...]:
    has = Qualification(standing.lead.qualification)
    told = (("wanted", wanted.label), ("has", has.label))
    return () if has == wanted else (Missing("qualification", told),)


TABLE = (
    Row(
        "agreed",
        frozenset({Stage.ENTRADA, Stage.PERFILAMIENTO, Stage.CALIFICACION_FINANCIERA, Stage.SEGUIMIENTO}),
        Stage.AGENDADO,
        _agreed,
        _("tiene una visita agendada"),
    ),
    Row(
        "known_person",
        frozenset({Stage.ENTRADA}),
        Stage.PERFILAMIENTO,
        _known_person,
        _("se sabe su nombre y cómo ubicarlo"),
    ),
    Row(
        "profiled",
        frozenset({Stage.PERFILAMIENTO}),
        Stage.CALIFICACION_FINANCIERA,
        _profiled,
        _("se sabe dónde busca y con cuánto, y alcanzó el puntaje"),
    ),
    Row(
        "promising",
        frozenset({Stage.CALIFICACION_FINANCIERA}),
        Stage.SEGUIMIENTO,
        _promising,
        _("tiene potencial y ninguna visita agendada"),
    ),
    Row(
        "unqualified",
        frozenset({Stage.CALIFICACION_FINANCIERA}),
        Stage.PERDIDO,
        _unqualified,
        _("no califica"),
    ),
    Row(
        "visited",
        frozenset({Stage.AGENDADO}),
        Stage.SEGUIMIENTO,
        _visited,
        _("la visita ya fue, o no llegó"),
    ),
)
"""An open appointment comes first: who has one goes straight there."""
