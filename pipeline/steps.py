"""One lead's way to another stage: the values that go with it, and the two entries that tell of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.actors import Actor
from crm import timeline
from crm.enums import LeadStatus, Stage, TimelineKind
from crm.models import Lead, TimelineEntry
from pipeline import undoing
from pipeline.models import StageTransition
from pipeline.transitions import status_after
from pipeline.wishes import Move


@dataclass(frozen=True, slots=True)
class Step:
    """One lead's way to another stage, with the values of the other columns that go with it."""

    lead: Lead
    to: Stage
    values: dict[str, Any]
    forced: bool = False
    is_undo: bool = False


def to(lead: Lead, wish: Move, rank: str, *, forced: bool) -> Step:
    """The step a wish stands for, to be entered at a rank."""
    lost = wish.to == Stage.PERDIDO
    values: dict[str, Any] = {
        "board_rank": rank,
        "status": status_after(wish.to, status=LeadStatus(lead.status), score=lead.score),
        "lost_reason": wish.lost_reason or "" if lost else "",
        "lost_note": wish.lost_note.strip() if lost else "",
    }
    if wish.to == Stage.GANADO:
        unit = wish.closing_unit if wish.closing_price is not None else ""
        values |= {"closing_price": wish.closing_price, "closing_unit": unit}
    return Step(lead, wish.to, values, forced)


def transition(step: Step, *, reason: str, by: Actor, now: datetime) -> StageTransition:
    """The change about to be made. Clocks differ and callers wait for locks: nobody leaves before they came."""
    lead, at = step.lead, max(now, step.lead.stage_entered_at)
    return StageTransition(
        lead=lead,
        from_stage=lead.stage,
        to_stage=step.to,
        at=at,
        seconds_in_stage=int((at - lead.stage_entered_at).total_seconds()),
        reason=reason,
        lost_reason=step.values["lost_reason"],
        forced=step.forced,
        is_undo=step.is_undo,
        overwrote=undoing.overwritten(lead),
        **by.columns(),
    )


def entry(made: StageTransition, *, by: Actor) -> TimelineEntry:
    """The line of the lead's timeline, not stored yet."""
    told = {
        "from": made.from_stage,
        "to": made.to_stage,
        "seconds": made.seconds_in_stage,
        "lost_reason": made.lost_reason,
        "forced": made.forced,
        "undo": made.is_undo,
        "transition": str(made.public_id),
    }
    body = "" if made.is_undo else made.reason
    return timeline.entry(made.lead, TimelineKind.STAGE, by=by, at=made.at, body=body, data=told)
