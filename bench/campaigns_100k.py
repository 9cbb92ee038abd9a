"""A campaign over many leads: taken in, looked at again, and the first step planned, each beside its floor.

G1 enrolling against a bare INSERT … SELECT, G2 a look that finds nobody new against a bare difference of sets, G3 plan,
render and log against a raw script on the same tables and against its INSERTs alone. LEADS, ROUNDS. `./corredor bench
campaigns_100k`
"""

import os
import resource
import statistics
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import show  # noqa: E402
from bench.filling import analyze, brokerage  # noqa: E402
from bench.filling.campaigns import prepare, raw_insert, raw_plan, undone  # noqa: E402
from campaigns import audience, enrolling, runner, trigger_rules, triggers  # noqa: E402
from campaigns.models import CampaignLog, Enrollment  # noqa: E402
from core import heap, tenancy  # noqa: E402
from core.actors import Actor  # noqa: E402

LEADS = int(os.environ.get("LEADS", "100000"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
BY = Actor.system()

# The same rows into the same table, by nothing but SQL.
BARE = """
INSERT INTO campaigns_enrollment (broker_id, public_id, campaign_id, lead_id, entry, status, reason, next_step_id,
    next_run_at, stage, cause, enrolled_at, by_kind, by_user_id, by_label)
SELECT broker_id, gen_random_uuid(), %s, id, 1, 'active', '', %s, now(), stage, '{}', now(), 'system', NULL, ''
FROM crm_lead WHERE broker_id = %s AND deleted_at IS NULL AND opted_out_at IS NULL
    AND stage NOT IN ('ganado', 'perdido') AND treatment_type <> 'hold' AND score >= 0
"""
DIFFERENCE = """
SELECT count(*) FROM (SELECT id FROM crm_lead WHERE broker_id = %s AND deleted_at IS NULL AND opted_out_at IS NULL
    AND stage NOT IN ('ganado', 'perdido') AND treatment_type <> 'hold' AND score >= 0
    EXCEPT SELECT lead_id FROM campaigns_enrollment WHERE broker_id = %s AND campaign_id = %s) AS fresh
"""


class Counter:
    """Statements, counted on their way to the database."""

    statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def main():
    """Every figure, its floor, and the ratio of their medians."""
    heap.settle()  # as the engine does
    broker, _person = brokerage(f"campaigns-{LEADS}", LEADS)
    campaign, step = prepare(broker)
    analyze()
    rows = [_enroll(broker, campaign, step)]
    _taken_in(broker, campaign)
    rows.append(_look_again(broker, campaign))
    rows += _plan(broker)
    show(rows)
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MiB")


def _beside(broker, ours, floor):
    """Medians of both, taken in turns."""
    pairs = [(undone(broker, floor), undone(broker, ours)) for _round in range(ROUNDS)]
    return statistics.median(each[1] for each in pairs), statistics.median(each[0] for each in pairs)


def _row(goal, ours, floor, statements):
    return {
        "goal": goal, "leads": LEADS, "seconds": round(ours, 3), "floor": round(floor, 3),
        "ratio": round(ours / floor, 2), "statements": statements,
    }  # fmt: skip


def _meant(campaign, now):
    return trigger_rules.answering(campaign, audience.leads(campaign, now=now), now=now)


def _enroll(broker, campaign, step):
    now = timezone.now()
    counter = Counter()

    def ours():
        with connection.execute_wrapper(counter):
            enrolling.take_in(campaign, _meant(campaign, now), why={}, by=BY, now=now)

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(BARE, [campaign.pk, step.pk, broker.pk])

    ours_took, floor_took = _beside(broker, ours, floor)
    return _row("G1 enroll", ours_took, floor_took, counter.statements // ROUNDS)


def _taken_in(broker, campaign):
    now = timezone.now()
    with tenancy.use(broker.pk):
        if not Enrollment.objects.filter(campaign=campaign).exists():
            enrolling.take_in(campaign, _meant(campaign, now), why={}, by=BY, now=now)


def _look_again(broker, campaign):
    counter = Counter()

    def ours():
        with connection.execute_wrapper(counter):
            triggers.check(broker.pk, campaign.pk, now=timezone.now())

    def floor():
        with connection.cursor() as cursor:
            cursor.execute(DIFFERENCE, [broker.pk, broker.pk, campaign.pk])
            cursor.fetchone()

    ours_took, floor_took = _beside(broker, ours, floor)
    return _row("G2 nothing new", ours_took, floor_took, counter.statements // ROUNDS)


def _plan(broker):
    """Each round on a campaign of its own, committed batch by batch as the engine does."""
    found = []
    rounds = max(1, ROUNDS // 2)
    for _round in range(rounds):
        campaign, step = prepare(broker, fresh=True)
        _taken_in(broker, campaign)
        analyze()
        raw, copied = raw_plan(broker, campaign, step), raw_insert(broker, campaign, step)
        counter = Counter()
        start, cpu = time.perf_counter(), time.process_time()
        batches = 0
        with connection.execute_wrapper(counter):
            while runner.run(broker.pk, campaign.pk, now=timezone.now() + timedelta(seconds=1)):
                batches += 1
        took, busy = time.perf_counter() - start, time.process_time() - cpu
        with tenancy.use(broker.pk):
            planned = CampaignLog.objects.filter(campaign=campaign, status="pending").count()
        found.append((took, raw, copied, counter.statements / max(1, batches), planned, busy))
    took, raw, copied, statements, planned, busy = (statistics.median(each) for each in zip(*found, strict=True))
    print(
        f"planned {planned:.0f} messages in {took:.1f} s, {busy:.1f} s of them our CPU, {planned / took:.0f} a second"
    )
    return [
        _row("G3 plan, raw script", took, raw, round(statements, 1)),
        _row("G3 plan, INSERT alone", took, copied, round(statements, 1)),
    ]


if __name__ == "__main__":
    main()
