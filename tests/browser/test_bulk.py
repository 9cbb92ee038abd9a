"""Many leads by hand: ticking, the bar, the dialog, the way back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.actors import Actor
from crm import leads as crm_leads
from crm.models import Lead


@pytest.fixture
def many(alice, broker, inside):
    """`many(count)`: leads of Andes in entrada."""

    def make(count):
        with inside(broker):
            first = timezone.now() - timedelta(seconds=count)
            drafts = [
                crm_leads.Draft({"name": f"Lead {number:03}"}, created_at=first + timedelta(seconds=number))
                for number in range(count)
            ]
            return crm_leads.create_many(drafts, by=Actor.of(alice), now=timezone.now())

    return make


def stages(inside, broker):
    with inside(broker):
        return set(Lead.objects.values_list("stage", flat=True))


def tick(page, name, **how):
    page.locator("tr, [data-card]").filter(has_text=name).hover()
    page.get_by_role("checkbox", name=f"Marcar {name}").click(**how)


def test_in_the_list_a_tick_stands_beside_the_name(page, enter, alice, many):
    many(1)
    enter(page, alice, "/leads/")
    cell = page.locator(".c-leads__name").filter(has_text="Lead 000")
    box, name = cell.get_by_role("checkbox").bounding_box(), cell.get_by_role("link").bounding_box()
    assert box["x"] + box["width"] <= name["x"]
    assert box["y"] < name["y"] + name["height"]
    assert name["y"] < box["y"] + box["height"]


def test_five_hundred_move_and_come_back(page, enter, alice, many, broker, inside):
    many(500)
    enter(page, alice, "/board/")
    tick(page, "Lead 499")
    page.get_by_role("button", name="Marcar los 500 con estos filtros").click()
    expect(page.locator("[data-ticked]")).to_have_text("500 marcados")
    page.get_by_role("region", name="Leads marcados").get_by_role("button", name="Mover").click()
    page.get_by_role("dialog").get_by_label("Agendado").check()
    page.get_by_role("dialog").get_by_role("button", name="Mover").click()
    toast = page.locator("[data-toast]").filter(has_text="500 leads cambiaron.")
    expect(page.locator("[data-column=agendado] [data-total]")).to_have_text("500", timeout=30_000)
    assert stages(inside, broker) == {"agendado"}
    toast.get_by_role("button", name="Deshacer").click()
    expect(page.locator("[data-column=entrada] [data-total]")).to_have_text("500", timeout=30_000)
    assert stages(inside, broker) == {"entrada"}
    expect(page.locator("#bulk")).to_be_hidden()


def test_shift_ticks_all_between_and_losing_asks_once(page, enter, alice, many, broker, inside, both_themes):
    many(5)
    enter(page, alice, "/board/")
    tick(page, "Lead 004")
    tick(page, "Lead 002", modifiers=["Shift"])
    expect(page.locator("[data-ticked]")).to_have_text("3 marcados")
    both_themes(page)
    page.get_by_role("region", name="Leads marcados").get_by_role("button", name="Mover").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Perdido").check()
    dialog.get_by_role("button", name="Mover").click()
    expect(dialog.get_by_text("Elige el motivo.").first).to_be_visible()
    both_themes(page)
    dialog.get_by_label("¿Por qué se perdieron?").select_option("precio")
    dialog.get_by_role("button", name="Mover").click()
    expect(page.locator("[data-column=perdido] [data-total]")).to_have_text("3")
    with inside(broker):
        assert set(Lead.objects.filter(stage="perdido").values_list("name", "lost_reason")) == {
            ("Lead 004", "precio"),
            ("Lead 003", "precio"),
            ("Lead 002", "precio"),
        }


def test_list_assigns_what_is_ticked(page, enter, alice, bob, many, broker, inside, both_themes):
    many(3)
    enter(page, alice, "/leads/")
    tick(page, "Lead 001")
    tick(page, "Lead 002")
    page.get_by_role("region", name="Leads marcados").get_by_role("button", name="Asignar").click()
    both_themes(page)
    page.get_by_role("dialog").get_by_label("Responsable").select_option(label="Bob")
    page.get_by_role("dialog").get_by_role("button", name="Asignar").click()
    expect(page.locator("[data-toast]").filter(has_text="2 leads cambiaron.")).to_be_visible()
    with inside(broker):
        assert set(Lead.objects.filter(assigned_to=bob).values_list("name", flat=True)) == {"Lead 001", "Lead 002"}
    page.locator("[data-toast]").get_by_role("button", name="Deshacer").click()
    expect(page.locator("[data-toast]").filter(has_text="2 leads quedaron como estaban.")).to_be_visible()
    with inside(broker):
        assert not Lead.objects.filter(assigned_to=bob).exists()


def test_one_move_is_undone_from_its_toast(page, enter, alice, make_lead, move_as, stored):
    lead = make_lead(name="Ana")
    page.set_viewport_size({"width": 2560, "height": 900})
    enter(page, alice, "/board/")
    page.locator(f"#menu-{lead.public_id}").click()
    page.get_by_role("menuitem", name="Agendado").click()
    page.locator("[data-toast]").get_by_role("button", name="Deshacer").click()
    expect(page.locator("[data-cards=entrada] [data-card]")).to_have_count(1)
    assert stored(lead).stage == "entrada"


def test_card_that_changed_elsewhere_comes_and_is_marked(page, enter, alice, make_lead, move_as):
    lead = make_lead(name="Ana")
    page.set_viewport_size({"width": 2560, "height": 900})
    enter(page, alice, "/board/")
    move_as(alice, lead, "agendado")
    new = make_lead(name="Nueva")
    told = [str(lead.public_id), str(new.public_id)]
    page.evaluate("leads => document.body.dispatchEvent(new CustomEvent('leads:changed', {detail: {leads}}))", told)
    expect(page.locator(f"[data-cards=agendado] #card-{lead.public_id}")).to_be_visible()
    expect(page.locator(f"[data-cards=entrada] #card-{new.public_id}")).to_be_visible()
    expect(page.locator("[data-column=entrada] [data-total]")).to_have_text("1")


def drop(page, lead, zone):
    """Carry a card to the zone that shows up at the bottom meanwhile."""
    box = page.locator(f"#card-{lead.public_id}").bounding_box()
    page.mouse.move(box["x"] + 90, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 60, steps=4)
    goal = page.locator(f"[data-drop-stage={zone}]")
    goal.wait_for()
    there = goal.bounding_box()
    page.mouse.move(there["x"] + there["width"] / 2, there["y"] + there["height"] / 2, steps=10)
    page.locator(f"[data-drop-stage={zone}].is-over").wait_for()
    page.mouse.up()


def test_zones_for_won_and_lost_ask_and_move(page, enter, alice, make_lead, stored):
    lost, won = make_lead(name="Perdida"), make_lead(name="Ganada", stage="seguimiento")
    page.set_viewport_size({"width": 2560, "height": 900})  # both cards in sight of the pointer
    enter(page, alice, "/board/")
    drop(page, lost, "perdido")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Precio").check()
    dialog.get_by_role("button", name="Marcar como perdido").click()
    expect(dialog).to_have_count(0)
    page.locator(f"[data-cards=perdido] #card-{lost.public_id}").wait_for()
    drop(page, won, "ganado")
    page.get_by_role("dialog").get_by_role("button", name="Marcar como ganado").click()
    expect(page.get_by_role("dialog")).to_have_count(0)  # the answer is here; the card was there before it
    page.locator(f"[data-cards=ganado] #card-{won.public_id}").wait_for()
    assert (stored(lost).lost_reason, stored(won).status) == ("precio", "converted")


def test_view_is_kept_and_opens_the_board(page, enter, alice, make_lead, both_themes):
    make_lead(name="Fría")
    enter(page, alice, "/board/?next_step=none")
    page.get_by_role("button", name="Vistas").click()
    both_themes(page)
    page.get_by_role("menuitem", name="Guardar estos filtros como vista…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Nombre").fill("Sin paso")
    dialog.get_by_label("Abrir la página con esta vista").check()
    both_themes(page)
    with page.expect_navigation():
        dialog.get_by_role("button", name="Guardar").click()
    page.goto(page.url.split("?")[0])
    page.wait_for_url("**/board/?next_step=none")
    page.get_by_role("button", name="Vistas").click()
    expect(page.get_by_role("menuitem", name="Sin paso").first).to_be_visible()
    page.get_by_role("menuitem", name="Todo", exact=True).click()
    page.wait_for_url("**/board/?all=1")
