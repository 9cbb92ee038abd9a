"""The score is a function of the facts."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.actors import Actor
from crm import consent, leads, rules
from crm.enums import ConsentBasis, ConsentSource, ConsentState, LeadStatus, Stage, Timeline
from crm.models import Interaction, Lead
from crm.rules import Rules
from crm.rules.groups import Warmth
from crm.scoring import Facts, facts_of, rescore, score, status_for
from crm.scoring.formula import faded

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # cores are shared
AGES = st.lists(st.integers(0, 400), max_size=12).map(lambda ages: tuple(sorted(ages)))
FACTS = st.builds(
    Facts,
    stage=st.sampled_from(Stage),
    has_name=st.booleans(),
    has_phone=st.booleans(),
    has_email=st.booleans(),
    has_location=st.booleans(),
    has_budget=st.booleans(),
    wants_visit=st.booleans(),
    timeline=st.sampled_from(Timeline),
    quickest_reply=st.none() | st.integers(0, 100_000),
    messages=AGES,
    calls=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 900)), max_size=8).map(tuple),
    visits=AGES,
    income_band=st.none() | st.integers(0, 4),
    opted_out=st.booleans(),
    bounced=st.booleans(),
    no_show=st.booleans(),
    unanswered=st.integers(0, 9),
)
RULES = Rules()
EVERYTHING = Facts(
    stage=Stage.PERFILAMIENTO,
    has_name=True,
    has_phone=True,
    has_email=True,
    has_location=True,
    has_budget=True,
    wants_visit=True,
    timeline=Timeline.IMMEDIATE,
    quickest_reply=300,
    messages=(0,) * 9,
    calls=((0, 30),),
    visits=(0,),
    income_band=4,
)


def parts(told):
    return {part.code: part.points for part in told.parts}


@pytest.mark.parametrize(
    ("facts", "total"),
    [
        (Facts(), 0),
        (replace(EVERYTHING, stage=Stage.ENTRADA), 63),  # 0.8 × 60 + 0 + 15
        (EVERYTHING, 78),  # 1.0 × 60 + 3 + 15
        (replace(EVERYTHING, stage=Stage.CALIFICACION_FINANCIERA), 87),  # 1.1 × 60 + 6 + 15
        (replace(EVERYTHING, stage=Stage.AGENDADO), 100),  # 1.25 × 60 + 10 + 15
        (replace(EVERYTHING, stage=Stage.SEGUIMIENTO), 92),  # 1.15 × 60 + 8 + 15
        (replace(EVERYTHING, stage=Stage.REFERIDOS), 93),  # 1.1 × 60 + 12 + 15
        (replace(EVERYTHING, stage=Stage.GANADO), 90),  # 60 + 15 + 15
        (replace(EVERYTHING, stage=Stage.PERDIDO), 18),  # 0.3 × 60 − 15 + 15
        (replace(EVERYTHING, opted_out=True, bounced=True, no_show=True, unanswered=3), 24),  # 78 − 54
        (Facts(has_name=True, has_phone=True), 6),  # 0.8 × 8 = 6.4
        (Facts(has_name=True, stage=Stage.AGENDADO), 15),  # 1.25 × 4 + 10
        (Facts(stage=Stage.SEGUIMIENTO, messages=(0,), has_name=True), 15),  # 1.15 × 6 + 8 = 14.9
        (Facts(stage=Stage.CALIFICACION_FINANCIERA, has_name=True, has_phone=True, timeline=Timeline.DAYS_30), 20),
        (Facts(stage=Stage.PERFILAMIENTO, messages=(14,) * 1, visits=(14,)), 8),  # 1 + 4 + 3
        (Facts(stage=Stage.PERFILAMIENTO, calls=((0, 29),)), 3),
        (Facts(stage=Stage.PERFILAMIENTO, messages=(28, 28)), 4),  # 2 × 2 × 0.25 + 3
        (Facts(stage=Stage.AGENDADO, has_name=True, messages=(0, 0), visits=()), 20),  # 1.25 × 8 + 10
        (Facts(stage=Stage.PERFILAMIENTO, messages=(28,)), 4),  # 3.5, half up
        (Facts(stage=Stage.PERFILAMIENTO, income_band=1, unanswered=2), 8),
    ],
)
def test_score_is_the_formula(facts, total):
    assert score(facts, RULES).total == total


@SLOWLY
@given(FACTS)
def test_score_is_between_zero_and_a_hundred_and_always_the_same(facts):
    told = score(facts, RULES)
    assert 0 <= told.total <= 100
    assert told == score(replace(facts), RULES)


@SLOWLY
@given(FACTS, st.randoms())
def test_score_does_not_depend_on_the_order_of_the_contacts(facts, chance):
    shuffled = {name: chance.sample(getattr(facts, name), len(getattr(facts, name))) for name in ("messages", "visits")}
    assert score(replace(facts, **{name: tuple(ages) for name, ages in shuffled.items()}), RULES).total == (
        score(facts, RULES).total
    )


@SLOWLY
@given(FACTS, st.sampled_from(["has_name", "has_phone", "has_email", "has_location", "has_budget", "wants_visit"]))
def test_score_never_falls_when_more_is_known(facts, name):
    assert score(replace(facts, **{name: True}), RULES).total >= score(replace(facts, **{name: False}), RULES).total


@SLOWLY
@given(FACTS)
def test_score_never_rises_by_what_is_bad_or_by_time(facts):
    told = score(facts, RULES).total
    for worse in (
        replace(facts, opted_out=True),
        replace(facts, bounced=True),
        replace(facts, no_show=True),
        replace(facts, unanswered=facts.unanswered + 3),
        replace(facts, messages=tuple(age + 1 for age in facts.messages)),
        replace(facts, visits=tuple(age + 1 for age in facts.visits)),
        replace(facts, calls=tuple((age + 1, seconds) for age, seconds in facts.calls)),
    ):
        assert score(worse, RULES).total <= told


@SLOWLY
@given(FACTS, st.integers(0, 3))
def test_score_never_falls_with_a_better_income_or_another_contact(facts, band):
    assert score(replace(facts, income_band=band + 1), RULES).total >= (
        score(replace(facts, income_band=band), RULES).total
    )
    assert score(replace(facts, messages=(0, *facts.messages)), RULES).total >= score(facts, RULES).total


def test_what_fades_halves_in_two_weeks():
    assert (faded(0, 14), faded(14, 14), faded(28, 14)) == (1, Decimal("0.5"), Decimal("0.25"))
    assert faded(7, 14) == Decimal("0.7071067812")


def test_messages_have_a_cap_of_their_own():
    told = score(Facts(messages=(0,) * 30), RULES)
    assert (parts(told)["messages"], told.groups["engagement"]) == (10, 10)


def test_parts_say_why():
    told = score(replace(EVERYTHING, messages=(3, 9), unanswered=4, timeline=Timeline.DAYS_90), RULES)
    why = {part.code: part.why for part in told.parts}
    assert why["messages"] == {"n": 2, "days": 3}
    assert (why["timeline"], why["unanswered"], why["income"]) == ({"timeline": "90days"}, {"n": 4}, {"band": 4})


@pytest.mark.parametrize(
    ("before", "total", "after"),
    [
        ("cold", 19, "cold"), ("cold", 20, "warm"), ("cold", 50, "hot"),
        ("hot", 50, "hot"), ("hot", 47, "hot"), ("hot", 46, "warm"), ("hot", 17, "warm"), ("hot", 16, "cold"),
        ("warm", 17, "warm"), ("warm", 16, "cold"), ("warm", 49, "warm"),
        ("lost", 49, "warm"), ("converted", 10, "cold"),
    ],
)  # fmt: skip
def test_status_rises_at_once_and_drops_three_points_later(before, total, after):
    told = status_for(total, stage=Stage.SEGUIMIENTO, before=LeadStatus(before), bounds=Warmth())
    assert told == after


@SLOWLY
@given(st.integers(0, 100), st.sampled_from(LeadStatus), st.sampled_from(Stage))
def test_status_settles_at_once(total, before, stage):
    once = status_for(total, stage=stage, before=before, bounds=Warmth())
    assert status_for(total, stage=stage, before=once, bounds=Warmth()) == once


def test_status_of_won_and_lost_is_not_the_scores():
    def told(stage, before="hot"):
        return status_for(99, stage=stage, before=LeadStatus(before), bounds=Warmth())

    assert (told(Stage.GANADO), told(Stage.PERDIDO)) == ("converted", "lost")
    assert (told(Stage.REFERIDOS, "converted"), told(Stage.REFERIDOS, "lost")) == ("converted", "hot")


# --- facts from the database


@pytest.fixture
def happened(broker, inside):
    """`happened(lead, "message_in", days=3)`: contacts as another builder's function would store them."""

    def store(lead, kind, *, days=0.0, **extra):
        with inside(broker):
            at = timezone.now() - timedelta(days=days)
            Interaction.objects.create(lead=lead, kind=kind, at=at, **extra, **Actor.system().columns())

    return store


