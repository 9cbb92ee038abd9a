"""The Simulate tab and its API: at once for a hundred leads, a job for more, and only leads one may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.simulation import asked
from core.models import Job
from crm.models import Lead
from messaging.models import ContactLimits

pytestmark = pytest.mark.django_db
DAY = 24 * 60


@pytest.fixture
def campaign(make_campaign):
    return make_campaign({}, {"delay_minutes": DAY, "channel": "email"}, name="Reactivar")


def _page(campaign):
    return f"/campaigns/{campaign.public_id}/simulate/"


@pytest.mark.parametrize("count", [1, 3])
def test_a_sample_is_led_through_the_weeks(count, campaign, make_agreed, client_for, alice, django_assert_num_queries):
    for number in range(1, count + 1):
        make_agreed(number, email="" if number == 2 else "a@b.cl")
    client = client_for(alice)
    client.post(_page(campaign), {"weeks": 4, "sample": 10})
    with django_assert_num_queries(54):
        page = client.post(_page(campaign), {"weeks": 4, "sample": 10})
    said = page.content.decode()
    assert said.count("Paso 1: hola Ana") == count
    assert ("No sabemos cómo llegar" in said) == (count == 3)
    assert "c-simcal" in said


def test_the_tab_and_its_leads_to_pick(campaign, make_agreed, client_for, alice, make_lead):
    ana, luz = make_agreed(1), make_agreed(2, name="Luz Vera")
    client = client_for(alice)
    assert "Simular" in client.get(_page(campaign)).content.decode()
    found = client.get(f"{_page(campaign)}leads/", {"lead_q": "Luz", "lead": [ana.public_id, "no"]})
    said = found.content.decode()
    assert said.index("Ana1 Rojas") < said.index("Luz Vera")
    assert said.count("checked") == 1
    page = client.post(
        _page(campaign), {"weeks": 1, "sample": 10, "lead": [luz.public_id]}, headers={"HX-Request": "true"}
    )
    assert "Luz Vera" in page.content.decode()
    assert "Ana1" not in page.content.decode()


def test_a_day_must_be_near(campaign, make_agreed, client_for, alice, broker):
    make_agreed(1)
    client, today = client_for(alice), timezone.localdate(timezone=broker.zone)
    for far in (-1, 400):
        day = (today + timedelta(days=far)).isoformat()
        page = client.post(_page(campaign), {"day": day, "weeks": 1, "sample": 10})
        assert "De hoy a un año más." in page.content.decode()
        answer = client.post(f"/api/v1{_page(campaign)}", {"day": day}, content_type="application/json")
        assert answer.status_code == 400


def test_many_leads_are_a_job_whose_page_shows_it(
    campaign,
    make_agreed,
    client_for,
    alice,
    bob,
    broker,
    inside,
    run_jobs,
    monkeypatch,
    django_capture_on_commit_callbacks,
):
    for number in (1, 2):
        make_agreed(number)
    monkeypatch.setattr(asked, "AT_ONCE", 1)
    client = client_for(alice)
    with inside(broker):
        ContactLimits.objects.update(always_open=False)
    where = client.post(_page(campaign), {"weeks": 2, "sample": 10}).url
    assert 'hx-trigger="load delay:1s"' in client.get(where).content.decode()
    assert client_for(bob).get(where).status_code == 404
    run_jobs(broker)
    with inside(broker):
        job = Job.objects.get(kind=asked.KIND)
        assert (job.state, job.done, job.total) == ("done", 2, 2)
        assert job.result["url"] == where
    page = client.get(where).content.decode()
    assert "Paso 1: hola Ana1" in page
    assert "Paso 1: hola Ana2" in page
    assert client.get(f"{where}?page=x").status_code == 400
    other = client.get(where.replace(str(campaign.public_id), str(job.public_id)))
    assert other.status_code == 404
    with inside(broker):
        Job.objects.update(result={})
    assert "ya no se guarda" in client.get(where).content.decode()


def test_agents_simulate_only_the_leads_they_see(campaign, make_agreed, client_for, alice, bob, broker, inside):
    mine, theirs = make_agreed(1), make_agreed(2)
    with inside(broker):
        Lead.objects.filter(pk=theirs.pk).update(assigned_to=alice)
    page = client_for(bob).post(_page(campaign), {"weeks": 1, "sample": 10, "lead": [mine.public_id, theirs.public_id]})
    said = page.content.decode()
    assert "hola Ana1" in said
    assert "Ana2" not in said
    answer = client_for(bob).post(f"/api/v1{_page(campaign)}", {}, content_type="application/json").json()
    assert [lead["name"] for lead in answer["leads"]] == ["Ana1 Rojas"]


def test_the_api_tells_each_step(campaign, make_agreed, client_for, alice, run_jobs, monkeypatch, broker):
    leads = make_agreed(1, email=""), make_agreed(2, treatment_type="hold")
    client, url = client_for(alice), f"/api/v1{_page(campaign)}"
    with_hold = {"leads": [str(lead.public_id) for lead in leads], "weeks": 1}
    told = client.post(url, with_hold, content_type="application/json").json()
    assert told["messages"] == 1
    first, second = sorted(told["leads"], key=lambda lead: lead["name"])
    assert [(step["step"], step["result"], step["reason"]) for step in first["steps"]] == [
        (1, "sent", ""), (2, "skipped", "gate:no_address"),
    ]  # fmt: skip
    assert (second["refused"], second["steps"]) == ("hold", [])
    assert {each["code"]: each["count"] for each in told["reasons"]} == {"gate:no_address": 1, "hold": 1}
    assert client.post(url, {"weeks": 99}, content_type="application/json").status_code == 400
    monkeypatch.setattr(asked, "AT_ONCE", 0)
    started = client.post(url, {}, content_type="application/json")
    assert started.status_code == 202
    run_jobs(broker)
    job = client.get(f"/api/v1/jobs/{started.json()['job']}/").json()
    assert job["result"]["simulation"]["ways"][0]["lines"][0]["became"] == "sent"
