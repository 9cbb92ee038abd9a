"""A night of scores over 100,000 leads with contacts: seconds, and the ratio to a bare UPDATE of the same rows by id.

./corredor bench score_100k        (SCORE_LEADS=5000 for fewer)
"""

import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Broker  # noqa: E402
from bench import show  # noqa: E402
from core import jobs, tenancy  # noqa: E402
from core.actors import Actor  # noqa: E402
from core.models import Job  # noqa: E402
from crm import leads, scoring  # noqa: E402
from crm.models import Lead  # noqa: E402
from crm.scoring import nightly  # noqa: E402

LEADS = int(os.environ.get("SCORE_LEADS", "100000"))
STAGES = ["entrada", "perfilamiento", "calificacion_financiera", "agendado", "seguimiento"]
CONTACTS = """
INSERT INTO crm_interaction (broker_id, public_id, lead_id, kind, channel, at, seconds, reply_seconds, note, by_kind,
                             by_label)
SELECT broker_id, gen_random_uuid(), id,
       (ARRAY['message_in', 'message_out', 'call_answered', 'call_missed', 'visit_kept'])[1 + (id + n) %% 5], '',
       now() - ((id %% 90) + n) * interval '1 day', CASE WHEN (id + n) %% 5 = 2 THEN 60 END, NULL, '', 'system', ''
  FROM crm_lead, generate_series(1, 4) AS n
 WHERE broker_id = %s
"""


def main():
    """Make, score for the first time, the next night, and compare."""
    broker = Broker.objects.create(name="Bench", slug=f"bench-{time.time_ns()}")
    _make(broker)
    statements = _statements(broker)
    with tenancy.use(broker.pk):
        Lead.objects.update(score=None, score_components={}, scored_at=None)
    first = _night(broker)
    floor = _bare_update(broker)
    again = _night(broker)
    show(
        [
            _row("first night: all change", first, floor, statements),
            _row("same night again: none changes", again, floor, statements),
            _row("bare UPDATE by id", floor, floor, ""),
        ]
    )


def _row(work, seconds, floor, statements):
    told = {"work": work, "leads": LEADS, "s": round(seconds, 2), "leads/s": round(LEADS / seconds)}
    return told | {"of the bare UPDATE": round(seconds / floor, 2), "statements a batch": statements}


def _make(broker):
    now = timezone.now()
    for start in range(0, LEADS, 2000):
        with tenancy.use(broker.pk):
            drafts = [
                leads.Draft(
                    {"name": f"Ana Rojas {n}", "phone_raw": f"+569{40_000_000 + n}", "email": f"p{n}@example.com"},
                    stage=STAGES[n % len(STAGES)],
                )
                for n in range(start, min(start + 2000, LEADS))
            ]
            leads.create_many(drafts, by=Actor.system(), now=now)
    with tenancy.use(broker.pk), connection.cursor() as cursor:
        cursor.execute(CONTACTS, [broker.pk])


def _statements(broker):
    """Of a batch of any size."""
    counts = set()
    for size in (1, 1000):
        with tenancy.use(broker.pk):
            lead_ids = list(Lead.objects.order_by("pk").values_list("pk", flat=True)[:size])
            Lead.objects.filter(pk__in=lead_ids).update(score=None)
            with CaptureQueriesContext(connection) as queries:
                scoring.rescore(lead_ids, by=Actor.system(), now=timezone.now())
            counts.add(len(queries))
    assert len(counts) == 1, counts
    return counts.pop()


def _night(broker):
    with tenancy.use(broker.pk):
        job = nightly.start(label="bench", by=Actor.system())
    with tenancy.use(broker.pk):
        claimed = jobs.claim(job.pk, now=timezone.now())
    start = time.perf_counter()
    jobs.work(claimed)
    took = time.perf_counter() - start
    with tenancy.use(broker.pk):
        assert Job.objects.get(pk=job.pk).result["scored"] == LEADS
    return took


def _bare_update(broker):
    """The same columns of the same rows, one by one by id, in batches as large."""
    with tenancy.use(broker.pk):
        rows = list(Lead.objects.order_by("pk").values_list("pk", "score", "status"))
    start = time.perf_counter()
    for first in range(0, len(rows), nightly.BATCH):
        with tenancy.use(broker.pk), connection.cursor() as cursor:
            cursor.executemany(
                "UPDATE crm_lead SET score = %s, status = %s, score_components = score_components, scored_at = now()"
                " WHERE broker_id = %s AND id = %s",
                [
                    ((score + 1) % 100, status, broker.pk, pk)
                    for pk, score, status in rows[first : first + nightly.BATCH]
                ],
            )
    took = time.perf_counter() - start
    with tenancy.use(broker.pk), connection.cursor() as cursor:
        cursor.execute("UPDATE crm_lead SET score = (score + 99) %% 100 WHERE broker_id = %s", [broker.pk])
    return took


if __name__ == "__main__":
    import crm.tasks  # noqa: F401 -- registers the jobs

    main()
