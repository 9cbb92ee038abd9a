"""A worker is killed in mid-import, really, and another one goes on: no lead twice, every row counted once."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from core import jobs
from crm.imports import runner
from crm.imports.drafts import Terms
from crm.models import Consent, ImportRow, Lead, TimelineEntry

ROWS = 4000


@pytest.fixture
def worker():
    started = []

    def start(job):
        at = connection.settings_dict
        place = f"/{at['HOST']}" if at["HOST"].startswith("/") else f"{at['HOST']}:{at['PORT']}"  # a socket's folder
        url = f"postgres://{at['USER']}:{at['PASSWORD']}@{place}/{at['NAME']}"
        words = [sys.executable, "-m", "tests.imports.worker", str(job.broker_id), str(job.pk)]
        started.append(subprocess.Popen(words, env={**os.environ, "DATABASE_URL": url}, stderr=subprocess.PIPE))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def rows_taken(inside, broker):
    def count():
        with inside(broker):
            return ImportRow.objects.count()

    return count


def people(count):
    rows = [f"Persona {n};9{80_000_000 + n};Nota {n}" for n in range(count - 100)]
    again = [f"Persona {n};+569{80_000_000 + n};Otra {n}" for n in range(100)]  # the last hundred are the first again
    return "\n".join(["Nombre;Teléfono;Comentario", *rows, *again])


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_killed_in_mid_import_and_taken_over(transactional_db, bring_in, worker, rows_taken, inside, broker):
    waiting = bring_in(people(ROWS), run=False)
    first = worker(waiting.job)
    deadline = time.monotonic() + 60
    while not rows_taken() and time.monotonic() < deadline:
        time.sleep(0.01)
    first.send_signal(signal.SIGKILL)
    first.wait()
    left = rows_taken()
    assert 0 < left < ROWS, f"killed too late: {left} rows"
    second = worker(waiting.job)
    assert second.wait(timeout=90) == 0, second.stderr.read().decode()
    with inside(broker):
        waiting.refresh_from_db()
        assert waiting.state == "done"
        assert (waiting.total_rows, waiting.created_rows, waiting.merged_rows) == (ROWS, ROWS - 100, 100)
        assert waiting.rejected_rows == 0
        assert ImportRow.objects.count() == ROWS
        assert Lead.objects.count() == ROWS - 100
        assert Consent.objects.count() == ROWS - 100
        assert TimelineEntry.objects.filter(kind="note").count() == ROWS


def test_a_worker_that_lost_its_lease_writes_nothing(bring_in, inside, broker):
    waiting = bring_in(people(200), run=False)
    with inside(broker):
        slow = jobs.claim(waiting.job_id, now=timezone.now())
        quick = jobs.claim(waiting.job_id, now=timezone.now() + timedelta(minutes=1))
        terms = Terms.of(waiting)
        batch = list(runner._entries(terms))
    runner.run(quick)
    with pytest.raises(jobs.Lost):
        runner._take(slow, terms, batch)
    with pytest.raises(jobs.Lost):
        runner.run(slow)  # the file is gone, which is no failure of the import
    with inside(broker):
        waiting.refresh_from_db()
        assert (waiting.state, waiting.created_rows, waiting.merged_rows) == ("done", 100, 100)
        assert Lead.objects.count() == 100
