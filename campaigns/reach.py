"""Whom a campaign would take in now, and what keeps the others out: one statement, whoever and however many they are.

Each lead that stays out has one reason here, the first that holds; `campaigns.traces.why_not` tells all of one lead.
"""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from campaigns import audience, enrolling, trigger_rules
from campaigns.enums import CampaignTrigger, EnrollmentStatus
from campaigns.models import Campaign, Enrollment
from crm.models import Lead, LeadQuerySet

SAMPLE = 20


@dataclass(frozen=True, slots=True)
class Reach:
    """How many would enter, some of them, and how many not by reason (codes of `campaigns.reach_words`)."""

    enter: int
    room: int | None
    """How many more it may take; None where nothing limits it."""
    out: Mapping[str, int]
    sample: list[Lead]


def of(campaign: Campaign, *, now: datetime, seen: LeadQuerySet | None = None) -> Reach:
    """Who would enter now if it ran; of a manual campaign those who could be applied. Among `seen`, if given."""
    leads = Lead.objects.all() if seen is None else seen
    tests = obstacles(campaign, now=now)
    out = audience.counted(leads, tests)
    free, room = out.pop("", 0), enrolling.room(campaign)
    enter = free if room is None else min(free, room)
    if enter < free:
        out["full"] = free - enter
    entering = leads.annotate(why=audience.first(tests)).filter(why="")
    sample = entering.order_by(F("score").desc(nulls_last=True), "pk")[: min(SAMPLE, enter)]
    return Reach(enter, room, out, list(sample))


def obstacles(campaign: Campaign, *, now: datetime, only: Lead | None = None) -> dict[str, Q]:
    """What may keep a lead out, as conditions by code, in the order they are told; `only` is who is asked about."""
    asked = Q(pk=only.pk) if only else Q()
    known = _as_if_it_ran(campaign, now)
    been = Enrollment.objects.filter(campaign=campaign, lead=OuterRef("pk"))
    found = {
        "in": Exists(been.filter(status=EnrollmentStatus.ACTIVE)),
        "been": Exists(been.filter(enrolling.barring(campaign, now))),
    }
    conditions = {code: Q(exists) for code, exists in found.items()}
    if campaign.trigger != CampaignTrigger.MANUAL:
        answering = Lead.objects.none()
        if campaign.condition:
            answering = trigger_rules.answering(known, Lead.objects.all(), now=now)
        conditions["trigger"] = ~Q(pk__in=answering.filter(asked).order_by().values("pk"))
    if campaign.audience:
        meant = audience.filtered(campaign, now=now).filter(asked)
        conditions["audience"] = ~Q(pk__in=meant.order_by().values("pk"))
    return conditions | audience.bars(campaign)


def keeping(campaign: Campaign, lead: Lead, *, now: datetime) -> list[str]:
    """All that keeps one lead out, in the order of `obstacles`; one statement."""
    tests = obstacles(campaign, now=now, only=lead)
    holds = {f"is_{code}": Case(When(test, then=Value(1)), default=Value(0)) for code, test in tests.items()}
    seen = Lead.objects.filter(pk=lead.pk).annotate(**holds).values_list(*holds).get()
    return [code for code, held in zip(tests, seen, strict=True) if held]


def _as_if_it_ran(campaign: Campaign, now: datetime) -> Campaign:
    """One that does not run would count changes of stage from now on."""
    known = copy(campaign)
    if not campaign.is_running:
        known.resumed_at = now
    return known
