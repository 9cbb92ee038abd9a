"""What is to be done for one lead at one moment. Pure: the runner and the simulation ask the same question.

A due enrollment ends in one of four ways: the step is done, skipped, put off, or the lead leaves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum

from campaigns import conditions
from campaigns.audience import CLOSED
from campaigns.conditions import Held, Known
from campaigns.enums import EndReason, Overdue, WhenFalse
from campaigns.models import Campaign, Enrollment, Step
from crm.enums import TreatmentType

AGAIN = timedelta(minutes=15)
"""How often a step that waits for its conditions looks again."""
SETTLES = timedelta(minutes=5)
"""How often a step looks again whether the message before it is on its way; being told comes first."""


class Turn(Enum):
    """How a due enrollment goes on."""

    ACT = "act"
    SKIP = "skip"
    WAIT = "wait"
    LEAVE = "leave"


@dataclass(frozen=True, slots=True)
class Visit:
    """One enrollment at its step, with all that decides about it."""

    campaign: Campaign
    enrollment: Enrollment
    step: Step
    known: Known
    unsettled: bool = False
    """Whether the message of an earlier step has not gone out yet."""


@dataclass(frozen=True, slots=True)
class Decision:
    """How it goes on, and why: a code of campaigns.words; the conditions as they were seen."""

    turn: Turn
    reason: str = ""
    until: datetime | None = None
    held: Sequence[Held] = field(default=())
    waiting_until: datetime | None = None
    """Until when it goes on waiting for its conditions."""


def decide(visit: Visit, *, now: datetime) -> Decision:
    """How one due enrollment goes on at this moment."""
    if reason := leaves(visit):
        return Decision(Turn.LEAVE, reason)
    if visit.unsettled:
        return Decision(Turn.WAIT, until=now + SETTLES, waiting_until=visit.enrollment.waiting_until)
    if reason := _missed(visit, now):
        return Decision(Turn.SKIP, reason)
    held = conditions.judge(visit.step.conditions, visit.known)
    if all(each.holds for each in held):
        return Decision(Turn.ACT, held=held)
    return _without(visit, held, now)


def leaves(visit: Visit) -> str:
    """Why the lead leaves the campaign now: an EndReason, or "" when it stays."""
    lead, enrollment, campaign = visit.known.lead, visit.enrollment, visit.campaign
    reached = campaign.goal and lead.stage == campaign.goal
    replied = lead.last_inbound_at is not None and lead.last_inbound_at > enrollment.enrolled_at
    reasons: Mapping[EndReason, bool] = {
        EndReason.GONE: lead.deleted_at is not None,
        EndReason.OPT_OUT: lead.opted_out_at is not None,
        EndReason.GOAL: bool(reached),
        EndReason.CLOSED: lead.stage in CLOSED and lead.stage != enrollment.stage,
        EndReason.HOLD: lead.treatment_type == TreatmentType.HOLD,
        EndReason.REPLY: campaign.stop_on_reply and replied,
    }
    return next((reason.value for reason, holds in reasons.items() if holds), "")


def _missed(visit: Visit, now: datetime) -> str:
    """Why a step is not done any more although nothing about the lead forbids it."""
    campaign, due = visit.campaign, visit.enrollment.next_run_at
    if due is None or visit.enrollment.waiting_until is not None:
        return ""
    if campaign.overdue == Overdue.SKIP and campaign.resumed_at is not None and due < campaign.resumed_at:
        return "overdue"
    return "too_late" if now - due > timedelta(hours=campaign.late_hours) else ""


def _without(visit: Visit, held: Sequence[Held], now: datetime) -> Decision:
    """What becomes of a step whose conditions do not hold."""
    step, enrollment = visit.step, visit.enrollment
    if step.when_false == WhenFalse.STOP:
        return Decision(Turn.LEAVE, EndReason.CONDITION, held=held)
    if step.when_false == WhenFalse.SKIP or step.wait_hours is None:
        return Decision(Turn.SKIP, "condition", held=held)
    until = enrollment.waiting_until or now + timedelta(hours=step.wait_hours)
    if now >= until:
        return Decision(Turn.SKIP, "waited", held=held)
    return Decision(Turn.WAIT, until=min(now + AGAIN, until), held=held, waiting_until=until)
