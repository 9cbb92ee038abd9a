"""The straight way: in, step by step, out."""

import pytest
from django.utils import timezone

from campaigns import runner
from campaigns.models import CampaignLog, Enrollment
from crm.models import Lead, LeadTag
from crm.tags import named
from messaging.gate import rules
from messaging.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def test_a_lead_goes_through_the_steps_in_their_order_and_time(
    make_campaign, make_agreed, enroll, engine, logs, inside, broker, clock
):
    ana = make_agreed(1)
    campaign = make_campaign(
        {}, {"delay_minutes": 60}, {"action": "update_stage", "target_stage": "seguimiento"}, activated=NOW
    )
    enroll(campaign, ana)
    engine.tick()
    assert logs(campaign) == [("Ana1 Rojas", 1, "pending", "")]
    engine.send()
    assert logs(campaign) == [("Ana1 Rojas", 1, "sent", "")]
    clock.travel(minutes=59)
    engine.tick()
    assert len(logs(campaign)) == 1
    clock.travel(minutes=2)
    engine.tick()
    engine.tick()
    assert logs(campaign)[1:] == [("Ana1 Rojas", 2, "pending", "")]
    engine.send()
    engine.tick()
    assert logs(campaign)[1:] == [("Ana1 Rojas", 2, "sent", ""), ("Ana1 Rojas", 3, "sent", "")]
    with inside(broker):
        assert Lead.objects.get(pk=ana.pk).stage == "seguimiento"
        enrollment = Enrollment.objects.get()
        assert (enrollment.status, enrollment.reason) == ("finished", "done")
        first = Message.objects.order_by("id")[0]
        assert first.body == "Paso 1: hola Ana1, ¿sigues buscando?"
        assert first.why["step"] == 1
        assert first.by_kind == "campaign"
        log = CampaignLog.objects.order_by("id")[0]
        assert log.message_id == first.pk
        assert log.trace["template"]["version"] == 1


def test_a_refusal_is_a_row_that_says_why_and_queues_nothing(
    make_campaign, make_agreed, enroll, engine, logs, inside, broker
):
    campaign = make_campaign({}, {}, channel="email", activated=NOW)
    silent, addressless = make_agreed(1, agreed=False), make_agreed(2, email="")
    enroll(campaign, silent, addressless)
    engine.tick()
    told = logs(campaign)
    assert [row[2] for row in told] == ["skipped"] * 4
    assert {row[3] for row in told} == {"gate:no_basis", "gate:no_address"}
    with inside(broker):
        assert not Message.objects.exists()


def test_conditions_skip_stop_and_wait(make_campaign, make_agreed, enroll, engine, logs, inside, broker, clock):
    never = [{"kind": "score_between", "min": 100}]
    tagged = None
    with inside(broker):
        [tagged] = named(["VIP"])
    campaign = make_campaign(
        {"conditions": never},
        {"conditions": [{"kind": "has_tag", "tag": str(tagged.public_id)}], "when_false": "wait", "wait_hours": 2},
        {"conditions": never, "when_false": "stop"},
        {},
        activated=NOW,
    )
    ana, luz = make_agreed(1), make_agreed(2, name="Luz Vera")
    with inside(broker):
        LeadTag.objects.create(lead=luz, tag=tagged)
    enroll(campaign, ana, luz)
    engine.tick()
    assert ("Luz Vera", 2, "pending", "") in logs(campaign)
    assert [row for row in logs(campaign) if row[0] == "Ana1 Rojas"] == [("Ana1 Rojas", 1, "skipped", "condition")]
    engine.send()
    clock.travel(hours=1)
    engine.tick()
    clock.travel(hours=2)
    engine.tick()
    assert [row[1:] for row in logs(campaign) if row[0] == "Ana1 Rojas"] == [
        (1, "skipped", "condition"), (2, "skipped", "waited"), (3, "skipped", "condition"),
    ]  # fmt: skip
    with inside(broker):
        assert {each.reason for each in Enrollment.objects.all()} == {"condition"}


def test_one_that_cannot_be_done_holds_up_no_other(make_campaign, make_agreed, enroll, engine, logs, monkeypatch):
    campaign = make_campaign({}, {"delay_minutes": 60}, activated=NOW)
    ana, luz = make_agreed(1), make_agreed(2, name="Luz Vera")
    enroll(campaign, ana, luz)
    real = runner.decide

    def broken(visit, *, now):
        if visit.known.lead.pk == ana.pk:
            raise ZeroDivisionError
        return real(visit, now=now)

    monkeypatch.setattr(runner, "decide", broken)
    engine.tick()
    assert sorted(logs(campaign)) == [("Ana1 Rojas", 1, "failed", "fault"), ("Luz Vera", 1, "pending", "")]
    engine.tick()
    assert len(logs(campaign)) == 2


@pytest.mark.parametrize("leads", [1, 3])
def test_a_batch_takes_as_many_statements_for_many(
    make_campaign, make_agreed, enroll, broker, django_assert_num_queries, leads
):
    asked = [{"kind": "not_replied"}, {"kind": "has_channel", "channel": "whatsapp"}]
    campaign = make_campaign({"conditions": asked}, {"delay_minutes": 60}, activated=NOW)
    enroll(campaign, *[make_agreed(number + 1) for number in range(leads)])
    rules.load()  # which a process does once a minute
    with django_assert_num_queries(32):
        assert runner.run(broker.pk, campaign.pk, now=timezone.now()) == leads
