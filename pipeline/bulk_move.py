"""Moving many leads at once, and the way back (registered with `crm.bulk`)."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.actors import Actor
from crm import actions, bulk
from crm.actions import Undone
from crm.bulk import Act, Done
from crm.bulk_acts import undone
from crm.enums import ActionKind, LostReason, Stage
from crm.models import Action, LeadQuerySet
from pipeline import board
from pipeline.wishes import Refusal


def moving(to: Stage, count: int, *, lost_reason: str = "", lost_note: str = "") -> Act:
    """The act of moving leads to a stage; what `perdido` asks for is asked once for all."""
    label = ngettext("Mover %(n)d lead a %(stage)s", "Mover %(n)d leads a %(stage)s", count)
    values = {"to": to.value, "lost_reason": lost_reason, "lost_note": lost_note}
    return Act(ActionKind.MOVE, label % {"n": count, "stage": to.label}, values)


@bulk.doer(ActionKind.MOVE)
def move(leads: LeadQuerySet, values: Mapping[str, Any], by: Actor, now: datetime) -> Done:
    """Move the leads as far as the table lets them; a row is the change of stage."""
    reason = LostReason(values["lost_reason"]) if values["lost_reason"] else None
    wish = board.Move(Stage(values["to"]), lost_reason=reason, lost_note=values["lost_note"])
    outcome = board.move_many(leads, wish, by=by, now=now)
    rows = {each.lead.pk: str(each.transition.public_id) for each in outcome.moved if each.transition}
    return Done(rows, len(outcome.already), Counter(_why(refusal) for refusal in outcome.refused))


@actions.undoer(ActionKind.MOVE)
def move_back(action: Action, by: Actor, now: datetime) -> Undone:
    """Take those changes of stage back that are still their lead's last."""
    back, rows = 0, action.before.get("rows", [])
    for some in bulk.batches(rows):
        outcome = board.undo_many({UUID(row) for row in some}, within=bulk.whose(by), by=by, now=now)
        back += len(outcome.moved)
    return undone(back, len(rows), _("se movió otra vez o ya no está a tu alcance"))


def _why(refusal: Refusal) -> str:
    """Why a lead stays, in the words of many: "desde Entrada se pasa solo a …"."""
    here = Stage(refusal.lead.stage).label
    if isinstance(refusal, board.NotAllowed):
        allowed = get_text_list([str(stage.label) for stage in refusal.allowed], _("o"))
        return _("desde %(here)s se pasa a %(allowed)s") % {"here": here, "allowed": allowed}
    return _("falta un dato para pasar desde %(here)s") % {"here": here}
