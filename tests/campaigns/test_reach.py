"""Whom a campaign would take in, whom not and why; and the story of each step."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import leaving, reach, traces
from campaigns.enums import EndReason
from campaigns.models import Campaign, CampaignLog, Enrollment
from crm.models import Lead, LeadTag
from crm.tags import named

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


@pytest.fixture
def score(inside, broker):
    def give(lead, number):
        with inside(broker):
            Lead.objects.filter(pk=lead.pk).update(score=number)
            return Lead.objects.get(pk=lead.pk)

    return give


@pytest.fixture
def why(inside, broker):
    """`why(campaign, lead)`: the codes of what keeps it out."""

    def ask(campaign, lead):
        with inside(broker):
            held = Campaign.objects.get(pk=campaign.pk)
            return [each.code for each in traces.why_not(held, Lead.everything.get(pk=lead.pk), now=NOW)]

    return ask


def test_who_would_enter_is_who_enters(make_campaign, make_agreed, score, inside, broker, enroll, engine):
    campaign = make_campaign(
        {}, trigger="lead_score", condition={"score_min": 50}, audience={"stage": ["entrada"]}, max_contacts=4, goal="agendado", activated=NOW,
    )  # fmt: skip
    leads = [score(make_agreed(n), 40 + n) for n in range(16)]  # 10 to 15 answer the trigger
    score(make_agreed(20, treatment_type="hold"), 90)
    score(make_agreed(21, stage="perfilamiento"), 90)
    enroll(campaign, leads[0])
    with inside(broker):
        found = reach.of(campaign, now=NOW)
        assert [lead.score for lead in found.sample] == [55, 54, 53]
        assert (found.enter, found.room) == (3, 3)
        assert found.out == {"in": 1, "trigger": 9, "audience": 1, "hold": 1, "full": 3}
        assert reach.of(campaign, now=NOW, seen=Lead.objects.none()).enter == 0
    engine.look(NOW)
    with inside(broker):
        assert {each.lead_id for each in Enrollment.objects.all()} == {leads[0].pk, *(lead.pk for lead in found.sample)}


@pytest.mark.parametrize("rows", [1, 3])
def test_reach_costs_the_same_for_one_and_for_three(
    rows, make_campaign, make_lead, inside, broker, django_assert_num_queries
):
    campaign = make_campaign({}, trigger="stage_change", condition={"stage": "entrada", "include_current": True})
    for number in range(rows):
        make_lead(name=f"L{number}")
    with inside(broker), django_assert_num_queries(2):
        assert reach.of(campaign, now=NOW).enter == rows


def test_a_draft_counts_changes_of_stage_from_when_it_begins(make_campaign, make_agreed, inside, broker):
    campaign = make_campaign({}, trigger="stage_change", condition={"stage": "entrada"})
    make_agreed(1)
    with inside(broker):
        assert reach.of(campaign, now=timezone.now()).out == {"trigger": 1}


def test_why_a_lead_is_not_in(make_campaign, make_agreed, score, why, inside, broker, enroll):
    campaign = make_campaign(
        {}, trigger="lead_score", condition={"score_min": 50}, audience={"stage": ["entrada"], "language": ["pt"]}, activated=NOW,
    )  # fmt: skip
    ana = score(make_agreed(1, stage="perfilamiento"), 10)
    assert why(campaign, ana) == ["trigger", "audience", "audience"]
    with inside(broker):
        told = traces.why_not(campaign, ana, now=NOW)
    assert told[0].detail == "Cuando su puntaje está en 50 o más. Su puntaje es 10."
    assert [each.detail for each in told[1:]] == ["Etapa: Entrada", "Idioma: Português"]
    fits = score(make_agreed(2, language="pt"), 60)
    assert why(campaign, fits) == []
    enroll(campaign, fits)
    assert why(campaign, fits) == ["in"]
    with inside(broker):
        leaving.leave(Enrollment.objects.all(), EndReason.MANUAL, now=NOW)
        Lead.objects.filter(pk=ana.pk).update(deleted_at=NOW)
    assert why(campaign, fits) == ["been"]
    assert why(campaign, ana) == ["gone"]


def test_why_nobody_enters_by_itself(make_campaign, make_agreed, why):
    assert why(make_campaign({}, activated=NOW), make_agreed(1)) == ["manual"]
    assert why(make_campaign({}), make_agreed(2, stage="ganado")) == ["not_running", "closed"]
    assert why(make_campaign({}, goal="ganado", activated=NOW), make_agreed(3, stage="ganado")) == ["goal"]
    unfinished = make_campaign(
        {}, trigger="inactivity", condition={"inactivity_days": 3}, activated=NOW, max_contacts=1
    )
    assert why(unfinished, make_agreed(4)) == ["trigger"]


def story(inside, broker, campaign):
    with inside(broker):
        rows = CampaignLog.objects.filter(campaign=campaign).select_related(*traces.LOADED).order_by("id")
        return [traces.of(log, now=timezone.now()) for log in rows]


def test_the_story_of_steps_done_and_not_done(make_campaign, make_agreed, score, engine, inside, broker):
    with inside(broker):
        [vip] = named(["VIP"])
    asked = [{"kind": "has_tag", "tag": str(vip.public_id)}, {"kind": "score_between", "min": 50}]
    campaign = make_campaign(
        {"conditions": asked},
        {"conditions": asked[1:]},
        trigger="lead_score",
        condition={"score_min": 40},
        activated=NOW,
    )
    ana = score(make_agreed(1), 45)
    silent = score(make_agreed(2, agreed=False), 80)
    with inside(broker):
        LeadTag.objects.create(lead=silent, tag=vip)
    engine.look()
    engine.tick()
    engine.send()
    skipped, refused = (
        next(each for each in story(inside, broker, campaign) if each.log.lead_id == lead.pk) for lead in (ana, silent)
    )
    assert skipped.entered == [
        "Su puntaje era 45, y la campaña pide que esté en 40 o más.", "Estaba en Entrada.",
    ]  # fmt: skip
    assert [(each.text, each.held, each.saw) for each in skipped.conditions] == [
        ("Tiene la etiqueta «VIP»", False, ""), ("Su puntaje está en 50 o más", False, "45"),
    ]  # fmt: skip
    assert skipped.outcome.text == "No se cumplían las condiciones del paso."
    assert [each.ruling for each in refused.checks if each.label == "La persona acepta que le escriban"] == ["refuse"]
    assert refused.template["version"] == 1
    assert refused.outcome.text


def test_the_story_of_a_message_goes_to_its_end(make_campaign, make_agreed, enroll, engine, inside, broker):
    campaign = make_campaign({}, activated=NOW)
    enroll(campaign, make_agreed(1))
    engine.tick()
    engine.send()
    [told] = story(inside, broker, campaign)
    assert told.message.message.status in {"sent", "delivered"}
    assert told.step == "WhatsApp: " + told.template["name"]
    assert {each.ruling for each in told.checks} == {"send"}
    assert told.outcome.text == ""


def test_reentry_says_from_when(make_campaign, make_agreed, enroll, inside, broker):
    campaign, ana = make_campaign({}, activated=NOW, reentry_days=10), make_agreed(1)
    enroll(campaign, ana)
    with inside(broker):
        leaving.leave(Enrollment.objects.all(), EndReason.MANUAL, now=NOW)
        [told] = traces.why_not(campaign, ana, now=NOW)
        assert "Puede volver a entrar desde" in told.detail
        assert [each.code for each in traces.why_not(campaign, ana, now=NOW + timedelta(days=11))] == ["manual"]
