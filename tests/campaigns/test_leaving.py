"""Out before the end: at once, for good, and with what was queued."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import running
from campaigns.models import CampaignLog, Enrollment
from core.actors import Actor
from crm import bin as bin_
from crm import consent
from crm.consent import Ground
from crm.enums import ConsentBasis, ConsentSource, ConsentState, Stage, TreatmentType
from crm.merging import act
from crm.models import Lead
from crm.privacy import erasing
from messaging.models import Message
from pipeline import board
from pipeline.board import Move

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.system()


@pytest.fixture
def under_way(make_campaign, make_agreed, enroll, engine):
    """A lead between the first and the second step, and its enrollment."""

    def make(number=1, **fields):
        campaign = make_campaign({}, {"delay_minutes": 60}, activated=True, **fields)
        lead = make_agreed(number)
        [enrollment] = enroll(campaign, lead)
        engine.tick()
        engine.send()
        return campaign, lead, enrollment

    return make


@pytest.fixture
def end_of(inside, broker):
    def read(enrollment):
        with inside(broker):
            found = Enrollment.objects.get(pk=enrollment.pk)
            return str(found.status), found.reason

    return read


def say_no(lead):
    ground = Ground(ConsentBasis.NONE, ConsentSource.CHAT, "no más")
    consent.record(lead, ConsentState.REVOKED, ground, by=BY, at=timezone.now())


def move_to(stage, **wish):
    def to(lead):
        board.move(lead.public_id, Move(Stage(stage), **wish), within=Lead.objects.all(), by=BY, now=timezone.now())

    return to


def hold(lead):
    Lead.objects.filter(pk=lead.pk).update(treatment_type=TreatmentType.HOLD)


def throw_away(lead):
    bin_.delete(Lead.objects.filter(pk=lead.pk), by=BY, now=timezone.now())


@pytest.mark.parametrize(
    ("happens", "reason", "status"),
    [
        (say_no, "opt_out", "left"),
        (move_to("perdido", lost_reason="precio"), "closed", "left"),
        (move_to("agendado"), "goal", "finished"),
        (hold, "hold", "left"),
        (throw_away, "gone", "left"),
    ],
    ids=["opt-out", "lost", "goal", "hold", "bin"],
)
def test_a_lead_leaves_and_gets_nothing_more(under_way, engine, end_of, inside, broker, clock, happens, reason, status):
    campaign, lead, enrollment = under_way(goal="agendado")
    with inside(broker):
        happens(lead)
    clock.travel(hours=2)
    engine.tick()
    engine.send()
    assert end_of(enrollment) == (status, reason)
    with inside(broker):
        assert Message.objects.filter(direction="out", why__campaign=str(campaign.public_id)).count() == 1


def test_an_answer_stops_it_even_what_a_sender_has_claimed(
    make_campaign, make_agreed, enroll, engine, logs, end_of, inside, broker, say
):
    """The step is the last one: the enrollment is over and its message still in the queue."""
    campaign = make_campaign({"delay_minutes": 0}, activated=True)
    lead = make_agreed(1)
    [enrollment] = enroll(campaign, lead)
    engine.tick()
    with inside(broker):
        message = Message.objects.get()
        assert message.status == "queued"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM messaging_claim(gen_random_uuid(), now() + interval '1 minute', 10, interval '15 s')"
        )
    with inside(broker):
        assert Message.objects.get().status == "claimed"
    say(lead, "Hola, sigo interesada")
    engine.send()
    with inside(broker):
        assert Message.objects.get(direction="out").status == "cancelled"
    assert logs(campaign) == [("Ana1 Rojas", 1, "skipped", "campaign:reply")]
    assert end_of(enrollment) == ("finished", "done")


def test_an_answer_lets_others_go_on(under_way, engine, end_of, inside, broker, say, clock):
    campaign, lead, enrollment = under_way(stop_on_reply=False)
    say(lead, "¿Y el precio?")
    assert end_of(enrollment)[0] == "active"
    clock.travel(hours=2)
    engine.tick()
    engine.send()
    assert end_of(enrollment) == ("finished", "done")
    assert campaign.name


def test_taken_out_by_hand(under_way, engine, end_of, inside, broker):
    _campaign, _lead, enrollment = under_way()
    with inside(broker):
        assert running.take_out(enrollment, by=BY, now=timezone.now())
        assert not running.take_out(enrollment, by=BY, now=timezone.now())
    assert end_of(enrollment) == ("left", "manual")


def test_a_merge_keeps_one_way_and_the_history(under_way, make_agreed, enroll, end_of, inside, broker):
    campaign, kept, enrollment = under_way()
    other = make_agreed(2)
    [theirs] = enroll(campaign, other)
    with inside(broker):
        act.merge(kept.pk, other.pk, within=Lead.objects.all(), by=BY, now=timezone.now())
        assert {each.lead_id for each in CampaignLog.objects.all()} == {kept.pk}
    assert end_of(enrollment)[0] == "active"
    assert end_of(theirs) == ("left", "gone")


def test_a_reply_and_the_tick_at_once_end_in_one_of_two_ways(
    make_campaign, make_agreed, enroll, engine, inside, broker, say, at_once, clock
):
    """Either the step came first and its message is taken back, or the reply did and there is none."""
    campaign = make_campaign({}, {"delay_minutes": 60}, activated=True)
    lead = make_agreed(1)
    enroll(campaign, lead)
    engine.tick()
    engine.send()
    clock.travel(minutes=61)

    def one(number):
        if number:
            engine.tick()
        else:
            say(lead, "Sí, sigo")
        connection.close()

    assert at_once(one, 2) == [None, None]
    engine.send()
    with inside(broker):
        out = Message.objects.filter(direction="out").order_by("id")
        assert [str(each.status) for each in out] in (["sent"], ["sent", "cancelled"])
        assert Enrollment.objects.get().reason in {"reply", "done"}


@pytest.mark.parametrize(
    ("overdue", "first", "second"),
    [("skip", "campaign:overdue", "overdue"), ("send", "", ""), ("spread", "", "")],
)
def test_a_pause_stops_what_is_queued_and_going_on_asks(
    make_campaign, make_agreed, enroll, engine, logs, inside, broker, clock, overdue, first, second
):
    campaign = make_campaign({}, {"delay_minutes": 60}, activated=True)
    enroll(campaign, make_agreed(1, name="Espera"))
    engine.tick()
    engine.send()
    clock.travel(minutes=30)
    enroll(campaign, make_agreed(2, name="Tarde"))
    engine.tick()
    with inside(broker):
        running.pause(campaign, by=BY, now=timezone.now())
    engine.send()
    assert logs(campaign)[1] == ("Tarde", 1, "pending", "")
    clock.travel(hours=3)
    engine.tick()
    engine.send()
    assert len(logs(campaign)) == 2
    with inside(broker):
        told = running.late(campaign, now=timezone.now())
        assert (told.steps, told.messages) == (2, 1)
        running.resume(campaign, overdue=overdue, by=BY, now=timezone.now())
    engine.tick()
    engine.send()
    if overdue == "spread":
        clock.travel(hours=25)
        engine.tick()
        engine.send()
    rows = logs(campaign)
    assert ("Tarde", 1, "skipped" if first else "sent", first) in rows
    assert ("Espera", 2, "skipped" if second else "sent", second) in rows


def test_a_campaign_that_is_over_sends_nothing_more(
    make_campaign, make_agreed, enroll, engine, logs, end_of, inside, broker
):
    campaign = make_campaign({}, {"delay_minutes": 60}, activated=True)
    [enrollment] = enroll(campaign, make_agreed(1))
    engine.tick()
    with inside(broker):
        running.complete(campaign, by=BY, now=timezone.now())
    engine.send()
    assert end_of(enrollment) == ("left", "completed")
    assert [row[2] for row in logs(campaign)] == ["skipped"]
    with inside(broker), pytest.raises(running.NotNow):
        running.resume(campaign, overdue="skip", by=BY, now=timezone.now())


def test_hours_of_a_campaign_hold_on_the_wire(make_campaign, make_agreed, enroll, engine, logs, inside, broker, clock):
    """Its phone rings at any hour; the campaign writes from ten to eleven by the lead's clock."""
    zone = broker.zone
    noon = timezone.now().astimezone(zone).replace(hour=12, minute=0, second=0, microsecond=0)
    clock.go_to(noon)
    campaign = make_campaign({}, opens="10:00", closes="11:00", activated=True)
    enroll(campaign, make_agreed(1))
    engine.tick()
    with inside(broker):
        [log] = CampaignLog.objects.all()
        at = log.scheduled_for.astimezone(zone)
        assert (at.hour, at.minute, at.date()) == (10, 0, (noon + timedelta(days=1)).date())
    engine.send()
    assert logs(campaign)[0][2] == "pending"
    clock.go_to(at + timedelta(minutes=1))
    engine.send()
    assert logs(campaign)[0][2] == "sent"


def test_a_step_that_reaches_the_goal_ends_there(make_campaign, make_agreed, enroll, engine, end_of, logs):
    move = {"action": "update_stage", "target_stage": "seguimiento"}
    campaign = make_campaign(move, {"delay_minutes": 0}, goal="seguimiento", activated=True)
    last = make_campaign(move, name="La última", goal="seguimiento", activated=True)
    [first] = enroll(campaign, make_agreed(1))
    [second] = enroll(last, make_agreed(2))
    engine.tick()
    assert end_of(first) == ("finished", "goal")
    assert end_of(second) == ("finished", "goal")
    assert logs(campaign) == [("Ana1 Rojas", 1, "sent", "")]


def test_of_an_erased_person_the_history_keeps_no_word(under_way, end_of, inside, broker, engine):
    campaign, lead, enrollment = under_way()
    with inside(broker):
        erasing.erase(Lead.objects.get(pk=lead.pk), reason="Lo pidió", by=BY, now=timezone.now())
        [log] = CampaignLog.objects.all()
        assert (log.message_id, log.trace) == (None, {})
        assert Enrollment.objects.get().cause == {}
        assert campaign.name
    assert end_of(enrollment) == ("left", "gone")
