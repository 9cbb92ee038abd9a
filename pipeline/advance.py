"""Leads that move on by themselves (docs/rules.md, Auto-advance): a walk through the table until no rule fires."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.actors import Actor, ActorKind
from crm import leads, rules, scoring, todos
from crm.enums import LostReason, Qualification, Stage, TaskKind
from crm.events import FactsChanged
from crm.models import Lead, Task
from crm.rules import Rules
from crm.todos import Plan
from pipeline import board
from pipeline.advance_rules import Missing, Row, Standing, rows_of, standings, stands_still
from pipeline.events import StagesChanged

_REVIEW_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One move of a walk and the rule that made it."""

    left: Stage
    to: Stage
    rule: Row


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rule that did not fire, and what it waits for."""

    to: Stage
    missing: tuple[Missing, ...]

    @property
    def words(self) -> str:
        """What is missing, as one goes on with a sentence."""
        return "; ".join(map(str, self.missing))


@dataclass(frozen=True, slots=True)
class Walk:
    """What a walk did, where it came to, and what would move the lead from there. `still` says why nothing will."""

    stage: Stage
    steps: list[Step] = field(default_factory=list)
    waiting: list[Waiting] = field(default_factory=list)
    ready: Stage | None = None
    still: Missing | None = None


def advance(lead: Lead, *, by: Actor, now: datetime) -> Walk:
    """Walk a lead on until no rule fires, entering no stage twice; the score is told anew after each move.

    The moves are the system's; `by` is who or what asked for them.
    """
    in_force = rules.in_force()
    steps: list[Step] = []
    with audit.by(by), transaction.atomic():
        leads.lock(lead.pk)
        been = {Stage(lead.stage)}
        while True:
            standing = _standing(lead.pk)
            rule = _first(standing, in_force, without=been)
            if rule is None:
                break
            steps.append(Step(standing.stage, rule.to, rule))
            been |= {standing.stage, rule.to}
            _move(standing.lead, rule, now)
        _ask_about_unqualified(standing, in_force, now)
    return replace(_ahead(standing, in_force), steps=steps)


def ahead(lead: Lead) -> Walk:
    """What would move a lead on from where it is, and what that waits for; writes nothing."""
    in_force = rules.in_force()
    return _ahead(_standing(lead.pk), in_force)


def next_stage(standing: Standing, under: Rules) -> Stage | None:
    """Where the first rule that fires would move it; None when none does."""
    rule = _first(standing, under, without={standing.stage})
    return rule.to if rule else None


def on_facts(event: FactsChanged) -> None:
    """Facts that changed may move leads on, unless the news is quiet (a reaction)."""
    if not event.quietly:
        _advance_many(event.lead_ids, by=event.by, now=event.at)


def on_stages(event: StagesChanged) -> None:
    """A stage weighs in the score, whoever moved the lead (a reaction)."""
    scoring.rescore_held([transition.lead for transition in event.transitions], by=event.by, now=event.at)


def _advance_many(lead_ids: Collection[int], *, by: Actor, now: datetime) -> None:
    """Walk those on that have a rule which fires, or a task to make: two statements find them."""
    in_force = rules.in_force()
    for standing in standings(lead_ids):
        if _first(standing, in_force, without={standing.stage}) or _is_unqualified(standing, in_force):
            advance(standing.lead, by=by, now=now)


def _standing(lead_id: int) -> Standing:
    return next(iter(standings([lead_id])))


def _first(standing: Standing, under: Rules, *, without: Collection[Stage]) -> Row | None:
    if stands_still(standing):
        return None
    fires = (row for row in rows_of(standing.stage) if not row.missing(standing, under) and row.to not in without)
    return next(fires, None)


def _ahead(standing: Standing, under: Rules) -> Walk:
    still = stands_still(standing)
    if still:
        return Walk(standing.stage, still=still)
    onwards = [row for row in rows_of(standing.stage) if row.to != Stage.PERDIDO]
    waiting = [Waiting(row.to, row.missing(standing, under)) for row in onwards]
    blocked = [each for each in waiting if each.missing]
    return Walk(standing.stage, waiting=blocked, ready=next_stage(standing, under))


def _move(lead: Lead, rule: Row, now: datetime) -> None:
    lost = LostReason.NO_CALIFICA if rule.to == Stage.PERDIDO else None
    wish = board.Move(rule.to, reason=rule.reason(), lost_reason=lost)
    board.move(lead.public_id, wish, within=Lead.objects.all(), by=Actor.system(), now=now)


def _is_unqualified(standing: Standing, under: Rules) -> bool:
    return (
        standing.stage == Stage.CALIFICACION_FINANCIERA
        and standing.lead.qualification == Qualification.NO_CALIFICADO
        and not under.advance.lose_unqualified
        and not stands_still(standing)
    )


def _ask_about_unqualified(standing: Standing, under: Rules, now: datetime) -> None:
    """A task to decide what becomes of a lead that does not qualify; one for each time it comes to this stage."""
    if not _is_unqualified(standing, under):
        return
    lead = standing.lead
    asked = Task.objects.filter(
        lead=lead, kind=TaskKind.REVIEW, by_kind=ActorKind.SYSTEM, created_at__gte=lead.stage_entered_at
    )
    if not asked.exists():
        title = _("No califica: decide si sigue o se da por perdido")
        todos.add(lead, Plan(title, now + _REVIEW_WITHIN, TaskKind.REVIEW), by=Actor.system(), now=now)
