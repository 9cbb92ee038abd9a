"""Figures of campaigns against a slow recount of invented histories."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from appointments.models import Appointment
from campaigns import stats
from campaigns.models import CampaignLog, Enrollment, Step
from crm.models import Lead
from messaging.models import Message
from pipeline.models import StageTransition
from tests.campaigns.conftest import BY

pytestmark = pytest.mark.django_db
START = timezone.now() - timedelta(days=90)
WITHIN = timedelta(days=30)
STATES = {
    "sent": ["sent", "delivered", "read"], "failed": ["failed"], "skipped": [None, "cancelled"],
    "pending": ["queued", "unknown"],
}  # fmt: skip


def invent(campaign, leads, sandbox, random):
    """Each lead goes some way through the steps, writes, meets, wins and takes it back, at any time."""
    steps = list(Step.objects.filter(campaign=campaign).order_by("number"))
    for lead in leads:
        for entry in range(1, random.randint(0, 2) + 1):
            done = random.sample(steps, random.randint(0, len(steps)))
            at = START + timedelta(days=20 * entry, minutes=random.randint(0, 999))
            ends = random.choice([("finished", "done"), ("left", "reply"), ("left", "opt_out"), ("active", "")])
            if ends[0] == "active" and entry == 1:
                ends = ("left", "manual")
            under_way = ends[0] == "active"
            enrollment = Enrollment.objects.create(
                campaign=campaign, lead=lead, entry=entry, status=ends[0], reason=ends[1], enrolled_at=at,
                next_step=random.choice(steps), next_run_at=at if under_way else None, stage="entrada",
                ended_at=None if under_way else at, **BY.columns(),
            )  # fmt: skip
            for step in sorted(done, key=lambda each: each.number):
                at += timedelta(days=random.randint(1, 8))
                log(campaign, enrollment, step, at, sandbox["whatsapp"], random)
        moments = [START + timedelta(days=random.randint(1, 88), seconds=random.randint(0, 86000)) for _ in range(6)]
        for at in moments[: random.randint(0, 3)]:
            message(lead, sandbox["whatsapp"], at, "received", direction="in")
        if random.random() < 0.4:
            Appointment.objects.create(
                lead=lead, type="property_visit", status="completed", starts_at=moments[3], ends_at=moments[3] + timedelta(hours=1), created_at=moments[3], **BY.columns(),
            )  # fmt: skip
        if random.random() < 0.6:
            for number in range(random.randint(1, 3)):
                StageTransition.objects.create(
                    lead=lead, from_stage="seguimiento", to_stage="seguimiento" if number == 1 else "ganado",
                    at=moments[4] + timedelta(hours=number), is_undo=number > 0, **BY.columns(),
                )  # fmt: skip


def log(campaign, enrollment, step, at, account, random):
    status = random.choice(list(STATES))
    stands = random.choice(STATES[status]) if random.random() < 0.8 else None
    said = message(enrollment.lead, account, at, stands) if stands else None
    reason = random.choice(["gate:no_basis", "condition", "21610"]) if status in {"failed", "skipped"} else ""
    CampaignLog.objects.create(
        campaign=campaign, enrollment=enrollment, step=step, lead=enrollment.lead, status=status, reason=reason, due_at=at,
        scheduled_for=at, executed_at=None if status == "pending" else at, message=said,
    )  # fmt: skip


def message(lead, account, at, status, direction="out"):
    key = f"{lead.pk}:{at.isoformat()}:{direction}"
    attempt = {"attempt": "01890000-0000-7000-8000-000000000001"} if status == "unknown" else {}
    out = {"dedupe_key": key, "expires_at": at} if direction == "out" else {}
    return Message.objects.create(
        direction=direction, channel="whatsapp", status=status, lead=lead, account=account, address="+1", body="x",
        provider_ref=key, not_before=at, created_at=at, **out, **attempt, **BY.columns(),
    )  # fmt: skip


def recounted(campaign, leads):
    """The same figures, lead by lead."""
    keys = {lead.pk for lead in leads}
    logs = [
        each for each in CampaignLog.objects.filter(campaign=campaign).select_related("message") if each.lead_id in keys
    ]
    entries = [each for each in Enrollment.objects.filter(campaign=campaign) if each.lead_id in keys]
    heard = [(each.lead_id, each.created_at) for each in Message.objects.filter(direction="in")]
    by_step = {}
    for step in Step.objects.filter(campaign=campaign):
        mine = [each for each in logs if each.step_id == step.pk]
        count = Counter(each.status for each in mine)
        sent = [each for each in mine if each.status == "sent"]
        by_step[step.pk] = {
            **{name: count[name] for name in STATES},
            "delivered": sum(bool(each.message and each.message.status in {"delivered", "read"}) for each in sent),
            "read": sum(bool(each.message and each.message.status == "read") for each in sent),
            "replied": sum(answered(each, logs, heard) for each in sent if each.message),
        }
    first = {}
    for each in logs:
        if each.status == "sent" and each.message:
            first[each.lead_id] = min(each.executed_at, first.get(each.lead_id, each.executed_at))
    meetings = [(each.lead_id, each.created_at) for each in Appointment.objects.all()]
    return {
        "enrolled": len(entries),
        "active": sum(each.status == "active" for each in entries),
        "finished": sum(each.status == "finished" for each in entries),
        "left": dict(Counter(each.reason for each in entries if each.status == "left")),
        "steps": by_step,
        "contacted": len(first),
        "replies": soon(first, heard),
        "appointments": soon(first, meetings),
        "wins": soon(first, won(keys)),
    }


def answered(log, logs, heard):
    later = [
        each.executed_at for each in logs
        if each.enrollment_id == log.enrollment_id and each.status == "sent" and each.message
        and (each.executed_at, each.pk) > (log.executed_at, log.pk)
    ]  # fmt: skip
    until = min([*later, log.executed_at + WITHIN])
    return any(lead == log.lead_id and log.executed_at < at <= until for lead, at in heard)


def soon(first, events):
    return len({lead for lead, at in events if lead in first and first[lead] < at <= first[lead] + WITHIN})


def won(keys):
    for key in keys:
        standing = []
        for each in StageTransition.objects.filter(lead=key).order_by("at", "id"):
            if not each.is_undo:
                standing.append([each, True])
            else:
                standing[-1][1] = not standing[-1][1]
        yield from ((key, each.at) for each, stands in standing if stands and each.to_stage == "ganado")


def told(found):
    return {
        "enrolled": found.enrolled, "active": found.active, "finished": found.finished,
        "left": {str(why): number for why, number in found.left.items()},
        "steps": {
            step.pk: {name: getattr(counts, name) for name in (*STATES, "delivered", "read", "replied")}
            for step, counts in found.steps
        },
        "contacted": found.contacted, "replies": found.replies, "appointments": found.appointments, "wins": found.wins,
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(6))
def test_figures_are_those_of_a_slow_recount(seed, make_campaign, make_lead, sandbox, inside, broker, bob):
    random = Random(seed)
    campaign, other = make_campaign({}, {}, {}), make_campaign({})
    leads = [make_lead(name=f"L{n}", assigned_to=bob if n % 3 == 0 else None) for n in range(12)]
    with inside(broker):
        invent(campaign, leads, sandbox, random)
        invent(other, leads[:4], sandbox, random)
        found = stats.of(campaign)
        expected = recounted(campaign, leads)
        assert told(found) == expected
        assert found.total.sent == sum(each["sent"] for each in expected["steps"].values())
        mine = Lead.objects.filter(assigned_to=bob)
        assert told(stats.of(campaign, seen=mine)) == recounted(campaign, list(mine))
        assert told(stats.of(campaign, seen=Lead.objects.none())) == recounted(campaign, [])
        now = stats.live(campaign)
        waiting = Counter(
            Enrollment.objects.filter(campaign=campaign, status="active").values_list("next_step", flat=True)
        )
        assert {step: each.waiting for step, each in now.items() if each.waiting} == waiting
        assert sum(each.sent for each in now.values()) == found.total.sent


def test_rates_and_reasons(make_campaign, make_lead, sandbox, inside, broker):
    counts = stats.Counts()
    assert (counts.success_rate, counts.failure_rate) == (None, None)
    counts.add("sent", "", "read", 3)
    counts.add("failed", "21610", "failed", 1)
    counts.add("skipped", "condition", None, 5)
    assert (counts.success_rate, counts.failure_rate) == (0.75, 0.25)
    assert (counts.failed_reasons, counts.skipped_reasons) == ({"21610": 1}, {"condition": 5})


@pytest.mark.parametrize("steps", [1, 3])
def test_figures_cost_the_same_for_one_step_and_for_three(
    steps, make_campaign, make_lead, sandbox, inside, broker, django_assert_num_queries
):
    campaign = make_campaign(*[{}] * steps)
    leads = [make_lead(name=f"L{n}") for n in range(3)]
    with inside(broker):
        invent(campaign, leads, sandbox, Random(1))
        with django_assert_num_queries(5):
            stats.of(campaign)
        with django_assert_num_queries(2):
            stats.live(campaign)
