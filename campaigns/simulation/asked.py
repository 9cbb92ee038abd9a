"""Asking for a simulation: at once for a few leads, as a job for many."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Broker, User
from campaigns import entering
from campaigns.models import Campaign
from campaigns.simulation import stored
from campaigns.simulation.outcome import Outcome
from campaigns.simulation.running import MOST_LEADS, Plan, Simulation
from core import jobs
from core.actors import Actor
from core.models import Job, JobState
from crm.models import Lead

KIND = "campaign_simulation"
AT_ONCE = 100
"""More leads than these are a job's."""
_BEGINS = time(9)
_LEG_SECONDS = 10.0
_FURTHEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody asks for: these leads, or a sample of those it is for, from a day on."""

    day: date | None = None
    weeks: int = 4
    leads: Sequence[UUID] = ()
    sample: int = 50


def planned(campaign: Campaign, wish: Wish, *, user: User, broker: Broker, now: datetime) -> Plan:
    """Among the leads that this person may see."""
    start = begins(wish.day, broker, now=now)
    seen = Lead.objects.visible_to(user)
    if wish.leads:
        keys = list(
            seen.filter(public_id__in=list(wish.leads)[:MOST_LEADS]).order_by("pk").values_list("pk", flat=True)
        )
    else:
        keys, _total = entering.sample(campaign, min(wish.sample, MOST_LEADS), now=start, within=seen)
    return Plan(keys, start, wish.weeks, _LEG_SECONDS)


def in_reach(day: date, broker: Broker, *, now: datetime) -> bool:
    """Whether one may begin on that day: from today to a year on."""
    return 0 <= (day - now.astimezone(broker.zone).date()).days <= _FURTHEST_DAYS


def begins(day: date | None, broker: Broker, *, now: datetime) -> datetime:
    """Now, or nine in the morning of a day to come, by the brokerage's clock."""
    return max(datetime.combine(day, _BEGINS, broker.zone), now) if day else now


def start(campaign: Campaign, plan: Plan, *, by: Actor) -> Job:
    """Let a worker do it; its result is the simulation (`stored`)."""
    arguments = {
        "simulates": campaign.pk,
        "leads": list(plan.lead_ids),
        "start": plan.start.isoformat(),
        "weeks": plan.weeks,
    }
    label = _("Simular «%(name)s»") % {"name": campaign.name}
    job = jobs.start(kind=KIND, label=label, by=by, arguments=arguments, total=plan.weeks)
    url = reverse("campaigns:simulation", args=[campaign.public_id, job.public_id])
    Job.objects.filter(pk=job.pk).update(arguments=arguments | {"url": url})
    return job


def of_job(campaign: Campaign, public_id: UUID, *, user: User) -> Job | None:
    """The job of this campaign's simulation that a person may look at: their own; admins all."""
    found = Job.objects.filter(public_id=public_id, arguments__simulates=campaign.pk)
    return (found if user.is_admin else found.filter(by_user=user)).first()


def outcome_of(job: Job) -> Outcome | None:
    """What a job found; None while it works, or when it was forgotten."""
    found = job.result.get("simulation") if job.state == JobState.DONE else None
    return stored.load(found) if found else None


@jobs.runner(KIND)
def run(job: Job) -> None:
    """A week a transaction; from the beginning when another worker lost it."""
    asked = job.arguments
    with jobs.inside(job):
        campaign = Campaign.objects.filter(pk=asked["simulates"]).first()
        plan = Plan(asked["leads"], datetime.fromisoformat(asked["start"]), asked["weeks"], _LEG_SECONDS)
        simulation = Simulation(campaign, plan) if campaign else None
    if simulation is None:
        jobs.fail(job, error=_("La campaña ya no existe."), now=timezone.now())
        return
    for week in range(1, simulation.weeks + 1):
        with jobs.inside(job):
            simulation.go(week)
            jobs.advance(job, done=week, total=simulation.weeks, now=timezone.now())
    jobs.finish(job, result={"url": asked["url"], "simulation": stored.dump(simulation.outcome)}, now=timezone.now())
