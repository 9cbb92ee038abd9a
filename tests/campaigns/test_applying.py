"""Campaigns applied by hand: to one lead, and to many as a job."""

import pytest
from django.utils import timezone

from campaigns import applying, leaving, running, triggers
from campaigns.applying import Refused
from campaigns.enums import EndReason
from campaigns.models import Campaign, Enrollment
from core import failpoints, tenancy
from core.actors import Actor
from core.models import Job
from crm.models import Lead
from tests.campaigns.conftest import BY

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def apply(broker, inside, alice):
    def to(campaign, *leads, user=alice):
        with inside(broker):
            return applying.to_many(campaign, [lead.pk for lead in leads], user=user, by=Actor.of(user), now=NOW)

    return to


def test_one_lead_enters_once(make_campaign, make_agreed, inside, broker):
    campaign, ana = make_campaign({}, activated=NOW), make_agreed(1)
    with inside(broker):
        first = applying.to_lead(campaign, ana, by=BY, now=NOW)
        again = applying.to_lead(campaign, ana, by=BY, now=NOW)
    assert (first.made, again.made, first.enrollment) == (True, False, again.enrollment)


@pytest.mark.parametrize(
    ("fields", "lead", "code"),
    [
        ({}, {"treatment_type": "hold"}, "hold"),
        ({"goal": "agendado"}, {"stage": "agendado"}, "goal"),
        ({}, {"stage": "ganado"}, "closed"),
    ],
)
def test_who_may_not_enter_is_refused_with_the_reason(fields, lead, code, make_campaign, make_agreed, inside, broker):
    campaign, ana = make_campaign({}, activated=NOW, **fields), make_agreed(1, **lead)
    with inside(broker), pytest.raises(Refused) as refused:
        applying.to_lead(campaign, ana, by=BY, now=NOW)
    assert refused.value.code == code


def test_nobody_enters_twice_nor_too_many_nor_what_does_not_run(make_campaign, make_agreed, inside, broker, enroll):
    full = make_campaign({}, activated=NOW, max_contacts=1)
    campaign = make_campaign({}, activated=NOW)
    ana, luz = make_agreed(1), make_agreed(2)
    enroll(full, luz)
    enroll(campaign, luz)
    with inside(broker):
        leaving.leave(Enrollment.objects.filter(campaign=campaign), EndReason.MANUAL, now=NOW)
    for wanted, lead, code in ((full, ana, "full"), (campaign, luz, "been"), (make_campaign({}), ana, "not_running")):
        with inside(broker), pytest.raises(Refused) as refused:
            applying.to_lead(wanted, lead, by=BY, now=NOW)
        assert refused.value.code == code


def test_two_at_once_do_not_wait_for_each_other_for_ever(make_campaign, make_agreed, broker, at_once):
    campaign = make_campaign({}, activated=NOW, max_contacts=3)
    leads = [make_agreed(n) for n in range(5)]

    def one(number):
        with tenancy.use(broker.pk):
            return applying.to_lead(campaign, leads[number], by=BY, now=NOW).made

    came = at_once(one, 5)
    assert sorted(str(each) for each in came) == ["True", "True", "True", "full", "full"]


def test_two_looks_at_once_do_not_wait_for_each_other_for_ever(make_campaign, make_agreed, broker, at_once, inside):
    campaign = make_campaign(
        {},
        trigger="stage_change",
        condition={"stage": "entrada", "include_current": True},
        activated=NOW,
        max_contacts=3,
    )
    for number in range(5):
        make_agreed(number)
    with inside(broker):
        Enrollment.objects.all().delete()
    assert sorted(at_once(lambda _n: triggers.check(broker.pk, campaign.pk, now=NOW), 4)) == [0, 0, 0, 3]


def test_many_enter_as_a_job_that_says_who_did_not(make_campaign, make_agreed, apply, run_jobs, inside, broker, enroll):
    campaign = make_campaign({}, activated=NOW)
    ana, luz, held, out = make_agreed(1), make_agreed(2), make_agreed(3, treatment_type="hold"), make_agreed(4)
    enroll(campaign, luz)
    with inside(broker):
        Lead.objects.filter(pk=out.pk).update(deleted_at=NOW)
    job = apply(campaign, ana, luz, held, out)
    run_jobs(broker)
    with inside(broker):
        job = Job.objects.get(pk=job.pk)
        assert Enrollment.objects.filter(campaign=campaign).count() == 2
    assert (job.state, job.done, job.result["entered"]) == ("done", 4, 1)
    assert job.result["out"] == {"in": 1, "hold": 1, "gone": 1}
    assert job.result["note"].startswith("1 lead entró.")


def test_an_agent_enrolls_only_who_is_theirs_to_see(
    make_campaign, make_agreed, apply, run_jobs, inside, broker, bob, alice
):
    campaign = make_campaign({}, activated=NOW)
    apply(campaign, make_agreed(1, assigned_to=alice), make_agreed(2, assigned_to=bob), user=bob)
    run_jobs(broker)
    with inside(broker):
        assert [each.lead.name for each in Enrollment.objects.select_related("lead")] == ["Ana2 Rojas"]


def test_a_job_killed_in_a_batch_goes_on_where_it_was(
    make_campaign, make_agreed, apply, run_jobs, inside, broker, monkeypatch
):
    monkeypatch.setattr(applying, "BATCH", 2)
    campaign = make_campaign({}, activated=NOW)
    job = apply(campaign, *[make_agreed(n) for n in range(5)])
    times = iter([None, RuntimeError("killed")])

    def dies(name):
        if name == "campaigns.applied" and (error := next(times, None)):
            raise error

    monkeypatch.setattr(failpoints, "reached", dies)
    with pytest.raises(RuntimeError):
        run_jobs(broker)
    with inside(broker):
        assert (Job.objects.get(pk=job.pk).done, Enrollment.objects.count()) == (2, 2)
        Job.objects.filter(pk=job.pk).update(lease_until=NOW)
    run_jobs(broker)
    with inside(broker):
        job = Job.objects.get(pk=job.pk)
        assert (job.state, job.done, job.result["entered"], Enrollment.objects.count()) == ("done", 5, 5, 5)


def test_a_job_stops_when_the_campaign_is_paused(make_campaign, make_agreed, apply, run_jobs, inside, broker):
    campaign = make_campaign({}, activated=NOW)
    job = apply(campaign, make_agreed(1))
    with inside(broker):
        running.pause(campaign, by=BY, now=NOW)
    run_jobs(broker)
    with inside(broker):
        job = Job.objects.get(pk=job.pk)
        assert (job.state, Enrollment.objects.count()) == ("failed", 0)
        assert "dejó de estar activa" in job.error
        with pytest.raises(Refused):
            applying.to_many(Campaign.objects.get(), [1], user=None, by=BY, now=NOW)
