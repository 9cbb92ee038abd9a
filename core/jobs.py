"""Long work as rows: whoever holds the lease works, whoever finds it expired takes over.

    start → (worker) claim → advance … advance → finish | fail
                     ↑ the engine wakes a worker again when a lease runs out

Celery carries only the wake-up: losing it, or the worker, loses time and no work.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import tenancy
from core.actors import Actor
from core.models import Job, JobState

LEASE = timedelta(seconds=30)
ATTEMPTS = 20
"""The last one closes the job instead of doing it; `core_stalled_jobs` hands none out after it."""
_RUNNERS: dict[str, tuple[Callable[[Job], None], Callable[[Job], None] | None]] = {}


class Lost(RuntimeError):
    """The lease of a job is no longer ours: another worker took it over."""


def runner(
    kind: str, *, give_up: Callable[[Job], None] | None = None
) -> Callable[[Callable[[Job], None]], Callable[[Job], None]]:
    """Name the function that does jobs of a kind; it opens tenancy blocks as it needs and calls `advance`.

    `give_up` tells the job's own rows that nobody will go on, when worker after worker died of it.
    """

    def register(work: Callable[[Job], None]) -> Callable[[Job], None]:
        _RUNNERS[kind] = work, give_up
        return work

    return register


def start(*, kind: str, label: str, by: Actor, arguments: dict[str, Any], total: int = 0) -> Job:
    """A new job, which a worker is woken for once the caller's transaction commits."""
    job = Job.objects.create(kind=kind, label=label, arguments=arguments, total=total, **by.columns())
    broker_id = tenancy.current()
    transaction.on_commit(lambda: wake(broker_id, job.pk), robust=True)
    return job


def wake(broker_id: int, job_id: int) -> None:
    """Ask for a worker; without a broker the engine asks again."""
    from core.tasks import run_job  # noqa: PLC0415 -- leaf

    run_job.apply_async(kwargs={"broker_id": broker_id, "job_id": job_id}, retry=False, ignore_result=True)


def claim(job_id: int, *, now: datetime) -> Job | None:
    """Take the job's lease inside an open brokerage; None when it is over or held by another."""
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    unfinished = Q(state__in=[JobState.QUEUED, JobState.RUNNING])
    taken = Job.objects.filter(free & unfinished, pk=job_id).update(
        state=JobState.RUNNING, lease_until=now + LEASE, attempts=F("attempts") + 1
    )
    return Job.objects.get(pk=job_id) if taken else None


def inside(job: Job) -> AbstractContextManager[None]:
    """The job's brokerage, opened for one transaction."""
    return tenancy.use(job.broker_id)  # type: ignore[arg-type] # never null, only not yet set


def advance(job: Job, *, done: int, total: int | None = None, now: datetime) -> None:
    """Report progress and keep the lease, inside the batch's transaction; raises Lost when another worker has it."""
    mine = Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)
    values: dict[str, Any] = {"done": done, "lease_until": now + LEASE}
    if total is not None:
        values["total"] = total
    if not mine.update(**values):
        raise Lost(job.label)


def finish(job: Job, *, result: dict[str, Any], now: datetime) -> None:
    """Close a job that did its work."""
    _close(job, JobState.DONE, now, result=result)


def fail(job: Job, *, error: str, now: datetime) -> None:
    """Close a job that cannot be done; `error` is for people."""
    _close(job, JobState.FAILED, now, error=error[:500])


def work(job: Job) -> None:
    """Do a claimed job with the runner of its kind; one that outlived its workers too often is given up."""
    do, give_up = _RUNNERS[job.kind]
    if job.attempts < ATTEMPTS:
        do(job)
        return
    if give_up is not None:
        give_up(job)
    fail(job, error=_("Se detuvo una y otra vez. Referencia: %(id)s") % {"id": job.public_id}, now=timezone.now())


def stalled(limit: int = 100) -> list[tuple[int, int]]:
    """(brokerage, job) of unfinished jobs nobody holds, of every brokerage: ids only, through `core_stalled_jobs`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, job_id FROM core_stalled_jobs(%s)", [limit])
        return [(broker_id, job_id) for broker_id, job_id in cursor.fetchall()]


def _close(job: Job, state: JobState, now: datetime, **values: Any) -> None:  # noqa: ANN401 -- columns
    with inside(job):
        Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts).update(
            state=state, finished_at=now, lease_until=None, **values
        )
