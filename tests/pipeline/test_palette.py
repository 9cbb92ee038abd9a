"""What the palette offers, to whom, and at what price."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from appointments import visits
from appointments.enums import AppointmentType
from core.actors import Actor

ADDRESS = "/palette/"


@pytest.fixture
def offered(client_for):
    def ask(user, on="/leads/", **query):
        told = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{on}"}
        response = client_for(user).get(ADDRESS, query, headers=told)
        assert response.status_code == 200
        return re.findall(r'<span class="c-truncate">([^<]*)</span>', response.content.decode())

    return ask


def test_palette_shows_an_agent_their_own_leads_and_nobodys(offered, bob, alice, make_lead):
    make_lead(name="Ana Uno", assigned_to=bob)
    make_lead(name="Ana Dos", assigned_to=alice)
    make_lead(name="Ana Tres")
    assert {"Ana Uno", "Ana Tres"} <= set(offered(bob, q="ana"))
    assert "Ana Dos" not in offered(bob, q="ana")
    assert "Ana Dos" in offered(alice, q="ana")


def test_palette_offers_nothing_of_a_lead_one_does_not_see(offered, bob, alice, charlie, make_lead):
    hers = make_lead(name="Ana", assigned_to=alice)
    for stranger in (bob, charlie):
        told = offered(stranger, lead=str(hers.public_id), recent=str(hers.public_id))
        assert "Mover a Agendado" not in told
        assert "Ana" not in told
    assert "Mover a Agendado" in offered(alice, lead=str(hers.public_id))


def test_moves_offered_are_those_the_table_allows(offered, alice, make_lead):
    lead = make_lead(stage="referidos")
    told = [line for line in offered(alice, lead=str(lead.public_id), q="mover") if line.startswith("Mover")]
    assert told == ["Mover a Agendado", "Mover a Seguimiento", "Mover a Ganado", "Mover a Perdido"]


def test_names_that_begin_as_typed_come_first(offered, alice, make_lead):
    make_lead(name="Soto Ana")
    make_lead(name="Ana Pérez")
    make_lead(name="Mariana Ana")
    assert offered(alice, q="ana")[0] == "Ana Pérez"


def test_words_are_found_without_accents_and_in_any_order(offered, alice):
    assert "Importar una planilla" in offered(alice, q="PLANÍLLA import")
    assert "Importar" in offered(alice, q="impor")
    assert "Nuevo lead" in offered(alice, q="crear")


def test_leads_seen_last_stand_in_the_order_given(offered, alice, make_lead):
    one, two = make_lead(name="Uno"), make_lead(name="Dos")
    told = offered(alice, recent=f"{two.public_id},nonsense,{one.public_id}")
    assert told[:2] == ["Dos", "Uno"]


@pytest.mark.parametrize("leads", [1, 3])
def test_palette_costs_the_same_for_any_number_of_leads(client_for, alice, make_lead, django_assert_num_queries, leads):
    made = [make_lead(name="Ana", assigned_to=alice) for _ in range(leads)]
    client = client_for(alice)
    with django_assert_num_queries(10):
        client.get(ADDRESS, {"q": "ana", "lead": str(made[0].public_id)}, headers={"HX-Request": "true"})


def test_palette_offers_what_is_written_down_of_a_lead(offered, alice, make_lead, broker, inside):
    lead, now = make_lead(assigned_to=alice), timezone.now()
    told = offered(alice, on="/board/", lead=str(lead.public_id))
    assert {"Registrar un contacto", "Crear una tarea", "Agendar una visita"} <= set(told)
    assert "Cancelar la visita" not in told
    with inside(broker):
        slot = visits.Slot(AppointmentType.PROPERTY_VISIT, now + timedelta(days=1))
        visit = visits.schedule(lead, slot, by=Actor.of(alice), now=now)
    assert offered(alice, lead=str(lead.public_id), q="visita")[:4] == [
        "Agendar una visita", "Confirmó la visita", "Cambiar la visita", "Cancelar la visita",
    ]  # fmt: skip
    with inside(broker):
        visits.change(visit, {"starts_at": now - timedelta(hours=1)}, by=Actor.of(alice), now=now)
    told = offered(alice, lead=str(lead.public_id), q="visita")
    assert {"La visita se realizó", "No llegó a la visita"} <= set(told)
    assert "Confirmó la visita" not in told
