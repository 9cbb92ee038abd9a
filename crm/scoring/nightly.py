"""Scores told anew for whole brokerages, as jobs: every night, because contacts fade, and when the rules change.

Each batch is one transaction that moves the job's place on, so whoever takes over goes on from there.
"""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Broker
from core import jobs, tenancy
from core.actors import Actor
from core.models import Job, JobState
from crm import qualification, rules
from crm.models import Lead
from crm.scoring.writing import rescore

KIND = "scores"
BATCH = 1_000


def start_everywhere() -> int:
    """A job for each active brokerage that has none waiting; returns how many were started."""
    started = 0
    for broker_id in Broker.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        with tenancy.use(broker_id):
            waiting = Job.objects.filter(kind=KIND, state__in=[JobState.QUEUED, JobState.RUNNING])
            if not waiting.exists() and Lead.objects.exists():
                start(label=_("Puntajes de la noche"), by=Actor.system())
                started += 1
    return started


def start(*, label: str, by: Actor, requalify: bool = False) -> Job:
    """A job that tells the scores of the brokerage in force anew; `requalify` its qualifications first."""
    return jobs.start(kind=KIND, label=label, by=by, arguments={"requalify": requalify}, total=Lead.objects.count())


@jobs.runner(KIND)
def run(job: Job) -> None:
    """Batch after batch, from where the last worker came to."""
    while _batch(job):
        pass
    with jobs.inside(job):
        stored = Job.objects.get(pk=job.pk)
        jobs.advance(job, done=stored.done, now=timezone.now())
    told = {name: stored.result.get(name, 0) for name in ("scored", "changed", "requalified")}
    jobs.finish(job, result=told, now=timezone.now())


def _batch(job: Job) -> bool:
    with jobs.inside(job):
        now = timezone.now()
        stored = Job.objects.get(pk=job.pk)
        further = Lead.objects.filter(pk__gt=stored.result.get("after", 0)).order_by("pk")
        lead_ids = list(further.values_list("pk", flat=True)[:BATCH])
        if not lead_ids:
            return False
        jobs.advance(job, done=stored.done + len(lead_ids), now=now)  # first: who lost the lease must not write
        in_force, by = rules.in_force(), Actor(job.by_kind, job.by_user_id, job.by_label)  # type: ignore[arg-type]
        counts = {"scored": len(lead_ids)}
        if job.arguments.get("requalify"):
            counts["requalified"] = qualification.requalify(
                lead_ids, by=by, now=now, under=in_force, over_hand=False, quietly=True
            )
        counts["changed"] = len(rescore(lead_ids, by=by, now=now, under=in_force, quietly=True))
        summed = {name: stored.result.get(name, 0) + count for name, count in counts.items()}
        Job.objects.filter(pk=job.pk).update(result=stored.result | summed | {"after": lead_ids[-1]})
    return True
