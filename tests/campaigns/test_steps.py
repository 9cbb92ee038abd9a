"""Steps are changed while leads go through them."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from campaigns import drafting, running, steps
from campaigns.models import Campaign, Enrollment, Step
from core.actors import Actor

pytestmark = pytest.mark.django_db
BY = Actor.system()


def numbers(campaign):
    return [(step.number, step.action) for step in steps.of(campaign)]


@pytest.fixture
def at(inside, broker):
    def read(enrollment):
        with inside(broker):
            found = Enrollment.objects.select_related("next_step").get(pk=enrollment.pk)
            return found.next_step.number if found.status == "active" else found.reason

    return read


def test_numbers_have_no_gaps_whatever_happens(make_campaign, inside, broker):
    campaign = make_campaign({}, {}, {})
    move = steps.Wanted(action="update_stage", target_stage="agendado")
    with inside(broker):
        steps.add(campaign, move, at=2, by=BY, now=timezone.now())
        assert numbers(campaign) == [(1, "send_message"), (2, "update_stage"), (3, "send_message"), (4, "send_message")]
        order = [step.public_id for step in steps.of(campaign)]
        steps.reorder(campaign, [*order[1:], order[0]], by=BY, now=timezone.now())
        assert numbers(campaign)[0] == (1, "update_stage")
        steps.remove(steps.of(campaign)[1], by=BY, now=timezone.now())
        assert [number for number, _action in numbers(campaign)] == [1, 2, 3]
        with pytest.raises(ValidationError):
            steps.reorder(campaign, order[:2], by=BY, now=timezone.now())


@pytest.mark.parametrize(
    ("wanted", "wrong"),
    [
        ({"action": "nada"}, "action"),
        ({"action": "update_stage"}, "target_stage"),
        ({"action": "add_tag"}, "tag"),
        ({"action": "notify_agent"}, "note"),
        ({"delay_minutes": -1}, "delay_minutes"),
        ({"delay_minutes": 10**9}, "delay_minutes"),
        ({"when_false": "wait"}, "wait_hours"),
        ({"channel": "paloma"}, "channel"),
        ({"conditions": [{"kind": "nada"}]}, "conditions"),
        ({"conditions": [{"kind": "stage_in", "values": []}]}, "conditions"),
        ({"conditions": [{"kind": "stage_in", "values": ["x"]}]}, "conditions"),
        ({"conditions": [{"kind": "score_between"}]}, "conditions"),
        ({"conditions": [{"kind": "score_between", "min": 60, "max": 50}]}, "conditions"),
        ({"conditions": [{"kind": "has_tag", "tag": "x"}]}, "conditions"),
        ({"conditions": [{"kind": "replied", "step": "x"}]}, "conditions"),
        ({"conditions": [{"kind": "replied", "nada": 1}]}, "conditions"),
        ({"conditions": [{"kind": "has_channel", "channel": "humo"}]}, "conditions"),
        ({"conditions": ["x"]}, "conditions"),
    ],
)
def test_a_step_that_cannot_be_is_refused_by_field(make_campaign, inside, broker, wanted, wrong):
    campaign = make_campaign({})
    with inside(broker), pytest.raises(ValidationError) as told:
        steps.add(campaign, steps.Wanted(**wanted), by=BY, now=timezone.now())
    assert set(told.value.message_dict) == {wrong}


def test_one_put_in_is_for_those_who_have_not_come_that_far(
    make_campaign, make_agreed, enroll, engine, at, inside, broker
):
    campaign = make_campaign({"delay_minutes": 60}, {"delay_minutes": 60}, activated=True)
    behind, there = enroll(campaign, make_agreed(1), make_agreed(2))
    with inside(broker):
        second = steps.of(campaign)[1]
        Enrollment.objects.filter(pk=there.pk).update(next_step=second)
        assert steps.waiting(campaign, 2) == (1, 1)
        steps.add(
            campaign, steps.Wanted(action="update_stage", target_stage="agendado"), at=2, by=BY, now=timezone.now()
        )
        assert Campaign.objects.get(pk=campaign.pk).version > campaign.version
    assert at(behind) == 1
    assert at(there) == 3


def test_who_stands_at_one_that_is_taken_out_goes_to_the_next(
    make_campaign, make_agreed, enroll, engine, at, logs, inside, broker
):
    campaign = make_campaign({}, {"delay_minutes": 60}, {"delay_minutes": 30}, activated=True)
    [one] = enroll(campaign, make_agreed(1))
    engine.tick()
    engine.send()
    with inside(broker):
        first, second, third = steps.of(campaign)
        assert steps.remove(second, by=BY, now=timezone.now()) == 1
        moved = Enrollment.objects.get(pk=one.pk)
        assert moved.next_run_at == moved.last_run_at + timedelta(minutes=30)
        steps.remove(third, by=BY, now=timezone.now())
        steps.remove(first, by=BY, now=timezone.now())
        assert Step.objects.get(pk=first.pk).retired_at is not None
        assert not Step.objects.filter(pk__in=[second.pk]).exists()
    assert at(one) == "done"
    assert logs(campaign) == [("Ana1 Rojas", None, "sent", "")]


def test_what_is_over_cannot_be_changed(make_campaign, inside, broker):
    campaign = make_campaign({}, activated=True)
    with inside(broker):
        running.complete(campaign, by=BY, now=timezone.now())
        with pytest.raises(ValidationError):
            steps.add(campaign, steps.Wanted(), by=BY, now=timezone.now())
        with pytest.raises(drafting.NotADraft):
            drafting.remove(campaign, by=BY)


def test_what_is_missing_is_said_before_it_may_run(make_campaign, template, inside, broker):
    mail = template("Hola", channel="email")
    campaign = make_campaign(
        {"template": None},
        {"template": mail},
        {"channel": "telegram", "template": template("Hola", channel="telegram")},
    )
    with inside(broker), pytest.raises(running.NotReady) as told:
        running.activate(campaign, by=BY, now=timezone.now())
    assert [(each.code, each.step) for each in told.value.problems] == [
        ("no_template", 1), ("other_channel", 2), ("no_account", 3),
    ]  # fmt: skip
    with inside(broker):
        empty = drafting.create(drafting.Wanted(name="Vacía"), by=BY, now=timezone.now())
        with pytest.raises(running.NotReady):
            running.activate(empty, by=BY, now=timezone.now())


def test_a_copy_is_a_draft_about_its_own_steps(make_campaign, inside, broker):
    campaign = make_campaign({}, {}, activated=True)
    with inside(broker):
        first, second = steps.of(campaign)
        asks = steps.Wanted(template=second.template, conditions=[{"kind": "replied", "step": str(first.public_id)}])
        steps.change(second, asks, by=BY, now=timezone.now())
        copy = drafting.duplicate(campaign, by=BY, now=timezone.now())
        theirs = steps.of(copy)
        assert (copy.status, copy.scope_id, len(theirs)) == ("draft", None, 2)
        assert theirs[1].conditions == [{"kind": "replied", "step": str(theirs[0].public_id)}]
        drafting.remove(copy, by=BY)
        assert not Step.objects.filter(campaign=copy.pk).exists()
