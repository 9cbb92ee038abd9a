"""What a batch came to, written down: a log row for every step that is over, and every enrollment moved on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from campaigns.acts.done import Done, skipped
from campaigns.deciding import Decision, Turn, Visit
from campaigns.enums import FINISHES, EndReason, EnrollmentStatus, LogStatus, StepAction
from campaigns.models import CampaignLog, Enrollment, Step
from core.db.writing import insert_new, write_many

_MOVED = (
    *("status", "reason", "next_step", "next_run_at", "waiting_until", "last_run_at", "ended_at"),
)  # the columns of an enrollment that a tick changes

Result = tuple[Visit, Decision, Done | None]


def write(results: Sequence[Result], steps: Mapping[int, Step], now: datetime) -> None:
    """Write down a batch in a constant number of statements."""
    logs = [made for visit, decision, done in results if (made := log(visit, decision, done, now))]
    insert_new(logs, key="public_id")
    over = _ended_meanwhile([visit for visit, _decision, done in results if done])
    going = [result for result in results if result[0].enrollment.pk not in over]
    for visit, decision, done in going:
        go_on(visit, decision, done, steps.values(), now)
    write_many([visit.enrollment for visit, _decision, _done in going], _MOVED)


def _ended_meanwhile(visits: Sequence[Visit]) -> set[int]:
    """The enrollments that a step of their own has ended: a change of stage reached the goal, or closed the lead."""
    moved = [visit.enrollment.pk for visit in visits if visit.step.action == StepAction.UPDATE_STAGE]
    if not moved:
        return set()
    ended = Enrollment.objects.filter(pk__among=moved).exclude(status=EnrollmentStatus.ACTIVE)
    return set(ended.values_list("pk", flat=True))


def log(visit: Visit, decision: Decision, done: Done | None, now: datetime) -> CampaignLog | None:
    """The row a step leaves; none while it is put off."""
    if decision.turn is Turn.WAIT:
        return None
    became = done or skipped(decision.reason, now)
    over = became.status != LogStatus.PENDING
    return CampaignLog(
        campaign_id=visit.campaign.pk,
        enrollment_id=visit.enrollment.pk,
        step_id=visit.step.pk,
        lead_id=visit.enrollment.lead_id,
        status=became.status,
        reason=became.reason[:60],
        due_at=visit.enrollment.next_run_at or now,
        scheduled_for=became.at,
        executed_at=became.at if over else None,
        trace=_trace(visit, decision, became),
        message_id=became.message.pk if became.message else None,
    )


def go_on(visit: Visit, decision: Decision, done: Done | None, steps: Iterable[Step], now: datetime) -> None:
    """Move an enrollment on, in memory."""
    enrollment = visit.enrollment
    if decision.turn is Turn.WAIT:
        enrollment.next_run_at, enrollment.waiting_until = decision.until, decision.waiting_until
        return
    at = done.at if done else now
    enrollment.waiting_until, enrollment.last_run_at = None, at
    if decision.turn is Turn.LEAVE:
        end(enrollment, EndReason(decision.reason), now)
        return
    onwards = following(steps, visit.step)
    if onwards is None:
        end(enrollment, EndReason.DONE, max(at, now))
        return
    enrollment.next_step, enrollment.next_run_at = onwards, at + timedelta(minutes=onwards.delay_minutes)


def end(enrollment: Enrollment, reason: EndReason, now: datetime) -> None:
    """Take a lead out of a campaign, in memory."""
    enrollment.status = EnrollmentStatus.FINISHED if reason in FINISHES else EnrollmentStatus.LEFT
    enrollment.reason, enrollment.next_run_at, enrollment.ended_at = reason, None, now
    enrollment.waiting_until = None


def following(steps: Iterable[Step], step: Step) -> Step | None:
    """The step after this one."""
    later = [each for each in steps if each.number is not None and each.number > (step.number or 0)]
    return min(later, key=lambda each: each.number or 0, default=None)


def _trace(visit: Visit, decision: Decision, done: Done) -> dict[str, Any]:
    return {
        "version": visit.campaign.version,
        "number": visit.step.number,
        "action": visit.step.action,
        "delay": visit.step.delay_minutes,
        **({"conditions": [each.stored() for each in decision.held]} if decision.held else {}),
        **done.trace,
    }
