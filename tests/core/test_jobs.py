"""Jobs when things go wrong: the broker away, workers that die of a job, two workers at one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core import jobs
from core.actors import Actor
from core.models import Job, JobState

gave_up = []


@pytest.fixture
def _kind():
    jobs.runner("prueba", give_up=lambda job: gave_up.append(job.pk))(lambda _job: None)
    yield
    del jobs._RUNNERS["prueba"]
    gave_up.clear()


@pytest.fixture
def job(broker, inside, _kind):
    with inside(broker):
        return jobs.start(kind="prueba", label="Prueba", by=Actor.system(), arguments={})


@pytest.mark.usefixtures("_kind")
def test_a_job_starts_without_a_broker(transactional_db, broker, inside, no_broker):
    no_broker()
    with inside(broker):
        job = jobs.start(kind="prueba", label="Prueba", by=Actor.system(), arguments={})
    with inside(broker):
        assert Job.objects.get(pk=job.pk).state == JobState.QUEUED


def test_a_job_that_kills_its_workers_is_given_up(job, broker, inside):
    with inside(broker):
        Job.objects.filter(pk=job.pk).update(attempts=jobs.ATTEMPTS - 1, created_at=timezone.now() - timedelta(hours=1))
        assert (broker.pk, job.pk) in jobs.stalled()
        claimed = jobs.claim(job.pk, now=timezone.now())
    jobs.work(claimed)
    with inside(broker):
        job.refresh_from_db()
        assert (job.state, gave_up) == (JobState.FAILED, [job.pk])
        assert jobs.stalled() == []


def test_a_worker_slower_than_its_lease_writes_nothing(job, broker, inside):
    now = timezone.now()
    with inside(broker):
        slow = jobs.claim(job.pk, now=now)
        assert jobs.claim(job.pk, now=now) is None
        quick = jobs.claim(job.pk, now=now + 2 * jobs.LEASE)
        with pytest.raises(jobs.Lost):
            jobs.advance(slow, done=1, now=now)
    jobs.finish(slow, result={"rows": 1}, now=now)
    with inside(broker):
        assert Job.objects.get(pk=job.pk).state == JobState.RUNNING
    jobs.finish(quick, result={"rows": 2}, now=now)
    with inside(broker):
        assert Job.objects.get(pk=job.pk).result == {"rows": 2}
