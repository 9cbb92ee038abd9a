"""Visits through HTTP: typed in the brokerage's zone, refused in sentences."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from appointments import visits
from appointments.enums import AppointmentType
from appointments.models import Appointment
from core.actors import Actor
from crm.models import Interaction

HTMX = {"HX-Request": "true"}
NOW = timezone.now().replace(microsecond=0)


def form(user, **changes):
    return {
        "type": "property_visit",
        "starts_at": "2026-12-10T11:00",
        "minutes": "60",
        "agent": str(user.public_id),
        "place": "",
        "note": "",
    } | changes


@pytest.fixture
def visit(broker, inside, alice, make_lead):
    with inside(broker):
        slot = visits.Slot(AppointmentType.PROPERTY_VISIT, NOW - timedelta(hours=1), agent=alice)
        return visits.schedule(make_lead(assigned_to=alice), slot, by=Actor.of(alice), now=NOW)


def test_time_is_the_brokerages_whoever_types_it_wherever(client_for, alice, make_lead, broker, inside):
    alice.time_zone = "Europe/Madrid"
    alice.save()
    lead = make_lead(property_ref="Los Leones 1200")
    path, client = f"/leads/{lead.public_id}/visits/new/", client_for(alice)
    shown = client.get(path, headers=HTMX).content.decode()
    assert "Hora de Santiago" in shown
    assert 'value="Los Leones 1200"' in shown
    assert client.post(path, form(alice), headers=HTMX).status_code == 204
    with inside(broker):
        assert Appointment.objects.get().starts_at == datetime(2026, 12, 10, 14, tzinfo=UTC)
    assert "11:00–12:00" in client.get(f"/leads/{lead.public_id}/visits/").content.decode()


@pytest.mark.parametrize("starts_at", ["2026-09-06T00:30", "2026-04-04T23:30"])
def test_time_that_the_clocks_skip_or_repeat_is_asked_for_again(client_for, alice, make_lead, starts_at):
    path = f"/leads/{make_lead().public_id}/visits/new/"
    assert client_for(alice).post(path, form(alice, starts_at=starts_at), headers=HTMX).status_code == 422


def test_visit_over_the_change_of_the_clocks_lasts_what_it_lasts(client_for, alice, make_lead, broker, inside):
    path = f"/leads/{make_lead().public_id}/visits/new/"
    client_for(alice).post(path, form(alice, starts_at="2026-09-05T23:30"))
    with inside(broker):
        made = Appointment.objects.get()
    assert made.ends_at - made.starts_at == timedelta(hours=1)


def test_clash_names_the_lead_only_to_who_sees_it(client_for, alice, bob, make_lead, broker, inside):
    lead = make_lead(name="Ana Rojas")
    client_for(bob).post(f"/leads/{lead.public_id}/visits/new/", form(bob))
    path = f"/leads/{make_lead().public_id}/visits/new/"
    said = client_for(bob).post(path, form(bob), headers=HTMX)
    assert said.status_code == 422
    assert "Bob ya tiene una visita con Ana Rojas el jueves 10 de diciembre de 11:00 a 12:00." in said.content.decode()
    with inside(broker):
        lead.assigned_to = alice
        lead.save()
    page = client_for(bob).post(path, form(bob), headers=HTMX).content.decode()
    assert "Bob ya tiene otra visita" in page
    assert "Ana Rojas" not in page


def test_agent_names_nobody_but_themselves(client_for, alice, bob, make_lead):
    path = f"/leads/{make_lead().public_id}/visits/new/"
    assert client_for(bob).post(path, form(alice), headers=HTMX).status_code == 422


@pytest.mark.parametrize(
    ("act", "status"),
    [("confirm", "confirmed"), ("complete", "completed"), ("no-show", "no_show"), ("cancel", "cancelled")],
)
def test_acts_of_a_visit(client_for, alice, bob, charlie, visit, broker, inside, act, status):
    path = f"/visits/{visit.public_id}/{act}/"
    for stranger in (bob, charlie):
        assert client_for(stranger).post(path).status_code == 404
    done = client_for(alice).post(path, headers=HTMX)
    assert done.status_code == 204
    assert "visits:changed" in done.headers["HX-Trigger"]
    with inside(broker):
        assert Appointment.objects.get().status == status


@pytest.mark.parametrize("act", ["complete", "no-show", "cancel"])
@pytest.mark.parametrize("before", ["scheduled", "confirmed"])
def test_closed_visit_is_opened_again(client_for, alice, visit, broker, inside, stored, act, before):
    client = client_for(alice)
    with inside(broker):
        Appointment.objects.update(status=before)
    closed = client.post(f"/visits/{visit.public_id}/{act}/", headers=HTMX)
    [told] = json.loads(closed.headers["HX-Trigger"])["toast"]
    undone = client.post(told["undo_url"], headers=HTMX)
    assert undone.status_code == 204
    assert "visits:changed" in undone.headers["HX-Trigger"]
    with inside(broker):
        opened = Appointment.objects.get()
        assert (opened.status, opened.closed_at) == (before, None)
        assert not Interaction.objects.exists()
    assert stored(visit.lead).next_visit_at == opened.starts_at
    assert client.post(told["undo_url"], headers=HTMX).status_code == 409


def test_cancelled_visit_whose_hour_is_taken_stays_so(client_for, alice, visit, broker, inside, make_lead):
    client = client_for(alice)
    closed = client.post(f"/visits/{visit.public_id}/cancel/", headers=HTMX)
    with inside(broker):
        slot = visits.Slot(AppointmentType.PHONE_CALL, visit.starts_at, agent=alice)
        visits.schedule(make_lead(), slot, by=Actor.of(alice), now=timezone.now())
    [told] = json.loads(closed.headers["HX-Trigger"])["toast"]
    refused = client.post(told["undo_url"], headers=HTMX)
    assert refused.status_code == 409
    assert "esa hora se ocup" in json.loads(refused.headers["HX-Trigger"])["toast"][0]["text"]
    with inside(broker):
        assert Appointment.objects.get(pk=visit.pk).status == "cancelled"


def test_refused_act_is_said(client_for, alice, visit):
    client = client_for(alice)
    client.post(f"/visits/{visit.public_id}/cancel/", headers=HTMX)
    assert (
        "Esta visita ya est" in client.post(f"/visits/{visit.public_id}/confirm/", headers=HTMX).headers["HX-Trigger"]
    )


def test_visit_is_moved(client_for, alice, visit, broker, inside):
    path, client = f"/visits/{visit.public_id}/edit/", client_for(alice)
    assert client.get(path).status_code == 200
    assert client.post(path, form(alice, minutes="30"), headers=HTMX).status_code == 204
    with inside(broker):
        moved = Appointment.objects.get()
    assert moved.ends_at - moved.starts_at == timedelta(minutes=30)
