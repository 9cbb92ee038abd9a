"""Why a score is what it is, on the page and over the API; contact priority in lists."""

from decimal import Decimal

import pytest
from django.utils import timezone

from core.actors import Actor
from crm.models import Interaction, Lead


@pytest.fixture
def known(make_lead, broker, inside):
    lead = make_lead(phone_raw="9 9824 8519", stage="perfilamiento", budget_amount=Decimal(5000), budget_unit="UF")
    with inside(broker):
        from crm import interactions
        from crm.enums import InteractionKind
        from crm.interactions import Contact

        interactions.record(
            lead,
            Contact(InteractionKind.MESSAGE_IN, timezone.now()),
            by=Actor.system(),
            now=timezone.now(),
            quietly=True,
        )
        assert Interaction.objects.exists()
    return lead


def test_the_popover_tells_what_adds_what_lacks_and_what_would_raise(client_for, bob, known):
    page = client_for(bob).get(f"/leads/{known.public_id}/score/").content.decode()
    for words in ("Por qué este puntaje", "Lo que más suma", "Nombre", "Lo más flojo", "Qué lo subiría"):
        assert words in page
    assert "Que cumpla una visita" in page


def test_the_score_of_the_api_adds_up(client_for, bob, known):
    told = client_for(bob).get(f"/api/v1/leads/{known.public_id}/score/").json()
    groups = told["groups"]
    raw = told["multiplier"] * (groups["profile"] + groups["behavior"] + groups["engagement"])
    raw += groups["stage"] + groups["financial"] + groups["penalties"]
    assert told["score"] == int(raw + 0.5) == 17  # 12 + 2 + 3
    assert {part["code"] for part in told["parts"]} >= {"name", "messages", "income", "stage"}
    assert told["raises"][0]["gain"] >= told["raises"][-1]["gain"] > 0


def test_recalculate_tells_the_score_anew_and_is_no_edit(client_for, bob, known, broker, inside, stored):
    with inside(broker):
        Lead.objects.filter(pk=known.pk).update(score=99)
    told = client_for(bob).post(f"/api/v1/leads/{known.public_id}/recalculate/").json()
    assert (told["score"], stored(known).score, stored(known).version) == (17, 17, known.version)


@pytest.mark.parametrize("path", ["/leads/{}/score/", "/api/v1/leads/{}/score/"])
def test_a_stranger_learns_nothing_of_a_score(client_for, charlie, known, path):
    assert client_for(charlie).get(path.format(known.public_id)).status_code == 404


def test_rules_are_told_over_the_api(client_for, bob):
    told = client_for(bob).get("/api/v1/rules/").json()
    assert (told["version"], told["numbers"]["profile.name"]) == (0, 4)
    assert told["numbers"]["stages.agendado.multiplier"] == "1.25"


def test_leads_are_filtered_and_ordered_by_priority(client_for, alice, make_lead, broker, inside):
    urgent, plain = make_lead(name="Urgente", stage="agendado"), make_lead(name="Tranquila")
    with inside(broker):
        Lead.objects.filter(pk=urgent.pk).update(status="hot", qualification="CALIFICADO")
    client = client_for(alice)
    found = client.get("/api/v1/leads/?priority=URGENTE&priority=ALTA").json()["results"]
    assert [each["name"] for each in found] == ["Urgente"]
    ordered = client.get("/api/v1/leads/?sort=priority").json()
    assert [each["id"] for each in ordered["results"]] == [str(urgent.public_id), str(plain.public_id)]
    assert "Prioridad urgente" in client.get(f"/leads/{urgent.public_id}/").content.decode()
    assert "Prioridad de contacto" in client.get("/board/").content.decode()
