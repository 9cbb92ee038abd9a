"""Applying a campaign by hand: to one lead, or to many as a job.

Whoever applies it chooses: its filters are not asked. The campaign is held while leads enter (`enrolling.hold`), so a
pause comes before or after, never between.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from campaigns import audience, enrolling, reach, reach_words
from campaigns.enums import EnrollmentStatus
from campaigns.models import Campaign, Enrollment
from core import audit, failpoints, jobs
from core.actors import Actor
from core.models import Job
from crm.models import Lead, LeadQuerySet

BATCH = 1000
MOST = 50_000
"""More than this is asked to be narrowed down."""
KIND = "campaign_apply"


class Refused(Exception):
    """The lead, or any lead, may not enter now: `code` is one of campaigns.reach_words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Applied:
    """The lead's way through the campaign, and whether it began just now."""

    enrollment: Enrollment
    made: bool


def to_lead(campaign: Campaign, lead: Lead, *, by: Actor, now: datetime) -> Applied:
    """Enroll one lead, once: who is in already stays as it is. Raises Refused."""
    with audit.by(by), transaction.atomic():
        held = _running(campaign.pk)
        mine = Enrollment.objects.filter(campaign=held, lead=lead).select_related("next_step")
        if (there := mine.filter(status=EnrollmentStatus.ACTIVE).first()) is not None:
            return Applied(there, made=False)
        taken = enrolling.take_in(held, Lead.objects.filter(pk=lead.pk), why={}, by=by, now=now)
        newest = mine.filter(status=EnrollmentStatus.ACTIVE).first()
        if newest is not None:
            return Applied(newest, made=bool(taken))
        raise Refused(enrolling.why_not(held, lead) or ("full" if enrolling.room(held) == 0 else "been"))


def to_many(campaign: Campaign, leads: Sequence[int], *, user: User, by: Actor, now: datetime) -> Job:
    """Enroll leads batch after batch in the background. Raises Refused for a campaign that does not run."""
    with transaction.atomic():
        held = _running(campaign.pk)
        label = _("Inscribir en «%(name)s»") % {"name": held.name}
        asked = {"campaign": held.pk, "leads": list(leads), "user": user.pk}
        told = {"name": held.name, "leads": len(leads)}
        audit.note(
            "campaign.applied", by=by, now=now, subject="campaigns.Campaign", subject_id=held.public_id, data=told
        )
        return jobs.start(kind=KIND, label=label[:200], by=by, arguments=asked, total=len(leads))


@jobs.runner(KIND)
def run(job: Job) -> None:
    """The job of `to_many`: each batch is one transaction with its progress; a kill repeats and loses nothing."""
    try:
        more = True
        while more:
            with jobs.inside(job), transaction.atomic():
                more = _batch(job, now=timezone.now())
    except Refused:
        jobs.fail(
            job, error=_("La campaña dejó de estar activa. %(so_far)s") % {"so_far": _note(job)}, now=timezone.now()
        )
        return
    with jobs.inside(job):
        public_id = Campaign.objects.values_list("public_id", flat=True).get(pk=job.arguments["campaign"])
    url = reverse("campaigns:build", args=[public_id])
    jobs.finish(job, result={**job.result, "note": _note(job), "url": url}, now=timezone.now())


def _batch(job: Job, *, now: datetime) -> bool:
    asked = job.arguments
    keys = asked["leads"][job.done : job.done + BATCH]
    if not keys:
        return False
    campaign = _running(asked["campaign"])
    leads = Lead.objects.visible_to(User.objects.get(pk=asked["user"])).filter(pk__in=keys)
    by = Actor(job.by_kind, job.by_user_id, job.by_label)  # type: ignore[arg-type] # stored as its value
    out = _kept_out(campaign, leads, now)
    free = out.pop("", 0)
    with audit.by(by):
        taken = enrolling.take_in(campaign, leads, why={}, by=by, now=now)
    failpoints.reached("campaigns.applied")
    out["gone"] += len(keys) - free - sum(out.values())
    out["full"] += max(0, free - taken)
    told = Counter(job.result.get("out", {})) + out
    job.done += len(keys)
    job.result = {"entered": job.result.get("entered", 0) + taken, "out": dict(told)}
    jobs.advance(job, done=job.done, now=now)
    Job.objects.filter(pk=job.pk).update(result=job.result)
    return True


def _kept_out(campaign: Campaign, leads: LeadQuerySet, now: datetime) -> Counter[str]:
    """How many may not enter, by reason; "" counts those who may."""
    tests = reach.obstacles(campaign, now=now)
    by_hand = {code: test for code, test in tests.items() if code not in {"trigger", "audience"}}
    return Counter(audience.counted(leads, by_hand))


def _note(job: Job) -> str:
    """What became of the leads, in words."""
    entered = job.result.get("entered", 0)
    text = ngettext("%(n)d lead entró.", "%(n)d leads entraron.", entered) % {"n": entered}
    for code, count in job.result.get("out", {}).items():
        stayed = ngettext("%(n)d no entró: %(why)s.", "%(n)d no entraron: %(why)s.", count)
        text += " " + stayed % {"n": count, "why": reach_words.line(code)}
    return text


def _running(campaign_id: int) -> Campaign:
    """The campaign, held by whoever enrolls; raises Refused when it does not run."""
    held = enrolling.hold(campaign_id)
    if held is None:
        raise Refused("not_running")
    return held
