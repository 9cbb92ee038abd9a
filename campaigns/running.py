"""Whether a campaign works: draft → active ⇄ paused → completed. The one place where its status changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet

from campaigns import drafting, leaving, readiness
from campaigns.drafting import hold, window
from campaigns.enums import CampaignStatus, EndReason, EnrollmentStatus, LogStatus, Overdue
from campaigns.models import Campaign, CampaignLog, Enrollment
from campaigns.readiness import Problem
from core import audit, tenancy, waking
from core.actors import Actor
from messaging import outbox, scopes
from messaging.enums import Status
from messaging.models import Message
from messaging.outbox import NOT_BEGUN

SPREAD = timedelta(hours=24)
_BATCH = 1000


class NotReady(Exception):
    """It cannot run as it is; `problems` says what is missing."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("; ".join(str(each) for each in problems))
        self.problems = problems


class NotNow(Exception):
    """A change of status that is none: `status` is where it stands."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = CampaignStatus(status)


@dataclass(frozen=True, slots=True)
class Late:
    """What fell due while a campaign was paused: leads waiting for a step, and messages that were queued."""

    steps: int
    messages: int

    @property
    def total(self) -> int:
        """Both."""
        return self.steps + self.messages


def activate(campaign: Campaign, *, by: Actor, now: datetime) -> Campaign:
    """Begin: its trigger is looked at at once. Raises NotReady, and NotNow when it is no draft."""
    with audit.by(by), transaction.atomic():
        held = _standing(campaign, CampaignStatus.DRAFT)
        if problems := readiness.problems(held):
            raise NotReady(problems)
        held.status, held.activated_at, held.checked_at = CampaignStatus.ACTIVE, now, None
        held.scope = scopes.begin(f"campaign:{held.public_id}", window(held))
        _save(held, "campaign.activated", by, now)
        waking.on_commit("campaigns.look")
    return held


def pause(campaign: Campaign, *, by: Actor, now: datetime) -> Campaign:
    """Stop at once, also what is queued already; raises NotNow when it does not run."""
    with audit.by(by), transaction.atomic():
        held = _standing(campaign, CampaignStatus.ACTIVE)
        held.status, held.paused_at = CampaignStatus.PAUSED, now
        if held.scope is not None:
            scopes.stop(held.scope)
        _save(held, "campaign.paused", by, now)
    return held


def late(campaign: Campaign, *, now: datetime) -> Late:
    """What is overdue, for the question that is asked before it goes on."""
    return Late(_overdue(campaign, now).count(), _queued(campaign, now).count())


def resume(campaign: Campaign, *, overdue: Overdue, by: Actor, now: datetime) -> Campaign:
    """Go on: what fell due meanwhile is skipped, spread over a day or done now. Raises NotReady and NotNow."""
    with audit.by(by), transaction.atomic():
        held = _standing(campaign, CampaignStatus.PAUSED)
        if problems := readiness.problems(held):
            raise NotReady(problems)
        held.status, held.resumed_at, held.overdue, held.checked_at = CampaignStatus.ACTIVE, now, overdue, None
        _OVERDUE[overdue](held, now)
        if held.scope is not None:
            scopes.resume(held.scope)
        _save(held, "campaign.resumed", by, now, overdue=str(overdue))
        waking.on_commit("campaigns.look")
    return held


def complete(campaign: Campaign, *, by: Actor, now: datetime) -> Campaign:
    """End it for everybody: nobody gets a further step, nothing queued leaves. Raises NotNow for a draft."""
    with audit.by(by), transaction.atomic():
        held = _standing(campaign, CampaignStatus.ACTIVE, CampaignStatus.PAUSED)
        held.status, held.completed_at = CampaignStatus.COMPLETED, now
        if held.scope is not None:
            scopes.end(held.scope)
        under_way = Enrollment.objects.filter(campaign=held, status=EnrollmentStatus.ACTIVE)
        under_way.update(
            status=EnrollmentStatus.LEFT,
            reason=EndReason.COMPLETED,
            next_run_at=None,
            waiting_until=None,
            ended_at=now,
        )
        _save(held, "campaign.completed", by, now)
    return held


def take_out(enrollment: Enrollment, *, by: Actor, now: datetime) -> bool:
    """Take one lead out by hand; whether it was under way."""
    with audit.by(by), transaction.atomic():
        taken = leaving.leave(Enrollment.objects.filter(pk=enrollment.pk), EndReason.MANUAL, now=now)
    return bool(taken)


def _standing(campaign: Campaign, *wanted: CampaignStatus) -> Campaign:
    held = hold(campaign)
    if held.status not in wanted or held.archived_at is not None:
        raise NotNow(held.status)
    return held


def _save(held: Campaign, action: str, by: Actor, now: datetime, **data: str) -> None:
    drafting.touch(held, now=now)
    held.save()
    told = {"name": held.name, **data}
    audit.note(action, by=by, now=now, subject="campaigns.Campaign", subject_id=held.public_id, data=told)


def _overdue(campaign: Campaign, now: datetime) -> QuerySet[Enrollment]:
    return Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE, next_run_at__lt=now)


def _queued(campaign: Campaign, now: datetime) -> QuerySet[Message]:
    """By when they were meant to leave: a message that waits is put off a minute again and again."""
    pending = CampaignLog.objects.filter(campaign=campaign, status=LogStatus.PENDING, scheduled_for__lt=now)
    return Message.objects.filter(pk__in=pending.values("message"), status__in=NOT_BEGUN)


def _skip(held: Campaign, now: datetime) -> None:
    """Overdue steps are skipped by the tick, which reads `resumed_at`; overdue messages are taken back here."""
    while batch := list(_queued(held, now).order_by("pk")[:_BATCH]):
        if not outbox.cancel(batch, why="campaign:overdue", now=now):
            break


# Over a day from now, in the order in which they were due.
_SPREAD_STEPS = """
UPDATE campaigns_enrollment AS row SET next_run_at = %s + make_interval(secs => %s * (late.place - 1) / late.number)
FROM (SELECT id, row_number() OVER (ORDER BY next_run_at, id) AS place, count(*) OVER () AS number
      FROM campaigns_enrollment
      WHERE broker_id = %s AND campaign_id = %s AND status = 'active' AND next_run_at < %s) AS late
WHERE row.broker_id = %s AND row.id = late.id
"""
_SPREAD_MESSAGES = """
UPDATE messaging_message AS row SET not_before = %s + make_interval(secs => %s * (late.place - 1) / late.number)
FROM (SELECT message_id, row_number() OVER (ORDER BY scheduled_for, id) AS place, count(*) OVER () AS number
      FROM campaigns_campaignlog
      WHERE broker_id = %s AND campaign_id = %s AND status = 'pending' AND scheduled_for < %s) AS late
WHERE row.broker_id = %s AND row.id = late.message_id AND row.status = 'queued'
"""


def _spread(held: Campaign, now: datetime) -> None:
    broker = tenancy.current()
    with connection.cursor() as cursor:
        for statement in (_SPREAD_STEPS, _SPREAD_MESSAGES):
            cursor.execute(statement, [now, SPREAD.total_seconds(), broker, held.pk, now, broker])


def _at_once(held: Campaign, now: datetime) -> None:
    """They are due: the next tick does them, and what is queued need not wait out its minute."""
    _queued(held, now).filter(status=Status.QUEUED).update(not_before=now)


_OVERDUE: dict[Overdue, Callable[[Campaign, datetime], None]] = {
    Overdue.SKIP: _skip,
    Overdue.SPREAD: _spread,
    Overdue.SEND: _at_once,
}
