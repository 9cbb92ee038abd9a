"""What a change of stage overwrites on a lead, kept on its transition so that the way back is exact."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from crm.enums import LeadStatus, LostReason, Stage
from crm.models import Lead
from crm.scoring import warmth
from pipeline.models import StageTransition
from pipeline.transitions import status_after

OVERWRITTEN = ("board_rank", "status", "lost_reason", "lost_note", "closing_price", "closing_unit")
_CLOSED = {LeadStatus.CONVERTED, LeadStatus.LOST}


def overwritten(lead: Lead) -> dict[str, Any]:
    """The columns as they stand before a change, as JSON holds them."""
    values = {name: getattr(lead, name) for name in OVERWRITTEN}
    price = values["closing_price"]
    return values | {"closing_price": None if price is None else str(price)}


def restored(lead: Lead, transition: StageTransition) -> dict[str, Any]:
    """The columns as they stood before `transition`; a status that follows the score, as the score is now."""
    was = transition.overwrote or _guessed(lead, Stage(transition.from_stage))
    status, price = LeadStatus(was["status"]), was["closing_price"]
    if status not in _CLOSED and lead.status not in _CLOSED:
        status = LeadStatus(lead.status)
    elif status not in _CLOSED and lead.score is not None:
        status = warmth(lead.score)
    return was | {"status": status, "closing_price": None if price is None else Decimal(price)}


def last_of(leads: Sequence[Lead]) -> dict[int, StageTransition]:
    """The last transition of each lead, by the lead's key; in one statement."""
    newest = StageTransition.objects.filter(lead__in=leads).order_by("lead_id", "-at", "-id").distinct("lead_id")
    return {transition.lead_id: transition for transition in newest}


def _guessed(lead: Lead, stage: Stage) -> dict[str, Any]:
    """For changes made before transitions kept what they overwrote."""
    lost = LostReason.OTRO.value if stage == Stage.PERDIDO else ""
    status = status_after(stage, status=LeadStatus(lead.status), score=lead.score)
    return overwritten(lead) | {"status": status.value, "lost_reason": lost, "lost_note": ""}
