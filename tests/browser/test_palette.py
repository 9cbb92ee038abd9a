"""The palette and the keys: everything that is done with a mouse is done without."""

from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.browser.looking import settled
from tests.conftest import PASSWORD


@pytest.fixture
def leads(make_lead, alice):
    names = ("Ana Rojas", "Andrés Pérez", "Beatriz Soto")
    return [make_lead(name=name, location="Ñuñoa", phone_raw=f"9 8765 432{at}") for at, name in enumerate(names)]


def options(page):
    return page.locator("#palette [role=option]")


def ask(page, text):
    page.keyboard.type(text)
    expect(page.locator("#palette-text")).to_have_value(text)
    page.locator(f"#palette-list:has-text('«{text}»')").wait_for()


def test_palette_finds_leads_screens_and_things_to_do(page, enter, alice, leads, both_themes):
    enter(page, alice, "/board/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Buscar un lead")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="Nuevo lead")).to_be_visible()
    both_themes(page)
    ask(page, "roj")
    expect(options(page).first).to_have_text("Ana RojasÑuñoa · Entrada")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#palette [role=status]")).to_have_text("1 resultado")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", name="Buscar «roj»")).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "palette-all")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{leads[0].public_id}/")
    page.keyboard.press("/")
    page.keyboard.type("equi")
    expect(options(page).first).to_have_text("Equipo")
    expect(options(page).first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.wait_for_url("**/team/")


def test_palette_chooses_among_what_was_typed_last_when_the_first_answer_is_slow(page, enter, alice, leads):
    enter(page, alice, "/board/")
    held = []
    page.route("**/palette/?q=&**", lambda route: held.append(route))  # noqa: PLW0108 -- Playwright hangs a mark on it
    with page.expect_request("**/palette/?q=&**"):
        page.keyboard.press("/")
    with page.expect_request("**/palette/?q=equi&**"):
        page.keyboard.type("equi")
    [slow] = held
    with suppress(Error):  # nobody waits for it any more
        slow.continue_()
    expect(options(page).first).to_have_text("Equipo")
    expect(options(page).first).to_have_attribute("aria-selected", "true")


def test_palette_without_results_says_so_and_escape_gives_the_place_back(page, enter, alice, leads):
    enter(page, alice, "/board/")
    page.locator(f"#open-{leads[0].public_id}").focus()
    page.keyboard.press("Control+k")
    ask(page, "zzzz")
    expect(page.get_by_text("Nada se llama «zzzz».")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()
    expect(page.locator(f"#open-{leads[0].public_id}")).to_be_focused()


def test_search_box_opens_the_palette_with_what_was_typed(page, enter, alice, leads):
    enter(page, alice, "/board/")
    page.locator("[data-search]").focus()
    page.keyboard.type("b")
    expect(page.locator("#palette-text")).to_be_focused()
    page.keyboard.type("eatriz")
    page.get_by_role("option", name="Beatriz Soto").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{leads[2].public_id}/")
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    page.go_back()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option", name="Beatriz Soto")).to_be_visible()  # seen a moment ago


def test_palette_takes_and_moves_the_lead_of_the_page(page, enter, alice, leads, stored):
    enter(page, alice, f"/leads/{leads[0].public_id}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("asign")
    page.get_by_role("option", name="Asignármelo").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Ahora lo atiende Alice.").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("perdido")
    page.get_by_role("option", name="Mover a Perdido").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_text("¿Por qué se perdió?").wait_for()  # asked, as by any other way
    page.keyboard.press("Escape")
    assert stored(leads[0]).stage == "entrada"
    page.keyboard.press("Control+k")
    page.keyboard.type("tarea")
    page.get_by_role("option", name="Crear una tarea").wait_for()
    page.keyboard.press("Enter")
    page.get_by_role("dialog").get_by_label("Qué hay que hacer").fill("Enviar ficha")
    page.keyboard.press("Enter")
    page.locator("#lead-todos").get_by_text("Enviar ficha").wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("nota")
    page.get_by_role("option", name="Escribir una nota").wait_for()
    page.keyboard.press("Enter")
    expect(page.locator("#note-body")).to_be_focused()


def test_from_the_login_page_to_a_lead_in_agendado_without_a_mouse(page, live, alice, leads, stored):
    page.goto(f"{live}/accounts/login/")
    page.keyboard.type(alice.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/board/")
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#open-{leads[2].public_id}")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(f"#open-{leads[1].public_id}")).to_be_focused()
    page.keyboard.press("m")
    page.get_by_role("menuitem", name="Perfilamiento").wait_for()
    page.keyboard.press("a")
    expect(page.get_by_role("menuitem", name="Agendado")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_text("Andrés Pérez pasó a Agendado.").wait_for()
    assert stored(leads[1]).stage == "agendado"
    expect(page.locator(f"#card-{leads[1].public_id}").locator(":focus")).to_have_count(1)  # the place is kept
    settled(page)
    page.keyboard.press("ArrowLeft")
    expect(page.locator("[data-cards=entrada] [data-card] :focus")).to_have_count(1)
    page.keyboard.press("Control+k")  # and the same by the palette
    page.keyboard.type("agend")
    page.get_by_role("option", name="Mover a Agendado").wait_for()
    page.keyboard.press("Enter")
    page.locator("[data-cards=agendado] [data-card]").nth(1).wait_for()
    page.keyboard.press("Control+k")
    page.keyboard.type("ana r")
    page.get_by_role("option", name="Ana Rojas").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/leads/{leads[0].public_id}/")
    page.keyboard.press("Control+k")
    page.keyboard.type("mover agend")
    page.get_by_role("option", name="Mover a Agendado").wait_for()
    page.keyboard.press("Enter")
    page.locator("[aria-current=step]:has-text('Agendado')").wait_for()
    assert stored(leads[0]).stage == "agendado"


def test_palette_fits_the_window(page, enter, alice, leads):
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, alice, f"/leads/{leads[0].public_id}/")
    page.locator("[data-search]").click()
    page.get_by_role("option", name="Nuevo lead").wait_for()
    for width, height in ((390, 844), (1440, 900)):
        page.set_viewport_size({"width": width, "height": height})
        box = page.locator("#palette").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
