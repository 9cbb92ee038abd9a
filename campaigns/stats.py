"""What came of a campaign, in figures: a constant number of statements, however many steps and leads it has.

Replies, appointments and wins are leads, each counted once: those that had one within 30 days of the first message the
campaign sent them. Of a step, `replied` are the messages after which the lead wrote before the campaign wrote again.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, QuerySet

from accounts.models import User
from campaigns.enums import EndReason, EnrollmentStatus, LogStatus
from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from campaigns.steps import all_steps
from core import tenancy
from crm.models import Lead, LeadQuerySet
from messaging.enums import Status

WITHIN = timedelta(days=30)
"""What a lead does later is not the campaign's doing."""


@dataclass(slots=True)
class Counts:
    """What became of the visits to a step, or to all of them; `reasons` are the codes of what failed or was skipped."""

    sent: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    failed: int = 0
    skipped: int = 0
    pending: int = 0
    failed_reasons: Counter[str] = field(default_factory=Counter)
    skipped_reasons: Counter[str] = field(default_factory=Counter)
    providers: dict[str, str] = field(default_factory=dict)
    """Who said so, by reason."""

    @property
    def success_rate(self) -> float | None:
        """Sent ÷ (sent + failed), 0 to 1; None when nothing was tried."""
        return self._of_tried(self.sent)

    @property
    def failure_rate(self) -> float | None:
        """Failed ÷ (sent + failed), 0 to 1; None when nothing was tried."""
        return self._of_tried(self.failed)

    def add(self, status: str, reason: str, message: str | None, number: int, provider: str | None = None) -> None:
        """Count visits that ended alike; `message` is where their messages stand, `provider` who carries them."""
        name = str(LogStatus(status))
        setattr(self, name, getattr(self, name) + number)
        if status == LogStatus.SENT:
            self.delivered += number if message in {Status.DELIVERED, Status.READ} else 0
            self.read += number if message == Status.READ else 0
        elif status == LogStatus.FAILED:
            self.failed_reasons[reason] += number
            self.providers |= {reason: provider} if provider else {}
        elif status == LogStatus.SKIPPED:
            self.skipped_reasons[reason] += number

    def _of_tried(self, number: int) -> float | None:
        tried = self.sent + self.failed
        return number / tried if tried else None


@dataclass(frozen=True, slots=True)
class Stats:
    """All figures of a campaign; steps in their order, those taken out last."""

    enrolled: int
    active: int
    finished: int
    left: Mapping[EndReason, int]
    steps: list[tuple[Step, Counts]]
    total: Counts
    contacted: int
    replies: int
    appointments: int
    wins: int


