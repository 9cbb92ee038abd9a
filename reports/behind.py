"""The leads behind a number: each figure that counts leads is the size of one of these lists.

They are told by other means than the figures (conditions on each lead here, sums over all there), so the test that
every link leads to as many rows as its number says proves both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from crm import inactivity
from crm.enums import LostReason, Stage
from crm.models import LeadQuerySet
from pipeline.models import StageTransition
from reports import first_reply, outcomes, sources
from reports.periods import Period
from reports.pipeline_now import OPEN


@dataclass(frozen=True, slots=True)
class Question:
    """Which leads: `of` names the list (LISTS), the others narrow it down where that list knows them."""

    of: str
    stage: Stage | None = None
    then: Stage | None = None
    reason: LostReason | None = None
    with_: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """Over what it is asked: the leads a person sees and has filtered, the range, the hour."""

    leads: LeadQuerySet
    period: Period
    now: datetime
    inactive_days: int


LISTS = ("new", "entered", "stayed", "won", "lost", "replied", "inactive")
"""Came in the range · entered a stage · were in a stage · were won · were lost · came and got a reply · left alone."""


def find(question: Question, frame: Frame) -> LeadQuerySet:
    """The leads the question is about; raises KeyError for an unknown list."""
    leads, period = frame.leads, frame.period
    lists: dict[str, Callable[[], LeadQuerySet]] = {
        "new": lambda: _new(question, frame),
        "entered": lambda: leads.filter(_entered(question, period)),
        "stayed": lambda: leads.filter(_stayed(question, frame)),
        "won": lambda: _closed(frame, Q(to_stage=Stage.GANADO)),
        "lost": lambda: _closed(frame, _lost(question)),
        "replied": lambda: first_reply.replied(leads, period),
        "inactive": lambda: leads.filter(inactivity.condition(frame.inactive_days, now=frame.now), stage__in=OPEN),
    }
    return lists[question.of]()


def _new(question: Question, frame: Frame) -> LeadQuerySet:
    came = frame.leads.filter(frame.period.holds("created_at"))
    narrower = {"": Q(), "contacted": sources.CONTACTED, "visited": sources.visited(), "won": sources.WON}
    return came.filter(narrower[question.with_])


def _entered(question: Question, period: Period) -> Exists:
    """With `then`: those that also entered that stage later than the one first asked for."""
    entries = _entries().filter(period.holds("at"), to_stage=question.stage)
    if question.then:
        later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
        onwards = StageTransition.objects.filter(later, lead=OuterRef("lead"), to_stage=question.then)
        entries = entries.filter(Exists(onwards))
    return Exists(entries)


def _stayed(question: Question, frame: Frame) -> Exists:
    period = frame.period
    visits = _entries().filter(to_stage=question.stage, at__lt=period.until)
    follows = StageTransition.objects.filter(
        Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id")), lead=OuterRef("lead")
    )
    visits = visits.annotate(left_at=Subquery(follows.order_by("at", "id").values("at")[:1]))
    overlap = Q(at__gte=period.since) | Q(left_at__gt=period.since)
    if frame.now > period.since:
        overlap |= Q(left_at=None)
    return Exists(visits.filter(overlap))


def _lost(question: Question) -> Q:
    which = Q(to_stage=Stage.PERDIDO)
    if question.stage:
        which &= Q(from_stage__in=[question.stage, ""] if question.stage == Stage.ENTRADA else [question.stage])
    if question.reason:
        which &= Q(lost_reason__in=[question.reason, ""] if question.reason == LostReason.OTRO else [question.reason])
    return which


def _closed(frame: Frame, which: Q) -> LeadQuerySet:
    counted = outcomes.closings(frame.leads, frame.period).filter(which)
    return frame.leads.filter(pk__in=counted.values("lead"))


def _entries() -> QuerySet[StageTransition]:
    return StageTransition.objects.filter(lead=OuterRef("pk"))
