"""The board's one writer: only `move` changes a lead's stage, and every change leaves a transition."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Subquery

from core import audit, ranks
from core.actors import Actor
from crm import timeline
from crm.enums import LeadStatus, LostReason, Stage, TimelineKind
from crm.events import LeadsCreated
from crm.leads import Stale
from crm.models import Lead, LeadQuerySet
from pipeline.models import StageTransition
from pipeline.transitions import ALLOWED, status_after


class NotAllowed(Exception):
    """The table of transitions refuses the move; `allowed` is where the lead may go."""

    def __init__(self, lead: Lead, to: Stage) -> None:
        super().__init__(f"{lead.stage} → {to}")
        self.lead, self.to = lead, to
        self.allowed = ALLOWED[Stage(lead.stage)]


class Incomplete(Exception):
    """The move lacks something it must say: `field` is "lost_reason", "lost_note" or "reason"."""

    def __init__(self, lead: Lead, field: str) -> None:
        super().__init__(field)
        self.lead, self.field = lead, field


@dataclass(frozen=True, slots=True)
class Move:
    """Where a lead shall go. `before` or `after` name the card it shall stand next to; neither is the top."""

    to: Stage
    before: UUID | None = None
    after: UUID | None = None
    version: int | None = None
    reason: str = ""
    lost_reason: LostReason | None = None
    lost_note: str = ""
    closing_price: Decimal | None = None
    closing_unit: str = ""
    force: bool = False


class Moved(NamedTuple):
    """A lead as stored, its owner loaded, and the stage it came from: its own when it was only put elsewhere."""

    lead: Lead
    left: Stage


def move(public_id: UUID, wish: Move, *, within: LeadQuerySet, by: Actor, now: datetime) -> Moved:
    """Move a lead to a stage, or within its stage: one read, one write, and the two entries that tell of it.

    `within` is what the caller may see: outside it raises Lead.DoesNotExist. Raises Stale, NotAllowed, Incomplete
    before anything is written. `force` overrides the table and needs a written reason; who may force is the caller's
    to check.
    """
    with audit.by(by, reason=wish.reason), transaction.atomic():
        beside = _ranks_beside(public_id, wish)
        lead = (
            within.select_for_update(of=("self",))
            .select_related("assigned_to")
            .annotate(**beside)
            .get(public_id=public_id)
        )
        forced = check(lead, wish)
        left = Stage(lead.stage)
        lead.board_rank = _rank(vars(lead), now)
        if left == wish.to:
            lead.save(update_fields=["board_rank"])
        else:
            _enter(lead, wish, now=now, by=by, forced=forced)
    return Moved(lead, left)


def record_entries(event: LeadsCreated) -> None:
    """Write the first transition, from nothing, of leads just created (a reaction)."""
    StageTransition.objects.bulk_create(
        StageTransition(
            lead=lead, from_stage="", to_stage=lead.stage, at=event.at, reason=event.reason, **event.by.columns()
        )
        for lead in event.leads
    )


def check(lead: Lead, wish: Move) -> bool:
    """Whether the move goes through by force; raises Stale, NotAllowed or Incomplete when it does not at all."""
    if wish.version is not None and wish.version != lead.version:
        raise Stale(lead)
    if lead.stage == wish.to:
        return False
    outside = wish.to not in ALLOWED[Stage(lead.stage)]
    if outside and not wish.force:
        raise NotAllowed(lead, wish.to)
    if outside and not wish.reason.strip():
        raise Incomplete(lead, "reason")
    if wish.to == Stage.PERDIDO and wish.lost_reason is None:
        raise Incomplete(lead, "lost_reason")
    if wish.lost_reason == LostReason.OTRO and not wish.lost_note.strip():
        raise Incomplete(lead, "lost_note")
    return outside


def _enter(lead: Lead, wish: Move, *, now: datetime, by: Actor, forced: bool) -> None:
    left, since = lead.stage, lead.stage_entered_at
    lost = wish if wish.to == Stage.PERDIDO else None
    lead.status = status_after(wish.to, status=LeadStatus(lead.status), score=lead.score)
    lead.stage, lead.stage_entered_at, lead.version = wish.to, now, lead.version + 1
    lead.lost_reason = lost.lost_reason or "" if lost else ""
    lead.lost_note = lost.lost_note.strip() if lost else ""
    if wish.to == Stage.GANADO:
        lead.closing_price = wish.closing_price
        lead.closing_unit = wish.closing_unit if wish.closing_price is not None else ""
    lead.save(update_fields=_MOVED)
    seconds = max(0, int((now - since).total_seconds()))
    StageTransition.objects.create(
        lead=lead,
        from_stage=left,
        to_stage=wish.to,
        at=now,
        seconds_in_stage=seconds,
        reason=wish.reason.strip(),
        lost_reason=lead.lost_reason,
        forced=forced,
        **by.columns(),
    )
    told = {"from": left, "to": wish.to, "seconds": seconds, "lost_reason": lead.lost_reason, "forced": forced}
    timeline.record(lead, TimelineKind.STAGE, by=by, at=now, body=wish.reason.strip(), data=told)


_MOVED = [
    "stage",
    "stage_entered_at",
    "board_rank",
    "version",
    "status",
    "lost_reason",
    "lost_note",
    "closing_price",
    "closing_unit",
    "updated_at",
]


def _ranks_beside(public_id: UUID, wish: Move) -> dict[str, Subquery]:
    """The ranks around the card a lead is dropped by, as columns to read the lead with.

    `below` and `over_it` stand around the place above the card named `before`, `above` and `under_it` around the place
    below the one named `after`; a card that is gone meanwhile leaves its two empty.
    """
    column = Lead.objects.filter(stage=wish.to).exclude(public_id=public_id)
    beside: dict[str, Subquery] = {}
    if wish.before:
        below = Subquery(column.filter(public_id=wish.before).values("board_rank"))
        over_it = column.filter(board_rank__lt=below).order_by("-board_rank").values("board_rank")[:1]
        beside |= {"below": below, "over_it": Subquery(over_it)}
    if wish.after:
        above = Subquery(column.filter(public_id=wish.after).values("board_rank"))
        under_it = column.filter(board_rank__gt=above).order_by("board_rank").values("board_rank")[:1]
        beside |= {"above": above, "under_it": Subquery(under_it)}
    return beside


def _rank(read: dict[str, Any], now: datetime) -> str:
    """The rank between the cards that were found there, else the top."""
    if read.get("below"):
        return ranks.between(read["over_it"] or "", read["below"])
    if read.get("above"):
        return ranks.between(read["above"], read["under_it"] or "")
    return ranks.top(now)
