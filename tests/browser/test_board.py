import re

import pytest
from playwright.sync_api import Error, expect

from crm.enums import Stage
from crm.models import Lead
from pipeline.models import StageTransition
from tests.browser.looking import settled


@pytest.fixture
def leads(make_lead, alice):
    return [make_lead(name=name, location="Ñuñoa", assigned_to=alice) for name in ("Tres", "Dos", "Uno")]


@pytest.fixture
def board(page, enter, alice, leads):
    page.set_viewport_size({"width": 2560, "height": 900})  # all columns in sight of the pointer
    return enter(page, alice, "/board/")


def card(page, lead):
    return page.locator(f"#card-{lead.public_id}")


def column(page, stage):
    return page.locator(f"[data-cards={stage}]")


def names(page, stage):
    return column(page, stage).locator("[data-card]").evaluate_all("all => all.map((one) => one.dataset.name)")


def expect_names(page, stage, *wanted):
    """These cards and no others, in this order; a sentence may come up before the cards are where it says."""
    expect(column(page, stage).locator("[data-card] .c-lead__name")).to_have_text(wanted)


def drag(page, lead, stage, *, hold=False):
    """Drag a card over a column; pressed before its script had taken hold of it, it is pressed again, as one would."""
    settled(page)
    over = page.locator(f"[data-column={stage}].is-over")
    for patience in (2_000, 2_000, 10_000):
        _carry(page, lead, stage)
        try:
            over.wait_for(timeout=patience)  # the script looks where the pointer is 20 times a second
            break
        except Error:
            if patience > 2_000:
                raise
            page.mouse.up()
    if not hold:
        page.mouse.up()


def _carry(page, lead, stage):
    box, goal = card(page, lead).bounding_box(), column(page, stage).bounding_box()
    page.mouse.move(box["x"] + 90, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 60, steps=4)
    page.mouse.move(goal["x"] + 90, goal["y"] + 30, steps=10)


def wait_in(page, lead, stage):
    column(page, stage).locator(f"#card-{lead.public_id}").wait_for()


def test_drag_stores_the_stage_and_its_transition(board, leads, stored, inside, broker):
    drag(board, leads[1], "agendado")
    board.get_by_text("Dos pasó a Agendado.").wait_for()
    expect_names(board, "agendado", "Dos")
    expect_names(board, "entrada", "Uno", "Tres")
    expect(board.locator("#head-agendado .c-column__count")).to_have_text("1 / 1")
    expect(board.locator("#head-entrada .c-column__count")).to_have_text("2 / 2")
    expect(board.locator("#live")).to_have_text("Dos, ahora en Agendado, lugar 1.")
    assert stored(leads[1]).stage == Stage.AGENDADO
    with inside(broker):
        last = StageTransition.objects.filter(lead=leads[1]).latest("id")
    assert (last.from_stage, last.to_stage, last.by_label) == ("entrada", "agendado", "Alice")
    board.reload()
    expect_names(board, "agendado", "Dos")


def test_drag_within_a_column_reorders_it(board, leads, inside, broker):
    box, goal = card(board, leads[2]).bounding_box(), card(board, leads[0]).bounding_box()
    board.mouse.move(box["x"] + 90, box["y"] + 40)
    board.mouse.down()
    board.mouse.move(goal["x"] + 90, goal["y"] + goal["height"] - 4, steps=12)
    expect(column(board, "entrada").locator("[data-card]").last).to_have_attribute("data-name", "Uno")
    with board.expect_response(lambda answer: answer.url.endswith("/move/")):
        board.mouse.up()
    board.wait_for_timeout(100)
    expect_names(board, "entrada", "Dos", "Tres", "Uno")
    with inside(broker):
        ordered = list(Lead.objects.order_by("board_rank", "id").values_list("name", flat=True))
    assert ordered == ["Dos", "Tres", "Uno"]


