"""A campaign in a browser: built, tried on a lead, reviewed, activated, watched, changed while it runs, paused and resumed."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from campaigns.models import Campaign
from tests.browser.looking import settled
from tests.campaigns import conftest as campaigns

engine, enroll, make_agreed = campaigns.engine, campaigns.enroll, campaigns.make_agreed
make_campaign, sandbox, template = campaigns.make_campaign, campaigns.sandbox, campaigns.template
SHOTS = os.environ.get("SHOTS")


def shot(page, name):
    """Keep a picture where SHOTS says, in both widths and themes."""
    if not SHOTS:
        return
    for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme, bsTheme: theme})", scheme)
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.evaluate("Object.assign(document.documentElement.dataset, {theme: 'light', bsTheme: 'light'})")


def build(page, both_themes):
    """Three steps: one with a condition, one put in between and moved down."""
    drawer = page.locator("#dialog-slot")

    def pick(label, option):
        """In a drawer that stands still; what the choice replaces is there afterwards."""
        expect(drawer.get_by_label(label)).to_be_visible()
        settled(page)
        drawer.get_by_label(label).select_option(label=option)
        settled(page)

    page.get_by_role("link", name="Agregar un paso").click()
    pick("Plantilla", "Retomar · Español")
    pick("Probar con", "Rosa Paredes")
    expect(page.locator("#step-preview")).to_contain_text("Hola Rosa, ¿sigues buscando en Ñuñoa?")
    pick("Probar con", "Ana Vera")
    expect(page.locator("#step-preview")).to_contain_text("A este lead le falta: Comuna o sector")
    drawer.get_by_role("button", name="Guardar").click()
    expect(page.locator(".c-flow")).to_contain_text("WhatsApp: Retomar")

    page.get_by_role("link", name="Agregar un paso", exact=True).click()
    pick("Plantilla", "Insistir · Español")
    drawer.locator("[name=delay]").fill("3")
    pick("Agregar una condición", "No respondió")
    pick("Desde cuándo", "Desde el paso 1")
    pick("Probar con", "Rosa Paredes")
    expect(page.locator("#step-preview")).to_contain_text("No respondió desde el paso 1")
    expect(page.locator("#step-preview")).to_contain_text("¿Te ayudo a seguir, Rosa?")
    both_themes(page)
    shot(page, "drawer")
    drawer.get_by_role("button", name="Guardar").click()
    expect(page.locator("#step-2")).to_contain_text("Solo si: no respondió desde el paso 1; si no, se salta el paso.")
    expect(page.locator("#step-2")).to_contain_text("3 días después")

    page.locator("#add-2").click()
    pick("Qué hace", "Poner una etiqueta")
    drawer.get_by_label("Etiqueta").fill("Retomado")
    drawer.get_by_role("button", name="Guardar").click()
    expect(page.locator("#step-2")).to_contain_text("Poner la etiqueta «Retomado»")
    settled(page)
    page.get_by_role("button", name="Bajar el paso 2").click()
    expect(page.locator("#step-3")).to_contain_text("Poner la etiqueta «Retomado»")


def aim(page, both_themes):
    """After thirty days without contact, whoever has just come in or is agreed with."""
    page.get_by_role("link", name="Ajustes").last.click()
    expect(page.get_by_label("Sin contacto", exact=True)).to_be_visible()
    settled(page)
    page.get_by_label("Sin contacto", exact=True).check()
    page.get_by_label("Días sin contacto").fill("30")
    both_themes(page)
    shot(page, "settings")
    page.get_by_role("button", name="Guardar").click()
    page.get_by_role("link", name="A quiénes").click()
    expect(page.locator("#audience-count")).to_contain_text("2 leads entrarían")
    settled(page)
    page.get_by_role("group", name="Etapa").get_by_label("Agendado").check()
    expect(page.locator("#audience-count")).to_contain_text("0 leads entrarían")
    page.get_by_role("group", name="Etapa").get_by_label("Entrada").check()
    expect(page.locator("#audience-count")).to_contain_text("2 leads entrarían")
    both_themes(page)
    shot(page, "audience")
    page.get_by_role("button", name="Guardar").click()


@pytest.fixture
def stored(broker, inside):
    """The only campaign, as it stands."""

    def read():
        with inside(broker):
            return Campaign.objects.get()

    return read


def test_a_campaign_is_built_tried_reviewed_and_activated(
    page, live, enter, both_themes, alice, template, make_agreed, stored, engine
):
    template("Hola {{ first_name }}, ¿sigues buscando en {{ location }}?", name="Retomar")
    template("¿Te ayudo a seguir, {{ first_name }}?", name="Insistir")
    make_agreed(1, name="Rosa Paredes", location="Ñuñoa", created_at=timezone.now() - timedelta(days=60))
    make_agreed(2, name="Ana Vera", created_at=timezone.now() - timedelta(days=60))
    enter(page, alice, "/campaigns/")
    page.get_by_role("link", name="Nueva campaña").first.click()
    drawer = page.locator("#dialog-slot")
    drawer.get_by_label("Nombre").fill("Retomar fríos")
    drawer.get_by_role("button", name="Crear").click()
    expect(page.get_by_text("Agrega al menos un paso.")).to_be_visible()
    shot(page, "empty")

    build(page, both_themes)
    aim(page, both_themes)
    page.get_by_role("link", name="Pasos").click()
    page.get_by_role("link", name="Revisar y activar").click()
    expect(drawer).to_contain_text("2 leads entran en cuanto la actives")
    expect(drawer).to_contain_text("Faltan datos del lead para el texto: Comuna o sector")
    both_themes(page)
    shot(page, "review")
    drawer.get_by_role("button", name="Activar").click()
    expect(page.locator(".c-campaignhead")).to_contain_text("Activa")
    engine.look()
    engine.tick()
    expect(page.locator("#step-1")).to_contain_text("1 saltado", timeout=15_000)  # by itself
    assert stored().status == "active"
    shot(page, "running")


@pytest.mark.parametrize(
    ("answer", "left"), [("Saltarlo", "skip"), ("Repartirlo", "spread"), ("Hacerlo todo ahora", "send")]
)
def test_a_running_one_is_changed_paused_and_resumed(
    page, live, enter, both_themes, alice, make_campaign, make_agreed, enroll, stored, answer, left
):
    begun = timezone.now() - timedelta(hours=5)
    campaign = make_campaign({"delay_minutes": 60}, {}, activated=begun)
    enroll(campaign, make_agreed(1), make_agreed(2), now=begun)
    enter(page, alice, f"/campaigns/{campaign.public_id}/")
    page.locator("#add-2").click()
    drawer = page.locator("#dialog-slot")
    expect(drawer).to_contain_text("2 leads en curso lo recibirían")
    settled(page)
    drawer.get_by_label("Qué hace").select_option(label="Avisar al responsable")
    drawer.get_by_label("Qué se le avisa").fill("Mira si contestó")
    drawer.get_by_role("button", name="Guardar").click()
    expect(page.locator("#step-2")).to_contain_text("Avisar al responsable: Mira si contestó")
    page.get_by_role("button", name="Pausar").click()
    expect(page.locator(".c-campaignhead")).to_contain_text("Pausada")
    page.get_by_role("link", name="Reanudar").click()
    expect(drawer).to_contain_text("Durante la pausa les tocó un paso a 2 leads")
    settled(page)
    drawer.get_by_label(answer).check()
    if left == "skip":
        both_themes(page)
        shot(page, "resume")
    drawer.get_by_role("button", name="Reanudar").click()
    expect(page.locator(".c-campaignhead")).to_contain_text("Activa")
    assert (stored().status, stored().overdue) == ("active", left)
