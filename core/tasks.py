"""Celery tasks of the core: thin leaves that open a brokerage and make one domain call."""

import structlog
from celery import shared_task
from django.utils import timezone

log = structlog.get_logger(__name__)


@shared_task(name="core.run_job")
def run_job(*, broker_id: int, job_id: int) -> None:
    """Claim a job and do it. An exception closes it as failed with a reference to the log."""
    from core import jobs, tenancy  # noqa: PLC0415 -- leaf

    with tenancy.use(broker_id):
        job = jobs.claim(job_id, now=timezone.now())
    if job is None:
        return
    try:
        jobs.work(job)
    except jobs.Lost:
        log.warning("job_taken_over", job_id=job_id)
    except Exception:
        log.exception("job_failed", job_id=job_id)
        jobs.fail(job, error=f"Error interno. Referencia: {job.public_id}", now=timezone.now())
        raise


@shared_task(name="core.heartbeat")
def heartbeat(process: str) -> None:
    """A sign of life: sent by beat, done by the worker, so it vouches for both."""
    from core import health  # noqa: PLC0415 -- leaf

    health.beat(process)
    health.beat("worker")