def test_without_a_server_the_card_goes_back_and_the_page_says_so(board, leads, stored, page_errors):
    page_errors.expect("ERR_|htmx:")
    board.route("**/move/", lambda route: route.abort("connectionrefused"))
    drag(board, leads[1], "agendado")
    board.get_by_text("Sin conexión con el servidor").wait_for()
    expect_names(board, "entrada", "Uno", "Dos", "Tres")
    expect_names(board, "agendado")
    expect(board.locator("#live")).to_contain_text("«Dos» volvió a Entrada")
    assert stored(leads[1]).stage == Stage.ENTRADA
    board.unroute("**/move/")
    drag(board, leads[1], "agendado")
    board.get_by_text("Dos pasó a Agendado.").wait_for()


def test_server_that_fails_undoes_the_drag_as_well(board, leads, page_errors):
    page_errors.expect("status of 500|Error Code 500")
    board.route("**/move/", lambda route: route.fulfill(status=500, body="x"))
    drag(board, leads[2], "seguimiento")
    board.get_by_text("Algo falló de nuestro lado").wait_for()
    expect_names(board, "entrada", "Uno", "Dos", "Tres")


def test_stale_card_is_refused_and_put_where_it_truly_is(board, leads, make_user, broker, move_as, stored):
    dora = make_user("dora@andes.cl", broker, name="Dora", role="admin")
    move_as(dora, leads[1], Stage.SEGUIMIENTO)
    drag(board, leads[1], "agendado")
    board.get_by_text("Dora movió a Dos a Seguimiento").wait_for()
    expect_names(board, "seguimiento", "Dos")
    expect_names(board, "agendado")
    expect(board.locator("#head-seguimiento .c-column__count")).to_have_text("1 / 1")
    assert stored(leads[1]).stage == Stage.SEGUIMIENTO
    drag(board, leads[1], "agendado")  # with the true version it goes
    board.get_by_text("Dos pasó a Agendado.").wait_for()


def test_refused_transition_says_what_is_allowed(board, leads, stored):
    drag(board, leads[1], "referidos")
    board.get_by_text("De Entrada no se pasa a Referidos.").wait_for()
    expect_names(board, "entrada", "Uno", "Dos", "Tres")
    assert stored(leads[1]).stage == Stage.ENTRADA


def test_keyboard_walks_and_moves_without_a_pointer(board, leads, stored):
    card(board, leads[2]).locator(".c-lead__name").focus()
    board.keyboard.press("ArrowDown")
    expect(board.locator(":focus")).to_have_text("Dos")
    board.keyboard.press("m")
    board.get_by_role("menuitem", name="Perfilamiento").wait_for()
    board.keyboard.press("ArrowDown")
    board.keyboard.press("ArrowDown")
    expect(board.locator(":focus")).to_have_text("Agendado")
    board.keyboard.press("Enter")
    board.get_by_text("Dos pasó a Agendado.").wait_for()
    wait_in(board, leads[1], "agendado")
    assert stored(leads[1]).stage == Stage.AGENDADO
    expect(card(board, leads[1]).locator(":focus")).to_have_count(1)


def test_losing_asks_the_reason_and_cancelling_puts_the_card_back(board, leads, stored):
    drag(board, leads[1], "perdido")
    board.get_by_role("dialog").get_by_text("¿Por qué se perdió?").wait_for()
    board.get_by_role("button", name="Cancelar").click()
    wait_in(board, leads[1], "entrada")
    expect_names(board, "entrada", "Uno", "Dos", "Tres")
    assert stored(leads[1]).stage == Stage.ENTRADA

    drag(board, leads[1], "perdido")
    board.get_by_role("radio", name="Otro").check()
    board.get_by_role("button", name="Marcar como perdido").click()
    board.get_by_text("Hace falta para seguir.").first.wait_for()
    board.get_by_label("Cuéntalo en una línea").fill("Se fue a vivir al sur")
    board.get_by_role("button", name="Marcar como perdido").click()
    board.get_by_text("Dos pasó a Perdido.").wait_for()
    wait_in(board, leads[1], "perdido")
    expect(board.get_by_role("dialog")).to_have_count(0)
    lost = stored(leads[1])
    assert (lost.stage, lost.lost_reason, lost.lost_note) == ("perdido", "otro", "Se fue a vivir al sur")


