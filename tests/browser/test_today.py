"""The day of a person, tasks, visits and notices in a browser."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from appointments import visits
from appointments.enums import AppointmentType
from core.actors import Actor
from crm import interactions, notices, todos
from crm.enums import InteractionKind, NoticeKind
from crm.interactions import Contact
from crm.models import Lead

SHOTS = os.environ.get("SHOTS", "")


def shot(page, name):
    if SHOTS:
        Path(SHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{SHOTS}/{name}.png")


@pytest.fixture
def day(broker, inside, alice, bob, make_lead):
    """A day of Alice with everything in it; returns her lead of the first visit."""
    now = timezone.now()
    by = Actor.of(bob)
    phone = {"phone_raw": "+56 9 8765 4321"}
    ana = make_lead(
        name="Ana Rojas Fuentes",
        assigned_to=alice,
        stage="agendado",
        property_ref="Los Leones 1200, depto 504",
        **phone,
    )
    tomas = make_lead(name="Tomás Olivares", assigned_to=alice, stage="perfilamiento", source="TOCTOC")
    make_lead(
        name="Javiera Henríquez Martínez de la Fuente",
        assigned_to=alice,
        source="Portal Inmobiliario",
        phone_raw="+56 9 9876 5432",
        created_at=now - timedelta(hours=3),
    )
    make_lead(name="Pedro Nuevo", source="Instagram", email="pedro@x.cl")
    with inside(broker):
        Lead.objects.filter(pk=ana.pk).update(status="hot", qualification="CALIFICADO")
        tasks = [
            ("Enviar cotización del depto 504", ana, -26),
            ("Llamar por el crédito", tomas, -1),
            ("Preparar carpeta", None, 2),
        ]
        for title, lead, hours in tasks:
            todos.add(
                lead, todos.Plan(title, now + timedelta(hours=hours), assignee=alice), by=Actor.of(alice), now=now
            )
        interactions.record(
            tomas,
            Contact(InteractionKind.CALL_ANSWERED, now - timedelta(days=2), seconds=240),
            by=Actor.of(alice),
            now=now,
        )
        for lead, hours in ((ana, -0.2), (tomas, 24)):
            slot = visits.Slot(
                AppointmentType.PROPERTY_VISIT, now + timedelta(hours=hours), agent=alice, place="Los Leones 1200"
            )
            visits.schedule(lead, slot, by=by, now=now)
        told = [
            (NoticeKind.REPLY, {"text": "¿Sigue disponible?"}),
            (NoticeKind.HOT_LEAD, {}),
            (NoticeKind.ASSIGNED, {"by": "Bob"}),
        ]
        for kind, data in told:
            notices.tell([notices.Notice(alice, kind, f"x:{kind}", ana, data)], by=by, now=now)
    return ana


@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_day_is_fine_in_both_themes(page, enter, alice, day, both_themes, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    enter(page, alice, "/today/")
    page.locator(".c-bell__count").wait_for()
    shot(page, f"today-{size[0]}")
    if SHOTS:
        page.locator(".c-main").evaluate("main => main.scrollTo(0, 700)")
        shot(page, f"today-{size[0]}-b")
        page.evaluate("Object.assign(document.documentElement.dataset, {theme: 'dark', bsTheme: 'dark'})")
        shot(page, f"today-{size[0]}-dark")
        page.evaluate("Object.assign(document.documentElement.dataset, {theme: 'light', bsTheme: 'light'})")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    both_themes(page)


def test_task_is_ticked_off_and_taken_back(page, enter, alice, day):
    enter(page, alice, "/today/")
    page.get_by_role("button", name="Marcar hecha: Llamar por el crédito").click()
    page.get_by_text("Hecha: Llamar por el crédito").wait_for()
    page.get_by_role("button", name="Marcar hecha: Llamar por el crédito").wait_for(state="detached")
    page.get_by_role("button", name="Deshacer").click()
    page.get_by_role("button", name="Marcar hecha: Llamar por el crédito").wait_for()


def test_visit_is_agreed_on_the_page_of_a_lead(page, enter, alice, day, both_themes):
    enter(page, alice, f"/leads/{day.public_id}/")
    page.locator("#lead-visits .c-visit").first.wait_for()
    shot(page, "lead")
    page.keyboard.press("v")
    dialog = page.get_by_role("dialog", name="Agendar visita")
    dialog.wait_for()
    expect(dialog.get_by_label("Dónde")).to_have_value("Los Leones 1200, depto 504")
    shot(page, "visit")
    both_themes(page)
    with page.expect_response(lambda response: response.request.method == "POST"):
        dialog.get_by_role("button", name="Agendar").click()
    dialog.wait_for(state="detached")
    expect(page.locator("#lead-visits .c-visit")).to_have_count(2)
    page.keyboard.press("v")
    dialog.wait_for()
    dialog.get_by_role("button", name="Agendar").click()
    dialog.get_by_text("Alice ya tiene una visita con Ana Rojas Fuentes").first.wait_for()
    shot(page, "visit-clash")


def test_contact_is_entered_and_seen_in_the_stream(page, enter, alice, day, both_themes):
    enter(page, alice, f"/leads/{day.public_id}/")
    page.keyboard.press("r")
    dialog = page.get_by_role("dialog", name="Registrar contacto")
    dialog.wait_for()
    shot(page, "contact")
    both_themes(page)
    dialog.get_by_label("Minutos").fill("4")
    dialog.get_by_role("button", name="Registrar").click()
    page.locator("#timeline").get_by_text("habló por teléfono").wait_for()


def test_task_is_added_in_a_line_and_put_off_from_its_menu(page, enter, alice, day, both_themes):
    enter(page, alice, f"/leads/{day.public_id}/")
    page.get_by_placeholder("Llamar, enviar cotización…").fill("Pedir liquidaciones")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Cambiar fecha: Pedir liquidaciones").click()
    page.get_by_role("menuitem", name="En 3 días").wait_for()
    shot(page, "todo-menu")
    page.get_by_role("menuitem", name="En 3 días").click()
    page.get_by_text("Tarea reagendada.").wait_for()
    both_themes(page)


def test_colleague_is_mentioned_by_keyboard(page, enter, alice, bob, make_user, broker, make_lead, both_themes):
    make_user("carla@andes.cl", broker, name="Carla Núñez", role="agent")
    lead = make_lead(assigned_to=bob)
    enter(page, alice, f"/leads/{lead.public_id}/")
    page.keyboard.press("n")
    page.keyboard.type("Ojo @")
    page.get_by_role("option", name="Carla").get_by_text("no ve este lead").wait_for()
    shot(page, "mention")
    both_themes(page)
    page.keyboard.type("bo")
    page.keyboard.press("Enter")
    expect(page.locator("#note-body")).to_have_value("Ojo @Bob ")
    page.get_by_role("button", name="Guardar nota").click()
    page.locator("#timeline .c-mention", has_text="@Bob").wait_for()


def test_bell_opens_what_one_is_told(page, enter, alice, day, both_themes):
    enter(page, alice, "/tasks/")
    page.get_by_role("link", name="Avisos: 3 sin leer").click()
    panel = page.get_by_role("dialog", name="Avisos")
    panel.wait_for()
    shot(page, "bell")
    both_themes(page)
    panel.get_by_role("button", name="Marcar todo como leído").click()
    page.locator(".c-bell__count").wait_for(state="detached")
    panel.get_by_role("button", name="¿Sigue disponible?").click()
    page.wait_for_url(f"**/leads/{day.public_id}/")


def test_list_of_tasks_is_fine_in_both_themes(page, enter, alice, day, both_themes):
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, alice, "/tasks/")
    shot(page, "tasks-390")
    both_themes(page)
    page.set_viewport_size({"width": 1440, "height": 844})
    shot(page, "tasks-1440")
    both_themes(page)
    page.get_by_role("link", name="Enviar cotización del depto 504").click()
    page.get_by_role("dialog", name="Tarea").wait_for()
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 844})
        shot(page, f"task-{width}")
        both_themes(page)
