"""The import as a job: batch after batch, each one transaction that moves the file's `next_row` on.

Whoever is killed leaves whole batches behind; whoever takes over begins at `next_row`.
"""

import time
from collections.abc import Iterator
from itertools import islice

from django.db import connection
from django.db.models import F
from django.utils import timezone

from core import jobs, tenancy
from core.actors import Actor, ActorKind
from core.models import Job
from crm.enums import ImportState
from crm.imports import batches, intake
from crm.imports.drafts import Terms
from crm.imports.entries import Entry, defaults_of, entries
from crm.imports.unreadable import UnreadableFile
from crm.models import LeadImport

KIND = "import"
BATCH = 500
KEEP_ALIVE = 10.0  # seconds between signs of life while rows are only counted or passed over


def _stop(job: Job) -> None:
    """Say that the import stands still, unless another worker has taken it over: then raise Lost."""
    with jobs.inside(job):
        jobs.advance(job, done=_done(job), now=timezone.now())
        LeadImport.objects.filter(job_id=job.pk).update(state=ImportState.FAILED)


@jobs.runner(KIND, give_up=_stop)
def run(job: Job) -> None:
    """Take the job's file in, from where the last worker came to."""
    try:
        _run(job)
    except UnreadableFile as error:
        _stop(job)
        jobs.fail(job, error=str(error), now=timezone.now())
    except jobs.Lost:
        raise
    except Exception:
        _stop(job)
        raise


def _run(job: Job) -> None:
    with jobs.inside(job):
        terms = Terms.of(_import_of(job))
    lead_import = terms.lead_import
    if not lead_import.total_rows:
        _count(job, lead_import)
    found = _pulsing(job, _entries(terms))
    while batch := list(islice(found, BATCH)):
        _take(job, terms, batch)
    _finish(job)


def _count(job: Job, lead_import: LeadImport) -> None:
    """Walk the file once, so that progress has an end and a damaged file is refused before anything is written."""
    total = 0
    beat = time.monotonic()
    for _row in intake.opened(lead_import).rows:
        total += 1
        if time.monotonic() - beat > KEEP_ALIVE:
            beat = _still_here(job)
    with jobs.inside(job):
        jobs.advance(job, done=0, total=total, now=timezone.now())
        LeadImport.objects.filter(pk=lead_import.pk).update(total_rows=total)


def _entries(terms: Terms) -> Iterator[Entry]:
    defaults = defaults_of(terms.broker, timezone.now(), terms.own)
    mapping = intake.mapping_of(terms.lead_import)
    return entries(intake.opened(terms.lead_import), mapping, defaults, first=terms.lead_import.next_row)


def _pulsing(job: Job, found: Iterator[Entry]) -> Iterator[Entry]:
    """The rows, with a sign of life where reading them takes long."""
    beat = time.monotonic()
    for entry in found:
        yield entry
        if time.monotonic() - beat > KEEP_ALIVE:
            beat = _still_here(job)


def _still_here(job: Job) -> float:
    with jobs.inside(job):
        jobs.advance(job, done=_done(job), now=timezone.now())
    return time.monotonic()


def _done(job: Job) -> int:
    return Job.objects.values_list("done", flat=True).get(pk=job.pk)


def _take(job: Job, terms: Terms, batch: list[Entry]) -> None:
    by = actor(terms.lead_import)
    with jobs.inside(job):
        now = timezone.now()
        jobs.advance(job, done=batch[-1].number, now=now)  # first: who lost the lease must not write, not even to fail
        one_at_a_time()
        tally = batches.take(batch, terms, by=by, now=now)
        LeadImport.objects.filter(pk=terms.lead_import.pk).update(
            next_row=batch[-1].number + 1,
            created_rows=F("created_rows") + tally.created,
            merged_rows=F("merged_rows") + tally.merged,
            rejected_rows=F("rejected_rows") + tally.rejected,
        )


def one_at_a_time() -> None:
    """Let a brokerage's imports write batch by batch in turns: two that meet on the same phones would deadlock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('crm.imports'), %s)", [tenancy.current() % 2**31])


def actor(lead_import: LeadImport) -> Actor:
    """Who an import's writes are by."""
    return Actor(ActorKind.IMPORT, lead_import.by_user_id, lead_import.file_name[:160])


def _finish(job: Job) -> None:
    """Close the import. Its rows tell what came of it, so the file itself, a second copy of everybody's data, goes."""
    with jobs.inside(job):
        now = timezone.now()
        lead_import = _import_of(job)
        jobs.advance(job, done=lead_import.total_rows, now=now)
        lead_import.state, lead_import.finished_at, lead_import.content = ImportState.DONE, now, None
        lead_import.save(update_fields=["state", "finished_at", "content"])
        counts = {name: getattr(lead_import, name) for name in ("created_rows", "merged_rows", "rejected_rows")}
        jobs.finish(job, result=counts, now=now)


def _import_of(job: Job) -> LeadImport:
    return LeadImport.objects.select_related("broker", "by_user", "assigned_to").get(pk=job.arguments["import"])
