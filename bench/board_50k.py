"""Board and list with 50, 1,000, 50,000 and 100,000 leads in one brokerage, in the same run: statements, milliseconds.

Also the plans of the board's two hot statements, and moving 500 leads and back, on the largest.

./corredor bench board_50k
"""

import os
import re
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from bench import collect, show  # noqa: E402
from bench.filling import brokerage, measure, timed  # noqa: E402
from core import tenancy  # noqa: E402
from core.actors import Actor  # noqa: E402
from core.roles import as_owner  # noqa: E402
from crm import actions, bulk, rules  # noqa: E402
from crm.enums import Stage  # noqa: E402
from crm.models import Lead  # noqa: E402
from pipeline import bulk_move, columns  # noqa: E402

ROUNDS = 7
SIZES = {"50": 50, "1k": 1_000, "50k": 50_000, "100k": 100_000}
PAGES = {
    "board": "/board/",
    "board, mine": "/board/?assigned=me",
    "board, next step overdue": "/board/?next_step=overdue",
    "board, text": "/board/?q=rojas",
    "board, next cards": "/board/cards/?in=entrada&after=0~01900000-0000-7000-8000-000000000000",
    "list": "/leads/",
}


def many(broker, person):
    """Moving 500 leads by one act and taking it back: statements and median milliseconds."""
    by, times = Actor.of(person), {"move 500": [], "undo 500": []}
    rows = []
    for turn in range(ROUNDS + 1):
        with tenancy.use(broker.pk), CaptureQueriesContext(connection) as queries:
            keys = list(Lead.objects.filter(stage="entrada").order_by("pk").values_list("pk", flat=True)[:500])
            begun = time.perf_counter()
            act = bulk_move.moving(Stage.AGENDADO, len(keys))
            done = bulk.at_once(act, Lead.objects.filter(pk__in=keys), by=by, now=timezone.now())
            times["move 500"].append((time.perf_counter() - begun) * 1000)
        if turn == 0:
            rows.append({"what": "move 500", "statements": len(queries) - 1})
        with tenancy.use(broker.pk), CaptureQueriesContext(connection) as queries:
            begun = time.perf_counter()
            actions.undo(done.action.public_id, by=by, now=timezone.now())
            times["undo 500"].append((time.perf_counter() - begun) * 1000)
        if turn == 0:
            rows.append({"what": "undo 500", "statements": len(queries)})
    return [row | {"ms": round(statistics.median(times[row["what"]][1:]))} for row in rows]


def plans(broker):
    """Which indexes the board's two hot statements read, and how long they run."""
    with tenancy.use(broker.pk), CaptureQueriesContext(connection) as queries:
        columns.columns(Lead.objects.all(), now=timezone.now(), rotting=rules.in_force().rotting())
    rows = []
    with tenancy.use(broker.pk), connection.cursor() as cursor:
        for name, query in zip(("heads", "first cards"), queries.captured_queries[-2:], strict=True):
            cursor.execute("EXPLAIN (ANALYZE, TIMING OFF) " + query["sql"])
            plan = [line for (line,) in cursor.fetchall()]
            used = sorted({found for line in plan for found in re.findall(r"using (\w+)| on (crm_lead_\w+)", line)})
            shown = ", ".join("".join(pair) for pair in used)
            ran = next(float(line.split()[2]) for line in plan if line.startswith("Execution Time"))
            rows.append({"what": f"plan: {name}", "indexes": shown, "ms": round(ran, 1)})
            assert not any("Seq Scan on crm_lead" in line for line in plan), plan
    return rows


def main():
    settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
    collect()
    clients = {}
    for name, leads in SIZES.items():
        broker, person = brokerage(name, leads)
        clients[name] = Client()
        clients[name].force_login(person, backend="accounts.backends.SignIn")
        with tenancy.use(broker.pk):
            assert Lead.objects.count() == leads
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE crm_lead")
    rows = []
    for page, url in PAGES.items():
        facts = {name: measure(client, url) for name, client in clients.items()}
        rounds = [{name: timed(client, url) for name, client in clients.items()} for _ in range(ROUNDS)]
        row = {"page": page}
        for name, (statements, size) in facts.items():
            median = statistics.median(each[name] for each in rounds)
            row |= {f"statements {name}": statements, f"ms {name}": round(median, 1), f"kB {name}": round(size / 1024)}
        rows.append(row)
    show(rows)
    show(many(broker, person))
    show(plans(broker))


if __name__ == "__main__":
    main()
