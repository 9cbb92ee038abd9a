"""Settings, audience, and what is done with a campaign as a whole."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns import running
from campaigns.models import Campaign, Enrollment
from core.actors import Actor
from tests.campaigns.pages import HTMX, LIST, cost, of

pytestmark = pytest.mark.django_db
SETTINGS = {
    "name": "Reactivación", "channel": "whatsapp", "trigger": "manual", "stop_on_reply": "on", "late_hours": "96",
}  # fmt: skip


@pytest.fixture
def now_is(broker, inside):
    """`now_is(campaign)`: the row as it stands."""

    def read(campaign):
        with inside(broker):
            return Campaign.objects.get(pk=campaign.pk)

    return read


def test_settings_are_stored_and_what_is_wrong_is_said_at_its_field(admin, agent, make_campaign, now_is):
    campaign = make_campaign({})
    url = of(campaign, "settings/")
    wrong = SETTINGS | {
        "trigger": "lead_score",
        "score_min": "80",
        "score_max": "20",
        "opens": "20:00",
        "closes": "9:00",
    }
    page = admin.post(url, wrong)
    assert page.status_code == 422
    told = page.content.decode()
    assert '<a href="#id_score_max">Puntaje hasta: Termina antes de empezar.</a>' in told
    assert 'href="#id_closes"' in told
    right = {
        "trigger": "inactivity",
        "inactivity_days": "30",
        "stages": ["seguimiento"],
        "goal": "agendado",
        "days": ["1", "2"],
    }
    assert admin.post(url, SETTINGS | right | {"score_min": "80"}).status_code == 302
    stored = now_is(campaign)
    assert stored.condition == {"inactivity_days": 30, "stages": ["seguimiento"]}
    assert (stored.goal, stored.days, stored.reentry_days) == ("agendado", [1, 2], None)
    assert "Cuando lleva 30 días sin contacto, en Seguimiento." in agent.get(of(campaign)).content.decode()
    assert (agent.get(url).status_code, agent.post(url, SETTINGS).status_code) == (200, 403)


def test_the_audience_says_how_many_and_who_stays_out(admin, agent, make_campaign, make_lead, now_is):
    campaign = make_campaign({})
    make_lead(name="Ana Vera", source="Feria"), make_lead(name="Luz Mora", source="Web", phone_raw="+56 9 8222 2222")
    url = of(campaign, "audience/")
    assert "<strong>2</strong> leads se pueden inscribir" in admin.get(url).content.decode()
    page = admin.post(f"{url}count/", {"source": "Feria"}).content.decode()
    assert "<strong>1</strong> lead se puede inscribir" in page
    assert ("Ana Vera" in page, "Luz Mora" in page) == (True, False)
    assert "Queda fuera de los filtros" in page
    assert admin.post(url, {"source": "Feria", "stage": ["entrada", "seguimiento"]}).status_code == 302
    assert now_is(campaign).audience == {"source": ["Feria"], "stage": ["entrada", "seguimiento"]}
    unknown = admin.post(url, {"tag": "01890000-0000-7000-8000-000000000000"})
    assert (unknown.status_code, "Esa etiqueta no existe" in unknown.content.decode()) == (422, True)
    assert (agent.get(url).status_code, agent.post(url, {}).status_code) == (200, 403)


def test_a_review_says_what_is_missing_and_activates_what_is_whole(admin, agent, make_campaign, now_is):
    empty, whole = make_campaign({"template": None}), make_campaign({}, name="Entera")
    page = admin.get(of(empty, "activate/"), headers=HTMX).content.decode()
    assert ("no tiene plantilla" in page, "btn-primary" in page) == (True, False)
    admin.post(of(empty, "activate/"), {"sure": "on"})
    assert now_is(empty).status == "draft"
    assert agent.post(of(whole, "activate/"), {"sure": "on"}).status_code == 403
    answer = admin.post(of(whole, "activate/"), {"sure": "on"}, headers=HTMX)
    assert answer.headers["HX-Redirect"] == of(whole)
    assert now_is(whole).status == "active"
    again = admin.post(of(whole, "activate/"), {"sure": "on"}, follow=True)
    assert "No se puede ahora: la campaña está «Activa»." in again.content.decode()


def test_a_review_says_who_stays_out(admin, make_campaign, make_lead):
    campaign = make_campaign({}, trigger="lead_score", condition={"score_min": 0})
    make_lead(stage="ganado")
    page = admin.get(of(campaign, "activate/"), headers=HTMX).content.decode()
    assert "Quedan fuera" in page
    assert "1 lead<" in page[page.index("Quedan fuera") :]


def test_a_review_without_a_script_names_the_campaign_wears_its_styles_and_offers_no_button(admin, make_campaign):
    page = admin.get(of(make_campaign({"template": None}, name="Sin texto"), "activate/")).content.decode()
    assert "<h1>Revisar y activar: Sin texto</h1>" in page
    assert "campaign_forms" in page
    assert "btn-primary" not in page


def test_many_leads_at_once_are_typed(admin, make_campaign, make_lead, now_is, monkeypatch):
    monkeypatch.setattr("campaigns.forms.status.TYPED_ABOVE", 1)
    campaign = make_campaign({}, trigger="inactivity", condition={"inactivity_days": 1})
    for number in range(2):
        make_lead(
            name=f"Lead {number}", phone_raw=f"+56 9 8333 333{number}", created_at=timezone.now() - timedelta(days=9)
        )
    refused = admin.post(of(campaign, "activate/"), {"sure": "on", "number": "3"}, headers=HTMX)
    assert (refused.status_code, "Escribe el número 2" in refused.content.decode()) == (422, True)
    admin.post(of(campaign, "activate/"), {"sure": "on", "number": "2"})
    assert now_is(campaign).status == "active"


@pytest.mark.parametrize("answer", ["skip", "spread", "send"])
def test_a_paused_one_goes_on_with_an_answer_for_what_is_late(
    admin, make_campaign, make_agreed, enroll, now_is, broker, inside, answer
):
    begun = timezone.now() - timedelta(days=1)
    campaign = make_campaign({}, activated=begun)
    enroll(campaign, make_agreed(1), make_agreed(2), now=begun)
    admin.post(of(campaign, "pause/"))
    assert now_is(campaign).status == "paused"
    assert "2 leads" in admin.get(of(campaign, "resume/"), headers=HTMX).content.decode()
    assert admin.post(of(campaign, "resume/"), {"overdue": "nada"}).status_code == 422
    admin.post(of(campaign, "resume/"), {"overdue": answer})
    assert (now_is(campaign).status, now_is(campaign).overdue) == ("active", answer)


def test_completed_duplicated_archived_restored_and_deleted(
    admin, agent, make_campaign, make_agreed, enroll, now_is, broker, inside
):
    campaign = make_campaign({}, activated=timezone.now())
    enroll(campaign, make_agreed(1))
    assert "1 lead está en curso" in admin.get(of(campaign, "complete/"), headers=HTMX).content.decode()
    admin.post(of(campaign, "archive/"))
    assert now_is(campaign).archived_at is None  # what runs is completed first
    admin.post(of(campaign, "complete/"), {"sure": "on"})
    with inside(broker):
        assert Enrollment.objects.get().reason == "completed"
    admin.post(of(campaign, "archive/"))
    admin.get(LIST)  # the news that it was archived
    assert "Reactivación" not in admin.get(LIST).content.decode()
    assert "Reactivación" in admin.get(f"{LIST}?show=archived").content.decode()
    admin.post(of(campaign, "restore/"))
    assert now_is(campaign).archived_at is None
    admin.post(of(campaign, "delete/"), {"sure": "on"})
    assert now_is(campaign).status == "completed"  # it ran: it stays
    copied = admin.post(of(campaign, "duplicate/"))
    with inside(broker):
        copy = Campaign.objects.get(name="Reactivación (copia)")
    assert copied.headers["Location"] == of(copy)
    for part in ("pause/", "archive/", "restore/", "duplicate/", "delete/", "complete/", "resume/"):
        assert agent.post(of(copy, part), {"sure": "on"}).status_code == 403
    admin.post(of(copy, "delete/"), {"sure": "on"})
    with inside(broker):
        assert list(Campaign.objects.values_list("pk", flat=True)) == [campaign.pk]


def test_the_tabs_cost_the_same_for_one_lead_and_for_three(admin, make_campaign, make_agreed, enroll, broker, inside):
    one, three = make_campaign({}, activated=timezone.now()), make_campaign({}, activated=timezone.now())
    enroll(one, make_agreed(1)), enroll(three, make_agreed(2), make_agreed(3), make_agreed(4))
    for part in ("audience/", "settings/"):
        assert cost(admin, of(one, part)) == cost(admin, of(three, part))
    with inside(broker):
        for campaign in (one, three):
            running.pause(campaign, by=Actor.system(), now=timezone.now())
    assert cost(admin, of(one, "resume/")) == cost(admin, of(three, "resume/"))
