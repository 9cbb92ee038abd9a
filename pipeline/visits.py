"""How long a lead has been in each stage, from its transitions."""

from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm.enums import Stage
from crm.models import Lead
from pipeline import advance
from pipeline.models import StageTransition
from pipeline.transitions import ALLOWED

_HOUR, _DAY = 3600, 86400


def seconds_by_stage(lead: Lead) -> dict[Stage, int]:
    """Whole seconds in each stage the lead has left, all its visits together; the visit in progress is not in it."""
    rows = (
        StageTransition.objects.filter(lead=lead)
        .exclude(from_stage="")
        .order_by()
        .values_list("from_stage")
        .annotate(seconds=Sum("seconds_in_stage"))
    )
    return {Stage(stage): seconds or 0 for stage, seconds in rows}


def context(lead: Lead, *, now: datetime) -> dict[str, Any]:
    """What `pipeline/stage.html` shows: the stages as steps, with the time in each and whether one may go there."""
    spent = seconds_by_stage(lead)
    open_since = int((now - lead.stage_entered_at).total_seconds())
    steps = [
        {
            "stage": stage,
            "state": _state(stage, lead, spent),
            "time": _words(spent.get(stage, 0) + (open_since if stage == lead.stage else 0))
            if stage in spent or stage == lead.stage
            else "",
            "allowed": stage in ALLOWED[Stage(lead.stage)],
        }
        for stage in Stage
    ]
    return {"lead": lead, "steps": steps, "ahead": advance.ahead(lead)}


def _state(stage: Stage, lead: Lead, spent: dict[Stage, int]) -> str:
    if stage == lead.stage:
        return "lost" if stage == Stage.PERDIDO else "current"
    return "done" if stage in spent else "todo"


def _words(seconds: int) -> str:
    if seconds < _HOUR:
        return _("menos de 1 h")
    if seconds < _DAY:
        return _("%(n)d h") % {"n": seconds // _HOUR}
    days = seconds // _DAY
    return ngettext("%(n)d día", "%(n)d días", days) % {"n": days}
