"""The merge page, the audit, the bin, the reparto and a person's data, looked at in both themes."""

import os
from pathlib import Path

import pytest
from django.utils import timezone

from core.actors import Actor
from crm import bin as leads_bin
from crm import leads
from crm.models import Action, Lead

SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def look(both_themes):
    """Axe in both themes; with SHOTS a picture of each width and theme is kept there."""

    def at(page, name):
        both_themes(page)
        for width in (1440, 390) if SHOTS else ():
            page.set_viewport_size({"width": width, "height": 900})
            for theme in ("light", "dark"):
                page.evaluate(
                    "theme => Object.assign(document.documentElement.dataset, {theme, bsTheme: theme})", theme
                )
                page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}-{theme}.png"), full_page=True)
            page.evaluate("Object.assign(document.documentElement.dataset, {theme: 'light', bsTheme: 'light'})")

    return at


def test_two_leads_are_merged_side_by_side_and_apart_again(page, enter, look, alice, make_lead, broker, inside):
    kept = make_lead(name="Ana Rojas", phone_raw="987654321", location="Ñuñoa", email="ana@correo.cl", by=alice)
    make_lead(name="Ana María Rojas", email="ana@correo.cl", location="Providencia", bedrooms=2, by=alice)
    enter(page, alice, f"/leads/{kept.public_id}/")
    page.get_by_role("heading", name="Posibles duplicados").wait_for()
    page.get_by_role("link", name="Unir", exact=True).click()
    page.get_by_role("heading", name="Unir dos leads en uno").wait_for()
    look(page, "merge")
    page.get_by_label("Ana María Rojas").check()
    page.get_by_role("button", name="Unir").click()
    page.get_by_role("heading", name="Ana María Rojas").wait_for()
    with inside(broker):
        assert Lead.objects.get().bedrooms == 2
    page.get_by_role("button", name="Deshacer").click()
    page.get_by_text("quedaron como estaban").wait_for()
    with inside(broker):
        assert sorted(Lead.objects.values_list("name", flat=True)) == ["Ana María Rojas", "Ana Rojas"]


def test_a_deleted_lead_comes_back_from_the_toast_and_from_the_bin(page, enter, look, alice, make_lead, broker, inside):
    lead = make_lead(name="Ana Rojas", phone_raw="987654321", by=alice)
    enter(page, alice, f"/leads/{lead.public_id}/")
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("menuitem", name="Enviar a la papelera").click()
    page.get_by_text("El lead está en la papelera").wait_for()
    page.get_by_role("button", name="Deshacer").click()
    page.get_by_role("link", name="Ana Rojas").wait_for()
    with inside(broker):
        leads_bin.delete(Lead.objects.all(), by=Actor.of(alice), now=timezone.now())
    page.goto(page.url.split("/leads/")[0] + "/leads/bin/")
    look(page, "bin")
    page.get_by_role("button", name="Restaurar a Ana Rojas").click()
    page.get_by_text("El lead volvió").wait_for()


def test_the_audit_is_read_and_undone(page, enter, look, alice, bob, make_lead, broker, inside):
    by, now = Actor.of(alice), timezone.now()
    made = [make_lead(name=name, by=alice) for name in ("Ana Rojas", "Luz Díaz")]
    with inside(broker):
        leads.edit(made[0], {"location": "Ñuñoa", "bedrooms": 3}, by=Actor.of(bob), now=now)
        leads.assign(Lead.objects.all(), to=bob, by=by, now=now)
        leads_bin.delete(Lead.objects.filter(pk=made[1].pk), by=by, now=now)
    enter(page, alice, "/audit/")
    page.get_by_role("heading", name="Auditoría").wait_for()
    look(page, "audit")
    page.get_by_role("button", name="Deshacer").first.click()
    page.wait_for_url(lambda url: "/audit/" not in url)
    with inside(broker):
        assert Action.objects.exclude(undone_at=None).count() == 1
        assert Lead.objects.count() == 2


def test_the_quiet_pages(page, live, enter, look, alice, bob, make_lead):
    lead = make_lead(name="Ana Rojas", by=alice)
    enter(page, alice, "/healthz")
    for path, name in (
        ("settings/assignment", "assignment"), ("leads/pause", "pause"), (f"leads/{lead.public_id}/personal-data", "privacy")
    ):  # fmt: skip
        page.goto(f"{live}/{path}/")
        page.locator("h1").wait_for()
        look(page, name)


def test_two_leads_ticked_in_the_list_are_offered_to_be_merged(page, enter, alice, make_lead):
    for name in ("Ana", "Berta", "Carla"):
        make_lead(name=name, by=alice)
    enter(page, alice, "/leads/")
    merge = page.get_by_role("link", name="Unir", exact=True)
    boxes = page.locator("[data-tick]:visible")
    for at, offered in ((0, False), (1, True), (2, False)):
        boxes.nth(at).check()
        assert merge.is_visible() is offered
    boxes.nth(2).uncheck()
    merge.click()
    page.get_by_role("heading", name="Unir dos leads en uno").wait_for()


def test_who_runs_the_brokerage_reads_the_audit_of_a_lead_on_its_page(
    page, enter, look, alice, make_lead, broker, inside
):
    lead = make_lead(name="Ana Rojas", phone_raw="987654321", by=alice)
    with inside(broker):
        leads.edit(lead, {"location": "Ñuñoa"}, by=Actor.of(alice), now=timezone.now())
    enter(page, alice, f"/leads/{lead.public_id}/")
    page.get_by_role("heading", name="Auditoría de este lead").click()
    page.locator("#lead-audit .c-act").first.wait_for()
    look(page, "lead-audit")
    page.get_by_role("link", name="Abrir en la auditoría").click()
    page.get_by_role("heading", name="Auditoría de Ana Rojas").wait_for()
