"""Templates in a browser: a text is written, a variable inserted, tried on a lead and saved."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from core import tenancy
from core.actors import Actor
from messaging import accounts
from templates_app import starters
from templates_app.models import Template
from tests.browser.looking import settled
from tests.templates_app.conftest import NOW

SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def begun(alice, broker, inside):
    with inside(broker):
        starters.install(by=Actor.of(alice), now=NOW)


def shot(page, name):
    """Keep a picture where SHOTS says, in both widths and themes."""
    if not SHOTS:
        return
    for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def test_a_text_is_written_tried_on_a_lead_and_saved(page, live, enter, axe, alice, make_lead, broker):
    make_lead(name="Rosa Paredes", assigned_to=alice)
    enter(page, alice)
    page.goto(f"{live}/settings/templates/new/whatsapp/")
    page.locator("[name=name]").fill("Saludo corto")
    text = page.locator("[name=body]")
    text.fill("Hola !")
    text.evaluate("field => field.setSelectionRange(5, 5)")
    page.get_by_role("button", name="Nombre de pila").click()
    expect(text).to_have_value("Hola {{ first_name }}!")
    expect(page.locator("#template-preview")).to_contain_text("Hola Camila!")
    page.get_by_label("Probar con").select_option(label="Rosa Paredes")
    expect(page.locator("#template-preview")).to_contain_text("Hola Rosa!")
    text.fill("Hola {{ first_name }}, ¿sigues buscando en {{ location }}?")
    expect(page.locator("#template-preview")).to_contain_text("A este lead le falta: Comuna o sector")
    axe(page)
    shot(page, "new")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Versión 1", exact=True)).to_be_visible()
    with tenancy.use(broker.pk):
        assert Template.objects.get().name == "Saludo corto"
        accounts.ensure_sandbox(by=Actor.of(alice), now=NOW)
    page.locator("[name=body]").fill("Hola {{ first_name }}")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Versión 2", exact=True)).to_be_visible()  # no longer the page before
    expect(page.locator("#template-trial")).to_contain_text("Elige un lead en «Probar con»")
    settled(page)
    page.get_by_label("Probar con").select_option(label="Rosa Paredes")
    panel = page.locator("#template-trial")
    expect(panel).to_contain_text("Hola Rosa")
    expect(panel.get_by_label("A mí, en el teléfono simulado")).to_be_checked()
    panel.get_by_role("button", name="Enviar prueba").click()
    expect(panel.get_by_role("link", name="Ver el teléfono simulado")).to_be_visible()
    axe(page)
    shot(page, "trial")


def test_a_refused_text_keeps_what_was_typed(page, live, enter, axe, alice):
    enter(page, alice)
    page.goto(f"{live}/settings/templates/new/email/")
    page.locator("[name=name]").fill("Correo")
    page.locator("[name=subject]").fill("Hola {{ nombre }}")
    page.locator("[name=body]").fill("Hola\n{% if name %}")
    expect(page.locator("#template-preview")).to_contain_text("falta cerrar")
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator("body")).to_contain_text("Línea 2: falta cerrar este «if»")
    expect(page.locator("body")).to_contain_text("Línea 1: la variable «nombre» no existe.")
    expect(page.locator("[name=subject]")).to_have_value("Hola {{ nombre }}")
    axe(page)
    shot(page, "refused")


def test_the_list_the_mail_and_its_versions(page, live, enter, axe, alice, begun):
    enter(page, alice)
    page.goto(f"{live}/settings/templates/")
    expect(page.get_by_role("link", name="Saludo")).to_have_count(3)
    axe(page)
    shot(page, "list")
    page.get_by_label("Canal").select_option("email")
    expect(page.get_by_role("link", name="Saludo")).to_have_count(1)
    page.get_by_role("link", name="Volver a intentarlo").click()
    expect(page.locator("#template-preview")).to_contain_text("https://andes.example/baja")
    page.get_by_text("Versión HTML").click()
    page.locator("[name=html]").fill("<p>Hola <b>{{ first_name }}</b></p>")
    expect(page.frame_locator(".c-bubble__html").locator("b")).to_have_text("Camila")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("Versión 2", exact=True)).to_be_visible()
    page.get_by_role("heading", name="Versiones").click()
    expect(page.locator(".c-versions li")).to_have_count(2)
    axe(page)
    shot(page, "edit")
