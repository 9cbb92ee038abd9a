import re
from pathlib import Path

from playwright.sync_api import expect

from crm.models import Lead

SAMPLE = Path(__file__).parents[1] / "data" / "leads-planilla.csv"


def test_the_sample_from_upload_to_revert(page, enter, alice, run_jobs, both_themes, inside, broker):
    enter(page, alice, "/import/")
    both_themes(page)
    page.get_by_role("link", name="Importar planilla").click()
    page.set_input_files("input[type=file]", SAMPLE)
    expect(page.locator("[data-drop-name]")).to_have_text("leads-planilla.csv")
    both_themes(page)
    page.get_by_role("button", name="Continuar").click()

    expect(page.get_by_text("Windows (Excel antiguo)").first).to_be_visible()
    expect(page.get_by_label("Renta líquida")).to_have_value("income")
    both_themes(page)
    page.get_by_role("button", name="Ver qué va a pasar").click()

    expect(page.locator(".c-importsum")).to_contain_text("420 leads nuevos")
    page.get_by_role("link", name="No entrarán 2").click()
    expect(page.get_by_text("Fila en blanco")).to_be_visible()
    page.get_by_role("link", name="Repetidas 18").click()
    expect(page.get_by_text("con la fila 9", exact=True)).to_be_visible()
    both_themes(page)
    page.get_by_label("Pidieron que los contactaran").check()
    page.get_by_role("button", name="Importar", exact=True).click()

    expect(page.get_by_text("Puedes seguir trabajando")).to_be_visible()
    both_themes(page)
    run_jobs(broker)
    for words in ("Leads nuevos 420", "Unidas a un lead 18", "Rechazadas 2"):
        expect(page.locator(".c-stats").get_by_role("link", name=re.compile(words))).to_be_visible()
    both_themes(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Descargar las rechazadas").click()
    assert download.value.suggested_filename == "leads-planilla-rechazadas.csv"
    assert "Fila de totales" in Path(download.value.path()).read_text(encoding="utf-8-sig")

    page.get_by_role("button", name="Revertir la importación").click()
    expect(page.locator("dialog").get_by_text("Nadie ha trabajado todavía")).to_be_visible()
    both_themes(page)
    page.locator("dialog").get_by_role("button", name="Revertir", exact=True).click()
    expect(page.get_by_text("Revirtiendo…")).to_be_visible()
    run_jobs(broker)
    expect(page.get_by_role("heading", name="Importación revertida")).to_be_visible()
    both_themes(page)
    with inside(broker):
        assert not Lead.objects.exists()


def test_the_preview_fits_a_phone(page, enter, alice):
    page.set_viewport_size({"width": 390, "height": 844})
    enter(page, alice, "/import/new/")
    page.set_input_files("input[type=file]", SAMPLE)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_role("button", name="Ver qué va a pasar").click()
    page.get_by_role("link", name="Ir a las preguntas").click()
    expect(page.get_by_role("button", name="Importar", exact=True)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
