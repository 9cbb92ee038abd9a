"""The figures against a slow, independent computation, over many invented brokerages."""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from crm.models import Lead
from crm.rules import Rules
from reports import (
    arrivals,
    behind,
    first_reply,
    funnel,
    inactive,
    outcomes,
    pipeline_now,
    sources,
    stage_times,
    team,
    visits,
)
from reports.behind import Frame, Question
from reports.periods import Period
from tests.reports import invented
from tests.reports.oracle import Oracle

RULES = Rules()
ZONE = ZoneInfo("America/Santiago")
CHUNKS, EACH, LEADS = 10, 50 if os.environ.get("FIGURES") == "full" else 10, (3, 14, 30)
"""A hundred brokerages, small and larger ones; with FIGURES=full five hundred."""
DAYS = 7
LISTED = 0.2
"""The share whose lists are read too: a hundred statements each."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_figures_are_those_of_the_definitions(inside, broker, alice, bob, chunk):
    for seed in range(chunk * EACH, (chunk + 1) * EACH):
        with inside(broker), transaction.atomic():
            _compare(Random(seed), alice, bob, f"seed {seed}")
            transaction.set_rollback(True)


def _compare(dice, alice, bob, seed):
    night = dice.choice((invented.AUTUMN, invented.SPRING))
    now = night + timedelta(days=dice.uniform(0.5, 5))
    pasts = invented.pasts(dice, (alice, bob, None), count=dice.choice(LEADS), night=night, now=now)
    invented.store(pasts)
    reader = dice.choice((alice, bob))
    seen = [past for past in pasts if reader is alice or past.owner in {bob, None}]
    first = night.astimezone(ZONE).date() + timedelta(days=dice.choice((-9, -1, 0, 1)))
    period = Period(first, first + timedelta(days=dice.choice((0, 0, 1, 7))), ZONE)
    leads = Lead.objects.visible_to(reader)
    truth = Oracle(seen, zone=ZONE, first=period.first, last=period.last, now=now)
    _history(leads, period, now, truth, seed)
    _standing(leads, now, truth, seed)
    _arrived(leads, period, truth, seed)
    _people(leads, period, now, truth, (alice, bob), seed)
    if dice.random() < LISTED:
        _lists(Frame(leads, period, now, DAYS), truth, seed)


def _history(leads, period, now, truth, seed):
    found = funnel.read(leads, period)
    entered, reached = truth.funnel()
    assert {stage: n for stage, n in found.entered.items() if n} == dict(entered), seed
    assert {pair: n for pair, n in found.reached.items() if n} == dict(reached), seed
    told = {
        stage: (time.leads, time.visits, time.open, pytest.approx(time.mean), pytest.approx(time.median))
        for stage, time in stage_times.read(leads, period, now=now).items()
        if time.visits
    }
    assert truth.times() == told, seed
    closed = outcomes.read(leads, period)
    won, lost, prices = truth.outcomes()
    assert (closed.won, closed.lost_by, closed.prices) == (won, dict(lost), dict(prices)), seed
    assert closed.win_rate == (won / (won + lost.total()) if won + lost.total() else None), seed


def _standing(leads, now, truth, seed):
    count, values, expected = truth.now_()
    stages = pipeline_now.read(leads, rules=RULES)
    assert {stage: each.leads for stage, each in stages.items() if each.leads} == dict(count), seed
    assert {(s, unit): n for s, each in stages.items() for unit, n in each.values.items()} == dict(values), seed
    assert pipeline_now.expected(stages) == dict(expected), seed
    left_alone = inactive.read(leads, days=DAYS, now=now)
    assert {stage: n for stage, n in left_alone.items() if n} == dict(truth.inactive(DAYS)), seed


def _arrived(leads, period, truth, seed):
    assert arrivals.read(leads, period) == truth.days(), seed
    rows = {row.source: row for row in sources.read(leads, period)}
    assert {
        name: {
            key: n
            for key, n in {
                "leads": row.leads,
                "contacted": row.contacted,
                "visited": row.visited,
                "won": row.won,
                **row.values,
            }.items()
            if n
        }
        for name, row in rows.items()
    } == {name: {key: n for key, n in row.items() if n} for name, row in truth.sources().items()}, seed
    waits = [seconds for _, seconds in truth.replies()]
    reply = first_reply.read(leads, period)
    assert (reply.replied, reply.median) == (len(waits), pytest.approx(median(waits)) if waits else None), seed
    assert visits.agreed(leads, period).count() == truth.agreed(), seed


def _people(leads, period, now, truth, people, seed):
    rows = truth.team()
    for load in team.read(leads, period, people=people, now=now):
        row = rows[load.person]
        assert (load.open, load.new, load.overdue, load.won, load.reply.replied) == (
            row["open"], row["new"], row["overdue"], row["won"], row["replied"],
        ), seed  # fmt: skip
        waits = row.get("waits")
        assert load.reply.median == (pytest.approx(median(waits)) if waits else None), seed


def _lists(frame, truth, seed):
    """The lists behind the numbers hold exactly the leads that were counted."""
    entered, reached = truth.funnel()
    times = truth.times()
    won, lost, _ = truth.outcomes()
    for stage in invented.STAGES:
        assert behind.find(Question("entered", stage), frame).count() == entered[stage], (seed, stage)
        assert behind.find(Question("stayed", stage), frame).count() == times.get(stage, (0,))[0], (seed, stage)
    for (stage, then), n in reached.items():
        assert behind.find(Question("entered", stage, then), frame).count() == n, (seed, stage, then)
    assert behind.find(Question("won"), frame).count() == won, seed
    assert behind.find(Question("lost"), frame).count() == lost.total(), seed
    for (stage, reason), n in lost.items():
        assert behind.find(Question("lost", stage, reason=reason), frame).count() == n, (seed, stage, reason)
    assert behind.find(Question("replied"), frame).count() == len(list(truth.replies())), seed
    rows = truth.sources().values()
    for with_, key in (("", "leads"), ("contacted",) * 2, ("visited",) * 2, ("won",) * 2):
        assert behind.find(Question("new", with_=with_), frame).count() == sum(row[key] for row in rows), (seed, key)


@pytest.mark.parametrize(
    ("day", "since", "hours"),
    [
        (datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 4, 4, 3, tzinfo=UTC), 25),
        (datetime(2026, 4, 5, tzinfo=UTC), datetime(2026, 4, 5, 4, tzinfo=UTC), 24),
        (datetime(2026, 9, 5, tzinfo=UTC), datetime(2026, 9, 5, 4, tzinfo=UTC), 24),
        (datetime(2026, 9, 6, tzinfo=UTC), datetime(2026, 9, 6, 4, tzinfo=UTC), 23),
    ],
)
def test_days_are_as_long_as_they_are(day, since, hours):
    period = Period(day.date(), day.date(), ZONE)
    assert (period.since, period.until - period.since) == (since, timedelta(hours=hours))
