"""The page of a day: whose, what is in it, and what it costs."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from appointments import visits
from appointments.enums import AppointmentType
from core.actors import Actor
from crm import interactions, todos
from crm.enums import InteractionKind
from crm.interactions import Contact
from crm.models import Lead
from pipeline import today

NOW = timezone.now()
SANTIAGO = ZoneInfo("America/Santiago")


@pytest.fixture
def fill(broker, inside, alice, make_lead):
    """`fill(count)`: that many of everything in Alice's day."""

    def act(count):
        by = Actor.of(alice)
        for number in range(count):
            make_lead(name="Espera", assigned_to=alice)
            urgent = make_lead(name="Urgente", assigned_to=alice, stage="agendado")
            aimless = make_lead(name="Sin rumbo", assigned_to=alice, stage="perfilamiento")
            met = make_lead(name="Con visita", assigned_to=alice, stage="seguimiento")
            with inside(broker):
                Lead.objects.filter(pk=urgent.pk).update(status="hot", qualification="CALIFICADO")
                todos.add(met, todos.Plan("Tarea", NOW - timedelta(hours=1)), by=by, now=NOW)
                interactions.record(aimless, Contact(InteractionKind.CALL_MISSED, NOW), by=by, now=NOW)
                slot = visits.Slot(
                    AppointmentType.PHONE_CALL, NOW + timedelta(minutes=5 + 31 * number), 30, agent=alice
                )
                visits.schedule(met, slot, by=by, now=NOW)

    return act


@pytest.mark.parametrize("count", [1, 3])
def test_day_costs_the_same_with_more_in_it(client_for, alice, fill, count, django_assert_num_queries):
    fill(count)
    client = client_for(alice)
    client.get("/today/")
    with django_assert_num_queries(12):
        page = client.get("/today/").content.decode()
    for name in ("Tarea", "Espera", "Urgente", "Sin rumbo", "Con visita"):
        assert name in page


def test_everything_is_where_it_belongs(alice, broker, inside, fill):
    fill(1)
    with inside(broker):
        day = today.of(alice, seen_by=alice, now=NOW)
    assert [task.title for task in day.tasks.rows] == ["Tarea"]
    assert [lead.name for lead in day.waiting.rows] == ["Espera"]
    assert [lead.name for lead in day.urgent.rows] == ["Urgente"]
    assert {lead.name for lead in day.aimless.rows} == {"Sin rumbo", "Urgente"}
    assert len(day.visits_today + day.visits_tomorrow) == 1


def test_agent_sees_nobody_elses_day(client_for, alice, bob, charlie, fill):
    fill(1)
    page = client_for(bob).get(f"/today/?who={alice.public_id}").content.decode()
    assert "Urgente" not in page
    assert "Bob" in page
    assert "Urgente" not in client_for(charlie).get(f"/today/?who={alice.public_id}").content.decode()


def test_admin_looks_at_a_colleagues_day(client_for, alice, bob, make_lead):
    make_lead(name="De Bob", assigned_to=bob)
    page = client_for(alice).get(f"/today/?who={bob.public_id}").content.decode()
    assert "El día de Bob" in page
    assert "De Bob" in page
    assert "De Bob" not in client_for(alice).get("/today/").content.decode()


@pytest.mark.parametrize(
    ("now", "at", "where"),
    [
        ("2026-09-05T12:00", "2026-09-05T23:30", "visits_today"),
        ("2026-09-05T12:00", "2026-09-06T01:15", "visits_tomorrow"),  # midnight does not exist that night
        ("2026-09-05T12:00", "2026-09-06T23:30", "visits_tomorrow"),
        ("2026-09-05T12:00", "2026-09-07T00:15", None),
        ("2026-04-04T12:00", "2026-04-04T23:30", "visits_today"),  # half past eleven comes twice that night
        ("2026-04-04T12:00", "2026-04-05T00:10", "visits_tomorrow"),
        ("2026-04-04T12:00", "2026-04-06T00:10", None),
    ],
)
def test_days_end_at_midnight_also_when_the_clocks_change(alice, broker, inside, make_lead, now, at, where):
    now, at = (datetime.fromisoformat(text).replace(tzinfo=SANTIAGO) for text in (now, at))
    slot = visits.Slot(AppointmentType.PHONE_CALL, at, 30, agent=alice)
    with inside(broker), timezone.override(SANTIAGO):
        visits.schedule(make_lead(now=now), slot, by=Actor.of(alice), now=now)
        day = today.of(alice, seen_by=alice, now=now)
    found = [name for name in ("visits_today", "visits_tomorrow") if getattr(day, name)]
    assert found == ([where] if where else [])


def test_lead_with_only_a_visit_has_a_next_step_everywhere(client_for, alice, broker, inside, make_lead):
    lead = make_lead(name="Con visita", assigned_to=alice, stage="perfilamiento")
    slot = visits.Slot(AppointmentType.PHONE_CALL, NOW + timedelta(days=3), agent=alice)
    with inside(broker):
        interactions.record(lead, Contact(InteractionKind.CALL_MISSED, NOW), by=Actor.of(alice), now=NOW)
        assert [each.name for each in today.of(alice, seen_by=alice, now=NOW).aimless.rows] == ["Con visita"]
        visits.schedule(lead, slot, by=Actor.of(alice), now=NOW)
        assert today.of(alice, seen_by=alice, now=NOW).aimless.rows == []
    client = client_for(alice)
    for page in ("/board/", "/leads/"):
        assert "Con visita" in client.get(page, {"next_step": "planned"}).content.decode()
        assert "Con visita" not in client.get(page, {"next_step": "none"}).content.decode()
    assert "Sin próximo paso" not in client.get("/board/").content.decode().split("Con visita", 1)[1].split("</li>")[0]
