"""Campaigns as a lead's page, its card and the inbox show them."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from campaigns import running
from campaigns.enums import Overdue
from campaigns.models import CampaignLog, Enrollment
from core import jobs
from core.actors import Actor
from core.models import Job
from messaging.models import Message

pytestmark = pytest.mark.django_db
HX = {"HX-Request": "true"}
NOW = timezone.now()


@pytest.fixture
def panel(client_for, alice):
    client = client_for(alice)
    return lambda lead: client.get(f"/leads/{lead.public_id}/campaigns/").content.decode()


@pytest.fixture
def stopped(broker, inside):
    """`stopped(campaign)`: paused; with `go_on` it runs again."""

    def change(campaign, *, go_on=False):
        with inside(broker):
            if go_on:
                return running.resume(campaign, overdue=Overdue.SKIP, by=Actor.system(), now=timezone.now())
            return running.pause(campaign, by=Actor.system(), now=timezone.now())

    return change


def test_the_panel_says_what_comes_next_and_what_was(panel, stopped, make_campaign, make_agreed, enroll, engine):
    ana = make_agreed(1)
    assert "No está en ninguna campaña." in panel(ana)
    campaign = make_campaign({}, {"delay_minutes": 180}, name="Retomar", activated=NOW)
    enroll(campaign, ana)
    engine.tick()
    page = panel(ana)
    for text in ("Retomar", "Activa", "Sigue:", "Paso 2", "Últimos pasos", "Pendiente"):
        assert text in page
    stopped(campaign)
    assert "la campaña está en pausa" in panel(ana)


def test_a_lead_is_taken_out_and_what_is_queued_does_not_leave(
    client_for, bob, make_user, broker, inside, make_campaign, make_agreed, enroll, engine
):
    ana, other = make_agreed(1, assigned_to=bob), make_agreed(2, assigned_to=make_user("eva@andes.cl", broker))
    campaign = make_campaign({}, {}, activated=NOW)
    mine, others = enroll(campaign, ana, other)
    engine.tick()
    client = client_for(bob)
    assert client.post(f"/campaigns/enrollments/{others.public_id}/take-out/").status_code == 404
    answer = client.post(f"/campaigns/enrollments/{mine.public_id}/take-out/", headers=HX)
    assert "Alguien lo sacó" in answer.content.decode()
    with inside(broker):
        assert Enrollment.objects.get(pk=mine.pk).reason == "manual"
        assert Message.objects.get(lead=ana).status == "cancelled"
        assert Message.objects.get(lead=other).status == "queued"


def test_a_card_is_marked_while_a_campaign_runs_or_stands_still(
    client_for, alice, stopped, make_campaign, make_agreed, enroll, broker, inside
):
    ana, _berta = make_agreed(1), make_agreed(2)
    client = client_for(alice)
    campaign = make_campaign(name="Retomar", activated=NOW)
    [way] = enroll(campaign, ana)
    board = client.get("/board/").content.decode()
    assert board.count("En campaña: Retomar") == 2  # the icon's name and its title, on one card
    stopped(campaign)
    card = client.get(f"/board/cards/{ana.public_id}/").content.decode()
    assert "Campaña en pausa: Retomar" in card
    with inside(broker):
        running.take_out(way, by=Actor.system(), now=timezone.now())
    assert "Retomar" not in client.get("/board/").content.decode()


def test_an_automatic_message_names_its_campaign_and_leads_to_why(
    client_for, alice, bob, make_user, broker, inside, make_campaign, make_agreed, enroll, engine
):
    ana = make_agreed(1, assigned_to=alice)
    enroll(make_campaign(name="Retomar", activated=NOW), ana)
    engine.tick()
    with inside(broker):
        message, log = Message.objects.get(), CampaignLog.objects.select_related("campaign").get()
    client = client_for(alice)
    page = client.get(f"/inbox/{ana.public_id}/").content.decode()
    why = f"/campaigns/messages/{message.public_id}/"
    assert "Campaña «Retomar»" in page
    assert f'href="{why}"' in page
    try:
        trace = reverse("campaigns:trace", args=[log.campaign.public_id, log.public_id])
    except NoReverseMatch:
        trace = f"/campaigns/{log.campaign.public_id}/"
    assert client.get(why)["Location"] == trace
    assert client_for(bob).get(why).status_code == 404


@pytest.mark.parametrize("campaigns", [1, 3])
def test_the_panel_costs_the_same_for_one_campaign_and_three(
    panel, make_campaign, make_agreed, enroll, engine, campaigns, django_assert_num_queries
):
    ana = make_agreed(1)
    for number in range(campaigns):
        enroll(make_campaign(name=f"Campaña {number}", activated=NOW), ana)
    engine.tick()
    panel(ana)
    with django_assert_num_queries(10):
        panel(ana)


def test_a_lead_enters_from_its_page_once_or_hears_why_not(
    client_for, alice, bob, make_campaign, make_agreed, broker, inside
):
    ana, gone = make_agreed(1, assigned_to=bob), make_agreed(2, treatment_type="hold")
    campaign = make_campaign(name="Retomar", activated=NOW)
    client, asked = client_for(alice), {"campaign": str(campaign.public_id)}
    for said in ("Entr\\u00f3 a", "Ya estaba en"):
        answer = client.post(f"/leads/{ana.public_id}/campaigns/enroll/", asked, headers=HX)
        assert said in answer.headers["HX-Trigger"]
    refused = client.post(f"/leads/{gone.public_id}/campaigns/enroll/", asked, headers=HX)
    assert "No entr" in refused.headers["HX-Trigger"]
    assert client_for(bob).post(f"/leads/{ana.public_id}/campaigns/enroll/", asked).status_code == 403
    with inside(broker):
        assert Enrollment.objects.get().lead_id == ana.pk


def test_ticked_leads_enter_as_a_job(client_for, alice, bob, make_campaign, make_agreed, broker, inside):
    some = [make_agreed(number) for number in range(3)]
    campaign = make_campaign(name="Retomar", activated=NOW)
    client = client_for(alice)
    assert "Retomar" in client.get("/campaigns/leads/bulk/", headers=HX).content.decode()
    ids = ",".join(str(lead.public_id) for lead in some[:2])
    assert client.post("/campaigns/leads/bulk/", {"ids": ids}, headers=HX).status_code == 422
    asked = {"ids": ids, "campaign": str(campaign.public_id)}
    assert client.post("/campaigns/leads/bulk/", asked, headers=HX).status_code == 204
    assert client_for(bob).post("/campaigns/leads/bulk/", asked).status_code == 403
    with inside(broker):
        job = jobs.claim(Job.objects.get().pk, now=timezone.now())
    jobs.work(job)
    with inside(broker):
        assert set(Enrollment.objects.values_list("lead_id", flat=True)) == {lead.pk for lead in some[:2]}
