"""Who comes in, when, and who does not."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from campaigns import audience, running, trigger_rules, triggers
from campaigns.models import Enrollment
from core.actors import Actor, ActorKind
from crm import leads
from crm.enums import Stage, TreatmentType
from crm.leads import Draft
from crm.models import Lead, LeadTag
from crm.tags import named
from pipeline import board
from pipeline.board import Move

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BY = Actor.system()


@pytest.fixture
def who(inside, broker):
    """The leads in a campaign, by name, in the order they entered, with how often."""

    def read(campaign):
        with inside(broker):
            rows = Enrollment.objects.filter(campaign=campaign).order_by("lead__name", "entry")
            return list(rows.values_list("lead__name", "entry"))

    return read


@pytest.fixture
def move(inside, broker):
    def to(lead, stage, **wish):
        with inside(broker):
            wanted = Move(Stage(stage), **wish)
            return board.move(lead.public_id, wanted, within=Lead.objects.all(), by=BY, now=timezone.now())

    return to


@pytest.fixture
def write(inside, broker):
    def to(lead, **values):
        with inside(broker):
            Lead.everything.filter(pk=lead.pk).update(**values)

    return to


@pytest.mark.parametrize(
    ("trigger", "condition", "wrong"),
    [
        ("manual", {"score_min": 3}, "score_min"),
        ("lead_score", {}, "score_min"),
        ("lead_score", {"score_min": 101}, "score_min"),
        ("lead_score", {"score_min": True}, "score_min"),
        ("lead_score", {"score_min": 50, "score_max": 40}, "score_max"),
        ("lead_score", {"score_min": "x"}, "score_min"),
        ("stage_change", {}, "stage"),
        ("stage_change", {"stage": "nada"}, "stage"),
        ("stage_change", {"stage": "entrada", "from_stage": "x"}, "from_stage"),
        ("stage_change", {"stage": "entrada", "include_current": "quizás"}, "include_current"),
        ("inactivity", {}, "inactivity_days"),
        ("inactivity", {"inactivity_days": 0}, "inactivity_days"),
        ("inactivity", {"inactivity_days": 7, "stages": ["nada"]}, "stages"),
        ("inactivity", {"inactivity_days": 7, "days": 2}, "days"),
    ],
)
def test_a_condition_that_cannot_be_is_refused_by_its_key(trigger, condition, wrong):
    with pytest.raises(ValidationError) as told:
        trigger_rules.checked(trigger, condition)
    assert wrong in told.value.message_dict


def test_filters_that_mean_nothing_are_refused(inside, broker):
    with inside(broker), pytest.raises(ValidationError) as told:
        audience.checked({"stage": ["nada"], "quién": ["x"], "assigned": "me"}, now=NOW)
    assert set(told.value.message_dict) == {"quién", "assigned"}
    with inside(broker), pytest.raises(ValidationError) as told:
        audience.checked({"stage": ["nada"]}, now=NOW)
    assert set(told.value.message_dict) == {"stage"}


def test_a_score_inside_the_bounds_enters(make_campaign, make_agreed, engine, who, write):
    for number, score in enumerate([19, 20, 60, 61, None], start=1):
        write(make_agreed(number, name=f"L{score}"), score=score)
    campaign = make_campaign(trigger="lead_score", condition={"score_min": 20, "score_max": 60}, activated=True)
    assert engine.look() == 2
    assert who(campaign) == [("L20", 1), ("L60", 1)]
    assert engine.look() == 0


def test_who_was_left_alone_enters(make_campaign, make_agreed, engine, who, write):
    days = {"Cinco": 5, "Siete": 7, "Nueve": 9}
    for number, (name, ago) in enumerate(days.items(), start=1):
        lead = make_agreed(number, name=name)
        write(
            lead,
            last_contact_at=None if name == "Nueve" else NOW - timedelta(days=ago),
            created_at=NOW - timedelta(days=ago),
        )
    elsewhere = make_agreed(8, name="Otra etapa", stage="seguimiento")
    write(elsewhere, created_at=NOW - timedelta(days=30))
    campaign = make_campaign(
        trigger="inactivity", condition={"inactivity_days": 7, "stages": ["entrada"]}, activated=True
    )
    engine.look(NOW + timedelta(seconds=1))
    assert who(campaign) == [("Nueve", 1), ("Siete", 1)]


def test_who_enters_the_stage_is_taken_in_at_once(make_campaign, make_agreed, engine, who, move):
    there = make_agreed(1, name="Ya estaba", stage="seguimiento")
    campaign = make_campaign(trigger="stage_change", condition={"stage": "seguimiento"}, activated=True)
    elsewhere = make_campaign(
        name="Otra",
        trigger="stage_change",
        condition={"stage": "seguimiento", "from_stage": "agendado"},
        activated=True,
    )
    came = make_agreed(2, name="Llegó")
    move(came, "seguimiento")
    assert who(campaign) == [("Llegó", 1)]
    assert who(elsewhere) == []
    born = make_agreed(3, name="Nació ahí", stage="seguimiento")
    assert who(campaign) == [("Llegó", 1), ("Nació ahí", 1)]
    engine.look()
    assert who(campaign) == [("Llegó", 1), ("Nació ahí", 1)]
    assert {there.name, born.name} == {"Ya estaba", "Nació ahí"}


def test_those_already_there_enter_when_asked_for(make_campaign, make_agreed, engine, who):
    make_agreed(1, name="Ya estaba", stage="seguimiento")
    campaign = make_campaign(
        trigger="stage_change", condition={"stage": "seguimiento", "include_current": True}, activated=True
    )
    engine.look()
    assert who(campaign) == [("Ya estaba", 1)]


def test_an_import_and_an_undo_wake_nobody(make_campaign, make_agreed, engine, who, move, inside, broker):
    campaign = make_campaign(trigger="stage_change", condition={"stage": "entrada"}, activated=True)
    with inside(broker):
        leads.create_many([Draft({"name": "Importado"})], by=Actor(ActorKind.IMPORT), now=timezone.now())
    engine.look()
    assert who(campaign) == []
    lead = make_agreed(2, name="Luz", stage="perfilamiento")
    back = make_campaign(name="De vuelta", trigger="stage_change", condition={"stage": "perfilamiento"}, activated=True)
    moved = move(lead, "seguimiento")
    with inside(broker):
        board.undo(moved.transition.public_id, within=Lead.objects.all(), by=BY, now=timezone.now())
    engine.look()
    assert who(back) == []


def test_nobody_enters_who_said_no_is_held_closed_or_there_already(make_campaign, make_agreed, engine, who, write):
    for number, (name, values) in enumerate(
        {
            "Baja": {"opted_out_at": NOW},
            "Pausa": {"treatment_type": TreatmentType.HOLD},
            "Borrado": {"deleted_at": NOW},
            "Ganado": {"stage": "ganado"},
            "Perdido": {"stage": "perdido", "lost_reason": "precio"},
            "Meta": {"stage": "agendado"},
            "Sí": {},
        }.items(),
        start=1,
    ):
        write(make_agreed(number, name=name), score=50, **values)
    campaign = make_campaign(trigger="lead_score", condition={"score_min": 10}, goal="agendado", activated=True)
    lost = make_campaign(
        name="Recuperar",
        trigger="lead_score",
        condition={"score_min": 10},
        audience={"stage": ["perdido"]},
        activated=True,
    )
    engine.look()
    assert who(campaign) == [("Sí", 1)]
    assert who(lost) == [("Perdido", 1)]


def test_filters_narrow_who_enters(make_campaign, make_agreed, engine, who, write, inside, broker, bob):
    with inside(broker):
        [vip] = named(["VIP"])
    plain, tagged, english = (
        make_agreed(1, name="Ana"),
        make_agreed(2, name="Luz"),
        make_agreed(3, name="Kim", language="en"),
    )
    with inside(broker):
        LeadTag.objects.create(lead=tagged, tag=vip)
    for lead in (plain, tagged, english):
        write(lead, score=50)
    key = str(vip.public_id)
    for filters, expected in [
        ({"tag": [key]}, ["Luz"]),
        ({"not_tag": [key]}, ["Ana", "Kim"]),
        ({"language": ["en"]}, ["Kim"]),
        ({"not_tag": [key], "language": ["es"]}, ["Ana"]),
        ({"assigned": [str(bob.public_id)]}, []),
    ]:
        campaign = make_campaign(
            name=str(filters)[:100], trigger="lead_score", condition={"score_min": 1}, audience=filters, activated=True
        )
        engine.look()
        assert [name for name, _entry in who(campaign)] == expected


def test_again_only_after_its_days_and_never_twice_at_once(make_campaign, make_agreed, engine, who, write, clock):
    write(make_agreed(1, name="Ana"), score=50)
    once = make_campaign(trigger="lead_score", condition={"score_min": 1}, activated=True)
    again = make_campaign(
        {"delay_minutes": 60},
        name="Otra vez",
        trigger="lead_score",
        condition={"score_min": 1},
        reentry_days=3,
        activated=True,
    )
    engine.look()
    engine.look()
    assert who(again) == [("Ana", 1)]
    clock.travel(minutes=61)
    engine.tick()
    engine.tick()
    clock.travel(days=2)
    engine.look()
    assert who(again) == [("Ana", 1)]
    clock.travel(days=1, minutes=1)
    engine.look()
    assert who(again) == [("Ana", 1), ("Ana", 2)]
    assert who(once) == [("Ana", 1)]


def test_no_more_enter_than_it_takes(make_campaign, make_agreed, engine, who, write):
    for number in range(1, 6):
        write(make_agreed(number, name=f"L{number}"), score=number * 10)
    campaign = make_campaign(trigger="lead_score", condition={"score_min": 1}, max_contacts=2, activated=True)
    engine.look()
    assert who(campaign) == [("L4", 1), ("L5", 1)]
    engine.look()
    assert len(who(campaign)) == 2


def test_a_paused_one_takes_nobody_in_and_does_not_make_up_for_it(
    make_campaign, make_agreed, engine, who, inside, broker
):
    campaign = make_campaign(trigger="stage_change", condition={"stage": "entrada"}, activated=True)
    with inside(broker):
        running.pause(campaign, by=BY, now=timezone.now())
    make_agreed(1, name="Mientras")
    engine.look()
    with inside(broker):
        running.resume(campaign, overdue="skip", by=BY, now=timezone.now())
    engine.look()
    assert who(campaign) == []
    make_agreed(2, name="Después")
    assert who(campaign) == [("Después", 1)]


def test_another_brokerage_hears_nothing(make_campaign, make_agreed, make_lead, other_broker, engine, who, write):
    stranger = make_lead(in_broker=other_broker, name="Ajeno")
    campaign = make_campaign(
        trigger="stage_change", condition={"stage": "entrada", "include_current": True}, activated=True
    )
    make_agreed(1, name="Propia")
    engine.look()
    assert who(campaign) == [("Propia", 1)]
    assert stranger.name == "Ajeno"


@pytest.mark.parametrize("leads", [1, 3])
def test_a_look_takes_as_many_statements_for_many(
    make_campaign, make_agreed, write, django_assert_num_queries, broker, leads
):
    campaign = make_campaign(trigger="lead_score", condition={"score_min": 1}, activated=True)
    for number in range(leads):
        write(make_agreed(number + 1), score=50)
    with django_assert_num_queries(11):
        assert triggers.check(broker.pk, campaign.pk, now=timezone.now()) == leads