def test_winning_asks_the_price_which_may_stay_empty(page, enter, alice, make_lead, stored):
    lead = make_lead(name="Ganadora", stage="agendado")
    enter(page, alice, "/board/")
    drag(page, lead, "calificacion_financiera", hold=True)
    zone = page.locator(".c-dropbar__zone--won").bounding_box()
    page.mouse.move(zone["x"] + 40, zone["y"] + 20, steps=8)
    page.locator(".c-dropbar__zone--won.is-over").wait_for()
    page.mouse.up()
    page.get_by_label("Precio de cierre").fill("5.250,5")
    page.get_by_label("Unidad").select_option("UF")
    page.get_by_role("button", name="Marcar como ganado").click()
    page.get_by_text("Ganadora pasó a Ganado.").wait_for()
    wait_in(page, lead, "ganado")
    won = stored(lead)
    assert (won.stage, str(won.closing_price), won.closing_unit) == ("ganado", "5250.50", "UF")


@pytest.fixture
def phone(browser, browser_context_args):
    context = browser.new_context(
        **{**browser_context_args, "viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    )
    yield context.new_page()
    context.close()


def test_phone_shows_one_column_and_moves_by_the_menu(phone, enter, alice, leads, stored):
    enter(phone, alice, "/board/")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    shown = phone.locator("[data-column]").evaluate_all("all => all.filter((one) => one.offsetParent).length")
    assert shown == 1
    card(phone, leads[0]).locator(".c-lead__menu").tap()
    phone.get_by_role("menuitem", name="Perfilamiento").tap()
    phone.get_by_text("Tres pasó a Perfilamiento.").wait_for()
    assert stored(leads[0]).stage == Stage.PERFILAMIENTO
    expect(phone.locator("#pick-perfilamiento")).to_have_text("1")
    phone.locator("[data-pick=perfilamiento]").tap()
    expect(card(phone, leads[0])).to_be_visible()


def test_scrolling_brings_every_card_once(page, enter, alice, make_lead):
    for number in range(60):
        make_lead(name=f"Lead {number}")
    enter(page, alice, "/board/")
    expect(page.locator("#head-entrada .c-column__count")).to_have_text("25 / 60")
    for shown in (50, 60):
        column(page, "entrada").locator("[data-card]").last.scroll_into_view_if_needed()
        column(page, "entrada").hover()
        page.mouse.wheel(0, 5000)
        expect(column(page, "entrada").locator("[data-card]")).to_have_count(shown)
    expect(page.locator("#head-entrada .c-column__count")).to_have_text("60 / 60")
    assert len(set(names(page, "entrada"))) == 60


def test_filters_stay_in_the_url_and_back_works(board, leads, make_lead):
    board.get_by_label("Filtrar por nombre, teléfono o comuna").fill("tres")
    cards = board.locator("[data-board] [data-card]")
    expect(cards).to_have_count(1)
    expect(board).to_have_url(re.compile("q=tres"))
    drag(board, leads[0], "perfilamiento")
    board.get_by_text("Tres pasó a Perfilamiento.").wait_for()
    expect(board.locator("#head-entrada .c-column__count")).to_have_text("0 / 0")
    board.go_back()
    expect(cards).to_have_count(3)


def test_folded_columns_are_remembered(board):
    board.locator("[data-fold=entrada]").click()
    board.reload()
    expect(board.locator("[data-column=entrada]")).to_contain_class("c-column--folded")
    expect(board.locator("[data-fold=entrada]")).to_have_attribute("aria-expanded", "false")


def test_board_menu_and_dialog_are_accessible(board, leads, both_themes):
    both_themes(board)
    card(board, leads[1]).locator(".c-lead__menu").click()
    board.get_by_role("menuitem", name="Perdido").wait_for()
    both_themes(board)
    board.get_by_role("menuitem", name="Perdido").click()
    board.get_by_role("dialog").wait_for()
    both_themes(board)
