"""Steps that change the lead itself, through the functions that own those changes."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.acts.done import Done, skipped
from campaigns.deciding import Visit
from campaigns.enums import LogStatus
from campaigns.models import Step
from core.actors import Actor
from crm import assignment, bulk_acts, leads, notices
from crm.enums import LostReason, NoticeKind, Stage
from crm.models import Lead
from crm.notices import Notice
from pipeline import board
from pipeline.board import Move


def move(visits: Sequence[Visit], by: Actor, now: datetime) -> list[Done]:
    """Move the leads through the table of transitions; one that it refuses stays, and the log says so."""
    outcome = board.move_many(Lead.objects.filter(pk__in=_keys(visits)), wish_of(visits[0].step), by=by, now=now)
    there = {each.lead.pk for each in outcome.moved}
    already = {lead.pk for lead in outcome.already}
    return [_moved(visit, there, already, now) for visit in visits]


def wish_of(step: Step) -> Move:
    """Where a step moves leads to."""
    to = Stage(step.target_stage)
    lost = LostReason.SIN_RESPUESTA if to == Stage.PERDIDO else None
    return Move(to, reason=_("Campaña «%(name)s»") % {"name": step.campaign.name}, lost_reason=lost)


def assign(visits: Sequence[Visit], by: Actor, now: datetime) -> list[Done]:
    """Give the leads to the step's person, or whoever's turn it is those that are nobody's."""
    to = visits[0].step.assign_to
    keys = _keys(visits)
    if to is None:
        came = assignment.distribute(keys, by=by, now=now)
        given = {pk for ids in came.given.values() for pk in ids}
        return [
            _done(now) if pk in given else skipped("nobody_free" if pk in came.left else "has_owner", now)
            for pk in keys
        ]
    if not to.is_active:
        return [skipped("person_gone", now) for _visit in visits]
    leads.assign(Lead.objects.filter(pk__in=keys), to=to, by=by, now=now)
    return [_done(now) for _visit in visits]


def tag(visits: Sequence[Visit], by: Actor, now: datetime) -> list[Done]:
    """Put the step's tag on the leads."""
    wanted = visits[0].step.tag
    if wanted is None:
        return [skipped("no_tag", now) for _visit in visits]
    keys = _keys(visits)
    with transaction.atomic():
        bulk_acts.retag(keys, {key: [wanted] for key in keys}, {key: [] for key in keys}, by=by, now=now)
    return [_done(now) for _visit in visits]


def notify(visits: Sequence[Visit], by: Actor, now: datetime) -> list[Done]:
    """Tell the owners of the leads; of a lead that is nobody's there is nobody to tell."""
    step, campaign = visits[0].step, visits[0].campaign
    owned = [visit for visit in visits if visit.known.lead.assigned_to_id is not None]
    data = {"by": campaign.name, "text": step.note}
    notices.tell(
        (
            Notice(
                lead.assigned_to, NoticeKind.CAMPAIGN, f"enrollment:{visit.enrollment.pk}:step:{step.pk}", lead, data
            )
            for visit in owned
            if (lead := visit.known.lead).assigned_to is not None
        ),
        by=by,
        now=now,
    )
    told = {visit.enrollment.pk for visit in owned}
    return [_done(now) if visit.enrollment.pk in told else skipped("no_owner", now) for visit in visits]


def _keys(visits: Sequence[Visit]) -> list[int]:
    return [visit.enrollment.lead_id for visit in visits]


def _done(now: datetime) -> Done:
    return Done(LogStatus.SENT, now)


def _moved(visit: Visit, moved: set[int], already: set[int], now: datetime) -> Done:
    pk = visit.enrollment.lead_id
    if pk in moved:
        return _done(now)
    return skipped("already_there" if pk in already else "not_allowed", now, stage=visit.known.lead.stage)
