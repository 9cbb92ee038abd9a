"""The tick: what is due is decided and done, a batch of one campaign at a time, each in one transaction.

    hold → visits → decide → perform → write

Rows are held without waiting for anybody (SKIP LOCKED), the lead before everything else, so that a reply, a move or an
opt-out comes before a step or after it, never between. A process that dies leaves the batch as it was.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection

from campaigns import acts, batch, triggers, writing
from campaigns.acts.done import Done
from campaigns.conditions import Known
from campaigns.deciding import Decision, Turn, Visit, decide
from campaigns.enums import CampaignStatus, EnrollmentStatus, LogStatus
from campaigns.models import Campaign, Enrollment, Step
from campaigns.steps import all_steps
from core import audit, failpoints, mishaps, shared_lock, tenancy
from core.actors import Actor

BATCH = 1000
FAULT = Decision(Turn.SKIP, "fault")
CAMPAIGNS = 100
"""How many campaigns have a batch in one look."""


def tick(*, now: datetime, most: int = BATCH) -> bool:
    """One batch of every campaign that has something due (the engine's look). True: there may be more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, campaign_id FROM campaigns_due(%s, %s)", [now, CAMPAIGNS])
        due = cursor.fetchall()
    return sum(_run(broker_id, campaign_id, now, most) for broker_id, campaign_id in due) > 0


def _run(broker_id: int, campaign_id: int, now: datetime, most: int) -> int:
    """A batch; when it fails, lead by lead, so that one that cannot be done holds up no other."""
    with mishaps.logged("batch_not_done", broker=broker_id, campaign=campaign_id):
        return run(broker_id, campaign_id, now=now, most=most)
    with tenancy.use(broker_id):
        due = Enrollment.objects.filter(campaign=campaign_id, status=EnrollmentStatus.ACTIVE, next_run_at__lte=now)
        alone = list(due.order_by("next_run_at", "id").values_list("pk", flat=True)[:most])
    return sum(_run_alone(broker_id, campaign_id, pk, now) for pk in alone)


def _run_alone(broker_id: int, campaign_id: int, enrollment_id: int, now: datetime) -> int:
    """One lead's step; where it cannot be done for a fault of ours the log says so, and the lead goes on."""
    with mishaps.logged("step_not_done", broker=broker_id, campaign=campaign_id, enrollment=enrollment_id):
        return run(broker_id, campaign_id, now=now, only=[enrollment_id])
    return run(broker_id, campaign_id, now=now, only=[enrollment_id], at_fault=True)


def run(
    broker_id: int,
    campaign_id: int,
    *,
    now: datetime,
    most: int = BATCH,
    only: Collection[int] | None = None,
    at_fault: bool = False,
) -> int:
    """Do what is due in one campaign, up to `most` enrollments; returns how many were looked at.

    `only` names the enrollments that are meant; `at_fault` gives their steps up as failed.
    """
    with tenancy.use(broker_id):
        held = shared_lock.share(Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.ACTIVE).order_by("pk"))
        if not held:
            return 0
        [campaign] = held
        with audit.by(triggers.actor(campaign)):
            due = hold(campaign, now=now, most=most, only=only)
            return give_up(campaign, due, now=now) if at_fault else run_batch(campaign, due, now=now)


def run_batch(campaign: Campaign, enrollments: Sequence[Enrollment], *, now: datetime) -> int:
    """Decide and do what is due for enrollments that are held."""
    failpoints.reached("campaigns.held")
    if not enrollments:
        return 0
    steps = steps_of(campaign, enrollments)
    visits = batch.visits(campaign, steps, enrollments)
    decisions = {visit.enrollment.pk: decide(visit, now=now) for visit in visits}
    failpoints.reached("campaigns.decided")
    done = _perform(visits, decisions, triggers.actor(campaign), now)
    failpoints.reached("campaigns.performed")
    writing.write(
        [(visit, decisions[visit.enrollment.pk], done.get(visit.enrollment.pk)) for visit in visits], steps, now
    )
    failpoints.reached("campaigns.written")
    return len(enrollments)


def give_up(campaign: Campaign, enrollments: Sequence[Enrollment], *, now: datetime) -> int:
    """Steps that we failed to do are logged as failed; nothing else about them is looked at."""
    steps = steps_of(campaign, enrollments)
    failed = Done(LogStatus.FAILED, now, "fault")
    results = [
        (Visit(campaign, each, steps[each.next_step_id or 0], Known(each.lead, each.enrolled_at)), FAULT, failed)
        for each in enrollments
    ]
    writing.write(results, steps, now)
    return len(enrollments)


def hold(campaign: Campaign, *, now: datetime, most: int, only: Collection[int] | None = None) -> list[Enrollment]:
    """The due enrollments of a campaign and their leads, locked for this transaction; what others hold is left out."""
    due = Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE, next_run_at__lte=now)
    due = due if only is None else due.filter(pk__in=only)
    held = due.select_related("lead").select_for_update(of=("self", "lead"), skip_locked=True)
    return list(held.order_by("next_run_at", "id")[:most])


def steps_of(campaign: Campaign, enrollments: Sequence[Enrollment]) -> dict[int, Step]:
    """The campaign's steps by key, those included at which somebody stands though they were taken out."""
    standing = {each.next_step_id for each in enrollments}
    return {step.pk: step for step in all_steps(campaign) if step.number is not None or step.pk in standing}


def _perform(visits: Sequence[Visit], decisions: Mapping[int, Decision], by: Actor, now: datetime) -> dict[int, Done]:
    """Do the steps, those of one step together; what became of each, by enrollment."""
    together: dict[int, list[Visit]] = defaultdict(list)
    for visit in visits:
        if decisions[visit.enrollment.pk].turn is Turn.ACT:
            together[visit.step.pk].append(visit)
    found: dict[int, Done] = {}
    for theirs in together.values():
        done = acts.perform(theirs, by=by, now=now)
        found |= {visit.enrollment.pk: each for visit, each in zip(theirs, done, strict=True)}
    return found