@pytest.fixture
def facts(broker, inside):
    def read(lead):
        with inside(broker):
            return facts_of([lead.pk], now=timezone.now())[lead.pk]

    return read


def test_facts_are_the_leads_columns(make_lead, facts):
    lead = make_lead(
        name="Cliente", phone_raw="9 9824 8519", location="Ñuñoa", budget_amount=100, budget_unit="UF", wants_visit=True
    )
    known = facts(lead)
    assert (known.has_name, known.has_phone, known.has_email) == (False, True, False)
    assert (known.has_location, known.has_budget, known.wants_visit) == (True, True, True)


def test_facts_count_contacts_by_whole_days(make_lead, facts, happened):
    lead = make_lead()
    happened(lead, "message_in", days=0.9)
    happened(lead, "message_in", days=2.5, reply_seconds=90)
    happened(lead, "call_answered", days=1, seconds=31)
    happened(lead, "visit_kept", days=30)
    known = facts(lead)
    assert (known.messages, known.calls, known.visits) == ((0, 2), ((1, 31),), (30,))
    assert known.quickest_reply == 90


def test_facts_of_a_future_contact_wait(make_lead, facts, happened):
    lead = make_lead()
    happened(lead, "message_in", days=-1)
    assert facts(lead).messages == ()


@pytest.mark.parametrize(
    ("story", "unanswered"),
    [
        (["message_out", "call_missed", "message_out"], 3),
        (["message_out", "message_out", "message_in", "message_out"], 1),
        (["message_out", "message_out", "call_answered"], 0),
    ],
)
def test_unanswered_contacts_are_those_since_they_last_answered(make_lead, facts, happened, story, unanswered):
    lead = make_lead()
    for ago, kind in zip(range(len(story), 0, -1), story, strict=True):
        happened(lead, kind, days=ago)
    assert facts(lead).unanswered == unanswered