@dataclass(slots=True)
class Live:
    """A step as it is now: leads waiting for it, and what it came to so far."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    skipped: int = 0
    pending: int = 0


def of(campaign: Campaign, *, seen: LeadQuerySet | None = None) -> Stats:
    """The figures of a campaign; with `seen`, over those leads alone (what an agent may see)."""
    entries = _only(Enrollment.objects.filter(campaign=campaign), seen)
    by_end = {
        (status, reason): number
        for status, reason, number in entries.values_list("status", "reason").annotate(n=Count("*")).order_by()
    }
    steps = _steps(campaign, seen)
    total = Counts()
    for _step, counts in steps:
        _sum(total, counts)
    contacted, replies, appointments, wins = _outcomes(campaign, seen)
    left = Counter({EndReason(why): n for (status, why), n in by_end.items() if status == EnrollmentStatus.LEFT})
    return Stats(
        enrolled=sum(by_end.values()),
        active=sum(n for (status, _why), n in by_end.items() if status == EnrollmentStatus.ACTIVE),
        finished=sum(n for (status, _why), n in by_end.items() if status == EnrollmentStatus.FINISHED),
        left=dict(left.most_common()),
        steps=steps,
        total=total,
        contacted=contacted,
        replies=replies,
        appointments=appointments,
        wins=wins,
    )


def seen_by(user: User) -> LeadQuerySet | None:
    """The leads that figures and rows shown to a person are about, those in the bin too; None for all."""
    return None if user.is_admin else Lead.everything.visible_to(user)


def live(campaign: Campaign, *, seen: LeadQuerySet | None = None) -> dict[int, Live]:
    """How the steps stand now, by key; a step without any is not named. Two statements."""
    found: dict[int, Live] = defaultdict(Live)
    under_way = _only(Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE), seen)
    for step, number in under_way.values_list("next_step").annotate(n=Count("*")).order_by():
        found[step].waiting = number
    logs = _only(CampaignLog.objects.filter(campaign=campaign), seen)
    for step, status, number in logs.values_list("step", "status").annotate(n=Count("*")).order_by():
        setattr(found[step], status, number)
    return dict(found)


def _steps(campaign: Campaign, seen: LeadQuerySet | None) -> list[tuple[Step, Counts]]:
    counts: dict[int, Counts] = defaultdict(Counts)
    logs = _only(CampaignLog.objects.filter(campaign=campaign), seen)
    alike = ("step", "status", "reason", "message__status", "message__account__provider")
    for step, status, reason, message, provider, number in logs.values_list(*alike).annotate(n=Count("*")).order_by():
        counts[step].add(status, reason, message, number, provider)
    for step, number in _rows(_REPLIED, campaign, seen):
        counts[step].replied = number
    shown = [step for step in all_steps(campaign) if step.number is not None or step.pk in counts]
    return [(step, counts[step.pk]) for step in shown]


def _sum(total: Counts, counts: Counts) -> None:
    for name in ("sent", "delivered", "read", "replied", "failed", "skipped", "pending"):
        setattr(total, name, getattr(total, name) + getattr(counts, name))
    total.failed_reasons += counts.failed_reasons
    total.skipped_reasons += counts.skipped_reasons
    total.providers |= counts.providers


def _outcomes(campaign: Campaign, seen: LeadQuerySet | None) -> tuple[int, int, int, int]:
    [(contacted, replies, appointments, wins)] = _rows(_OUTCOMES, campaign, seen)
    return contacted, replies, appointments, wins


def _only(rows: "QuerySet[Any]", seen: LeadQuerySet | None) -> "QuerySet[Any]":
    return rows if seen is None else rows.filter(lead__in=seen)


def _rows(statement: str, campaign: Campaign, seen: LeadQuerySet | None) -> list[tuple[int, ...]]:
    """What a statement over the sent messages of the campaign answers."""
    mine, params = "", ()
    if seen is not None:
        try:
            sql, params = seen.order_by().values("pk").query.sql_with_params()
        except EmptyResultSet:
            sql = "SELECT 0 WHERE false"
        mine = f"AND log.lead_id IN ({sql})"
    with connection.cursor() as cursor:
        cursor.execute(statement.format(seen=mine), [tenancy.current(), campaign.pk, *params])
        return list(cursor.fetchall())


_SENT = """
    SELECT log.id, log.enrollment_id, log.step_id, log.lead_id, log.executed_at AS at, log.broker_id
    FROM campaigns_campaignlog AS log
    WHERE log.broker_id = %s AND log.campaign_id = %s AND log.status = 'sent' AND log.message_id IS NOT NULL {seen}
"""

# An answer is one to the message before it.
_REPLIED = f"""
SELECT step_id, count(*) FROM (
    SELECT *, lead(at) OVER (PARTITION BY enrollment_id ORDER BY at, id) AS until FROM ({_SENT}) AS sent) AS sent
WHERE EXISTS (SELECT FROM messaging_message AS heard WHERE heard.broker_id = sent.broker_id
    AND heard.lead_id = sent.lead_id AND heard.direction = 'in' AND heard.created_at > sent.at
    AND heard.created_at <= least(sent.until, sent.at + interval '{WITHIN.days} days'))
GROUP BY step_id
"""  # noqa: S608 -- constants

# A win that was taken back is none: of the undos in a row behind it an even number leaves it standing.
_OUTCOMES = f"""
SELECT count(*), count(*) FILTER (WHERE EXISTS (
        SELECT FROM messaging_message AS heard WHERE heard.broker_id = first.broker_id
        AND heard.lead_id = first.lead_id AND heard.direction = 'in'
        AND heard.created_at > first.at AND heard.created_at <= first.until)),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM appointments_appointment AS met WHERE met.broker_id = first.broker_id
        AND met.lead_id = first.lead_id AND met.created_at > first.at AND met.created_at <= first.until)),
    count(*) FILTER (WHERE EXISTS (
        SELECT FROM pipeline_stagetransition AS won WHERE won.broker_id = first.broker_id
        AND won.lead_id = first.lead_id AND won.to_stage = 'ganado' AND NOT won.is_undo
        AND won.at > first.at AND won.at <= first.until
        AND (SELECT count(*) FROM pipeline_stagetransition AS undo WHERE undo.broker_id = won.broker_id
            AND undo.lead_id = won.lead_id AND undo.is_undo AND (undo.at, undo.id) > (won.at, won.id)
            AND NOT EXISTS (SELECT FROM pipeline_stagetransition AS moved WHERE moved.broker_id = won.broker_id
                AND moved.lead_id = won.lead_id AND NOT moved.is_undo
                AND (moved.at, moved.id) > (won.at, won.id) AND (moved.at, moved.id) < (undo.at, undo.id))) %% 2 = 0))
FROM (SELECT broker_id, lead_id, min(at) AS at, min(at) + interval '{WITHIN.days} days' AS until
    FROM ({_SENT}) AS sent GROUP BY broker_id, lead_id) AS first
"""  # noqa: S608 -- constants
