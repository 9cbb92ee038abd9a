"""The board's one writer: only `_enter` changes a lead's stage, and every change leaves a transition.

One lead by hand, five hundred at once and the way back are the same four statements: hold the leads, write them, write
their transitions, tell their timelines.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Case, Value, When
from django.utils.translation import gettext as _

from core import audit, events
from core.actors import Actor
from crm import timeline
from crm.enums import Stage
from crm.events import LeadsCreated
from crm.leads import Stale
from crm.models import Lead, LeadQuerySet
from pipeline import places, steps, undoing
from pipeline.events import StagesChanged
from pipeline.models import StageTransition
from pipeline.steps import Step
from pipeline.wishes import Incomplete, Move, NotAllowed, NotLast, Refusal, check

__all__ = ["Incomplete", "Move", "Moved", "NotAllowed", "NotLast", "Outcome", "check"]


class Moved(NamedTuple):
    """A lead as stored, its owner loaded, and the stage it came from: its own when it was only put elsewhere."""

    lead: Lead
    left: Stage
    transition: StageTransition | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of many: those moved, those that stood there already, and those refused, each with the reason."""

    moved: list[Moved] = field(default_factory=list)
    already: list[Lead] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


def move(public_id: UUID, wish: Move, *, within: LeadQuerySet, by: Actor, now: datetime) -> Moved:
    """Move a lead to a stage, or within its stage: one read, one write, and the two entries that tell of it.

    `within` is what the caller may see: outside it raises Lead.DoesNotExist. Raises Stale, NotAllowed, Incomplete
    before anything is written. `force` overrides the table and needs a written reason; who may force is the caller's
    to check.
    """
    with audit.by(by, reason=wish.reason), transaction.atomic():
        lead = _held(within).annotate(**places.beside(public_id, wish)).get(public_id=public_id)
        forced = check(lead, wish)
        left = Stage(lead.stage)
        rank = places.rank(vars(lead), now)
        if left == wish.to:
            lead.board_rank = rank
            lead.save(update_fields=["board_rank"])
            return Moved(lead, left)
        [moved] = _enter([steps.to(lead, wish, rank, forced=forced)], reason=wish.reason, by=by, now=now)
    return moved


def move_many(leads: LeadQuerySet, wish: Move, *, by: Actor, now: datetime) -> Outcome:
    """Move these leads to the top of a stage, in the order they stand in; what one refuses holds up no other.

    A constant number of statements, and one StagesChanged. A batch is held at once: keep it to some hundreds.
    """
    outcome, going = Outcome(), []
    with audit.by(by, reason=wish.reason), transaction.atomic():
        for lead, rank in places.on_top(_held(leads).order_by("pk"), now):
            try:
                forced = check(lead, wish)
            except (Stale, NotAllowed, Incomplete) as refusal:
                outcome.refused.append(refusal)
                continue
            if lead.stage == wish.to:
                outcome.already.append(lead)
            else:
                going.append(steps.to(lead, wish, rank, forced=forced))
        outcome.moved.extend(_enter(going, reason=wish.reason, by=by, now=now))
    return outcome


def undo(transition: UUID, *, within: LeadQuerySet, by: Actor, now: datetime) -> Moved:
    """Take one change of stage back; raises NotLast, or Lead.DoesNotExist outside `within`."""
    outcome = undo_many([transition], within=within, by=by, now=now)
    if outcome.refused:
        raise outcome.refused[0]
    if not outcome.moved:
        raise Lead.DoesNotExist
    return outcome.moved[0]


def undo_many(transitions: Collection[UUID], *, within: LeadQuerySet, by: Actor, now: datetime) -> Outcome:
    """Take changes of stage back, whatever the table says, while each is its lead's last one (docs/rules.md, Undo).

    Leads outside `within` are in no list of the outcome.
    """
    outcome, going, reason = Outcome(), [], _("Deshacer")
    taken_back = StageTransition.objects.filter(public_id__in=transitions)
    with audit.by(by, reason=reason), transaction.atomic():
        held = list(_held(within.filter(pk__in=taken_back.values("lead"))).order_by("pk"))
        last = undoing.last_of(held)
        for lead in held:
            newest = last.get(lead.pk)
            if newest is None or newest.public_id not in transitions or not newest.from_stage:
                outcome.refused.append(NotLast(lead))
            else:
                going.append(Step(lead, Stage(newest.from_stage), undoing.restored(lead, newest), is_undo=True))
        outcome.moved.extend(_enter(going, reason=reason, by=by, now=now))
    return outcome


def record_entries(event: LeadsCreated) -> None:
    """Write the first transition, from nothing, of leads just created (a reaction)."""
    StageTransition.objects.bulk_create(
        StageTransition(
            lead=lead, from_stage="", to_stage=lead.stage, at=event.at, reason=event.reason, **event.by.columns()
        )
        for lead in event.leads
    )


def _held(leads: LeadQuerySet) -> LeadQuerySet:
    return leads.select_for_update(of=("self",)).select_related("assigned_to")


def _enter(going: Sequence[Step], *, reason: str, by: Actor, now: datetime) -> list[Moved]:
    """Write the stage of leads that are held: the one place where a stage changes."""
    if not going:
        return []
    made = [steps.transition(step, reason=reason.strip(), by=by, now=now) for step in going]
    for step, transition in zip(going, made, strict=True):
        entered = {"stage": step.to, "stage_entered_at": transition.at, "version": step.lead.version + 1}
        for name, value in (step.values | entered | {"updated_at": now}).items():
            setattr(step.lead, name, value)
    _store([step.lead for step in going])
    StageTransition.objects.bulk_create(made)
    timeline.record_all(steps.entry(transition, by=by) for transition in made)
    events.publish(StagesChanged(made, by, now))
    return [Moved(transition.lead, Stage(transition.from_stage), transition) for transition in made]


_WRITTEN = (
    "stage",
    "stage_entered_at",
    "version",
    "updated_at",
    *undoing.OVERWRITTEN,
)


def _store(leads: Sequence[Lead]) -> None:
    """Write what `_enter` changed in one UPDATE: what is the same for all as one value, the rest by lead."""
    values: dict[str, Any] = {}
    for name in _WRITTEN:
        keys: dict[Any, list[int]] = defaultdict(list)
        for lead in leads:
            keys[getattr(lead, name)].append(lead.pk)
        column: Any = Lead._meta.get_field(name)  # noqa: SLF001 -- Django's documented model API
        whens = [When(pk__in=pks, then=Value(value, output_field=column)) for value, pks in keys.items()]
        values[name] = Case(*whens) if len(whens) > 1 else next(iter(keys))
    Lead.objects.filter(pk__in=[lead.pk for lead in leads]).update(**values)
