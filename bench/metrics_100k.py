"""Dashboard and metrics with 100,000 leads and 400,000 changes of stage beside 1,000 leads: statements, milliseconds.

./corredor bench metrics_100k
"""

import os
import statistics

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

from bench import collect, show  # noqa: E402
from bench.filling import brokerage, measure, timed, ways  # noqa: E402
from core import tenancy  # noqa: E402
from core.roles import as_owner  # noqa: E402
from pipeline.models import StageTransition  # noqa: E402

ROUNDS = 5
SIZES = {"1k": 1_000, "100k": 100_000}
PAGES = {
    "dashboard": "/dashboard/",
    "dashboard, all days": "/dashboard/?from=2025-01-01",
    **{name: f"/metrics/{name}/" for name in ("funnel", "now", "times", "closings", "sources", "inactive", "team")},
    "funnel, all days": "/metrics/funnel/?from=2025-01-01",
    "times, all days": "/metrics/times/?from=2025-01-01",
    "leads behind a number": "/metrics/leads/?of=entered&stage=agendado&then=ganado",
    "API, all figures": "/api/v1/pipeline/metrics/",
}


def main():
    settings.ALLOWED_HOSTS, settings.DEBUG = ["*"], False
    collect()
    clients, rows = {}, []
    for name, leads in SIZES.items():
        broker, person = brokerage(f"metrics-{name}", leads)
        ways(broker)
        clients[name] = Client()
        clients[name].force_login(person, backend="accounts.backends.SignIn")
        with tenancy.use(broker.pk):
            print(f"{name}: {StageTransition.objects.count()} changes of stage")
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE crm_lead")
        cursor.execute("VACUUM ANALYZE pipeline_stagetransition")
    for page, url in PAGES.items():
        facts = {name: measure(client, url) for name, client in clients.items()}
        rounds = [{name: timed(client, url) for name, client in clients.items()} for _ in range(ROUNDS)]
        row = {"page": page}
        for name, (statements, _size) in facts.items():
            median = statistics.median(each[name] for each in rounds)
            row |= {f"statements {name}": statements, f"ms {name}": round(median, 1)}
        rows.append(row)
    show(rows)


if __name__ == "__main__":
    main()