def test_a_bounce_and_a_no_show_are_made_up_for(make_lead, facts, happened):
    lead = make_lead()
    happened(lead, "bounced", days=9)
    happened(lead, "visit_missed", days=8)
    assert (facts(lead).bounced, facts(lead).no_show) == (True, True)
    happened(lead, "message_in", days=7)
    assert (facts(lead).bounced, facts(lead).no_show) == (False, True)
    happened(lead, "visit_kept", days=6)
    assert facts(lead).no_show is False


# --- what is stored


def test_a_new_lead_has_a_score_and_its_components(make_lead, stored):
    lead = make_lead(phone_raw="9 9824 8519", email="ana@example.com", location="Ñuñoa")
    kept = stored(lead)
    assert (lead.score, kept.score, kept.version) == (13, 13, 1)  # 0.8 × 16 = 12.8
    assert kept.score_components["groups"]["profile"] == 16
    assert kept.score_components["rules"] == 0


def test_an_edit_tells_the_score_anew(make_lead, stored, broker, inside, alice):
    lead = make_lead(phone_raw="9 9824 8519", stage="seguimiento")
    with inside(broker):
        edited = leads.edit(lead, {"wants_visit": True}, by=Actor.of(alice), now=timezone.now())
    assert (lead.score, edited.score, edited.status) == (17, 26, "warm")


def test_a_score_is_no_edit(make_lead, stored, broker, inside, happened):
    lead = make_lead()
    happened(lead, "message_in")
    with inside(broker):
        events = lead.history.count()
        assert rescore([lead.pk], by=Actor.system(), now=timezone.now())
        assert lead.history.count() == events
    assert stored(lead).version == lead.version


def test_scoring_again_changes_nothing(make_lead, broker, inside, happened):
    lead = make_lead(phone_raw="9 9824 8519", email="a@example.com")
    happened(lead, "message_in", days=3)
    now = timezone.now()
    with inside(broker):
        assert rescore([lead.pk], by=Actor.system(), now=now)
        assert not rescore([lead.pk], by=Actor.system(), now=now)


def test_an_opt_out_weighs_at_once(make_lead, stored, broker, inside, alice):
    lead = make_lead(phone_raw="9 9824 8519", stage="agendado")
    with inside(broker):
        ground = consent.Ground(ConsentBasis.NONE, ConsentSource.AGENT)
        consent.record(lead, ConsentState.REVOKED, ground, by=Actor.of(alice), at=timezone.now())
    assert (lead.score, stored(lead).score) == (20, 0)


def test_statements_do_not_grow_with_the_leads(make_lead, broker, inside, happened, django_assert_num_queries):
    made = [make_lead(name=f"Lead {n}") for n in range(30)]
    for lead in made:
        happened(lead, "message_in")
    for some in (made[:1], made[:3], made):
        with inside(broker):
            Lead.objects.update(score=0)
            with django_assert_num_queries(4):
                rescore([lead.pk for lead in some], by=Actor.system(), now=timezone.now())


def test_score_stays_inside_the_brokerage(make_lead, other_broker, inside, happened):
    lead = make_lead()
    happened(lead, "message_in")
    with inside(other_broker):
        assert rescore([lead.pk], by=Actor.system(), now=timezone.now()) == {}
        assert facts_of([lead.pk], now=timezone.now()) == {}


def test_a_brokerages_own_numbers_weigh(make_lead, stored, broker, inside, alice):
    lead = make_lead(phone_raw="9 9824 8519")
    with inside(broker):
        mine = rules.in_force().changed({"profile.phone": 20, "profile.cap": 40}, version=0)
        rules.save_version(mine, note="", by=Actor.of(alice), now=timezone.now())
        rescore([lead.pk], by=Actor.system(), now=timezone.now())
    assert (lead.score, stored(lead).score, stored(lead).score_components["rules"]) == (6, 19, 1)


def test_bands_rise():
    assert all(low <= high for low, high in pairwise(RULES.band(Decimal(n)) for n in range(0, 5_000_000, 100_000)))
    assert [RULES.band(Decimal(n)) for n in (0, 499_999, 500_000, 1_000_000, 2_000_000, 4_000_000)] == [
        0, 0, 1, 2, 3, 4
    ]  # fmt: skip
    assert RULES.band(None) is None
