"""The leads behind a number: each figure that counts leads is the size of one of these lists.

A test follows every link of every page and compares.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from crm import inactivity
from crm.enums import LostReason, Stage
from crm.models import LeadQuerySet
from reports import first_reply, histories, outcomes, sources
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
        "entered": lambda: _entered(question, frame),
        "stayed": lambda: _stayed(question, frame),
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


def _entered(question: Question, frame: Frame) -> LeadQuerySet:
    """With `then`: those that also entered that stage later than they first entered the one asked for."""
    bounds = [question.stage, frame.period.since, frame.period.until]
    inside = "stage = %s AND entered >= %s AND entered < %s"
    frame = replace(frame, leads=histories.moved(frame.leads, frame.period))
    if not question.then:
        return _of_steps(frame, f"SELECT lead_id FROM steps WHERE {inside}", bounds)  # noqa: S608 -- a constant
    later = f"""
        SELECT lead_id FROM steps GROUP BY lead_id
        HAVING min(ago) FILTER (WHERE stage = %s) < max(ago) FILTER (WHERE {inside})
    """  # noqa: S608 -- a constant
    return _of_steps(frame, later, [question.then, *bounds])


def _stayed(question: Question, frame: Frame) -> LeadQuerySet:
    overlap = "entered < %s AND (entered >= %s OR coalesce(left_at, %s) > %s)"
    bounds = [question.stage, frame.period.until, frame.period.since, frame.now, frame.period.since]
    return _of_steps(frame, f"SELECT lead_id FROM steps WHERE stage = %s AND {overlap}", bounds)  # noqa: S608 -- a constant


def _of_steps(frame: Frame, sql: str, params: list[Any]) -> LeadQuerySet:
    return frame.leads.filter(pk__in=histories.keys(frame.leads, sql, params))


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
