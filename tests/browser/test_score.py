"""Why a score is what it is, and the rules' page, in a browser."""

import os
from pathlib import Path

import pytest

PICTURES = os.environ.get("PICTURES", "")  # a folder to look at the screens in


def look(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


@pytest.fixture
def lead(make_lead, alice):
    return make_lead(
        phone_raw="9 9824 8519", email="ana@example.com", stage="perfilamiento", wants_visit=True, assigned_to=alice
    )


def test_a_score_tells_why_by_keys_alone(page, enter, axe, lead, alice):
    enter(page, alice, "/board/")
    page.get_by_role("button", name="Puntaje 23, Tibio").focus()
    page.keyboard.press("Enter")
    told = page.get_by_role("dialog", name="Por qué este puntaje")
    told.get_by_text("Qué lo subiría").wait_for()
    axe(page)
    look(page, "popover")
    page.keyboard.press("Escape")
    told.wait_for(state="hidden")


def test_the_lead_page_says_what_is_missing_and_moves_on(page, enter, axe, lead, alice):
    enter(page, alice, f"/leads/{lead.public_id}/")
    page.get_by_role("heading", name="Qué falta").wait_for()
    look(page, "lead")
    page.get_by_role("button", name="Avanzar si corresponde").click()
    page.get_by_text("Todavía no avanza").wait_for()
    axe(page)


def test_rules_are_tried_out_and_saved(page, enter, axe, lead, alice):
    page.set_viewport_size({"width": 390, "height": 900})
    enter(page, alice, "/settings/rules/")
    page.get_by_label("Pidió una visita").fill("20")
    page.get_by_role("button", name="Qué cambiaría").click()
    page.get_by_text("Cambiaría 1 lead").wait_for()
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        for theme in ("dark", "light"):
            page.emulate_media(color_scheme=theme)
            axe(page)
            look(page, f"rules-{theme}-{width}")
    page.get_by_role("button", name="Guardar las reglas").click()
    page.get_by_text("Versión 1", exact=True).wait_for()
