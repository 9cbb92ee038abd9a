"""What a move wants, and whether it may: the table of transitions and what a stage asks for."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from crm.enums import LostReason, Stage
from crm.leads import Stale
from crm.models import Lead
from pipeline.transitions import ALLOWED


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


class NotLast(Exception):
    """The change of stage is not the lead's last one any more, or is its entry: it cannot be taken back."""

    def __init__(self, lead: Lead) -> None:
        super().__init__(lead.stage)
        self.lead = lead


Refusal = Stale | NotAllowed | Incomplete | NotLast
"""Why a lead stays where it is; each has the `lead` as it stands."""


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
