"""The story of the demo: write to a lead, see it arrive on their phone, answer there, see the answer and the lead advance."""

from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core.actors import Actor
from messaging import accounts
from messaging.inbound import apply, sandbox, store
from messaging.sending.sender import Sender
from tests.browser.test_live import uvicorn  # noqa: F401 -- a fixture

WITHIN = 8000


@pytest.fixture
def live(transactional_db, uvicorn):  # noqa: F811
    return uvicorn


@pytest.fixture
def ana(make_lead, bob, broker, inside):
    with inside(broker):
        accounts.ensure_sandbox(by=Actor.system(), now=timezone.now())
    return make_lead(name="Ana Rojas", phone_raw="+56 9 8765 4321", email="ana@correo.cl", assigned_to=bob)


@pytest.fixture
def engine():
    """`engine()`: one look of the engine at what is to be sent and what came in."""

    def look():
        sender = Sender(at_once=8)
        sender.look()
        sender.close()
        while apply.apply_waiting(now=timezone.now()):
            pass

    return look


@pytest.fixture
def answer(broker, inside, engine):
    """`answer(lead, text)`: the lead writes from their simulated WhatsApp."""

    def write(lead, text):
        now = timezone.now()
        with inside(broker):
            account = accounts.for_channel("whatsapp")
            store.keep(account, [sandbox.typed(lead, account, text, key=uuid4(), now=now)], now=now)
        engine()

    return write


@pytest.fixture
def open_(enter):
    def listen(page, user, path):
        with page.expect_response(lambda answer: "/live/" in answer.url):
            enter(page, user, path)
        return page

    return listen


def test_a_message_reaches_the_phone_and_the_answer_the_inbox(
    page, new_context, open_, ana, bob, engine, any_hour, both_themes
):
    lead_page, phone = open_(page, bob, f"/leads/{ana.public_id}/"), new_context().new_page()
    open_(phone, bob, f"/phone/{ana.public_id}/")
    lead_page.locator("#reply #write-body").fill("Hola Ana, ¿te muestro el departamento el martes?")
    lead_page.get_by_role("button", name="Enviar", exact=True).dblclick()
    expect(lead_page.locator("#lead-outgoing [data-status=queued]")).to_have_count(1)
    expect(phone.get_by_text("¿te muestro el departamento")).to_have_count(0)
    engine()
    expect(phone.locator("#phone-screen").get_by_text("¿te muestro el departamento")).to_have_count(1, timeout=WITHIN)
    expect(lead_page.locator("#lead-outgoing [data-status]")).to_have_count(0, timeout=WITHIN)
    both_themes(phone)

    lead_page.goto(lead_page.url.partition("/leads/")[0] + f"/inbox/{ana.public_id}/")
    expect(lead_page.locator("[data-status=sent]")).to_contain_text("Enviado")
    expect(lead_page.locator(".c-inbox__lead")).to_contain_text("Entrada")
    phone.locator("#phone-body").fill("¡Sí! El martes a las 11")
    phone.locator("#phone-body").press("Enter")
    expect(phone.get_by_text("¡Sí! El martes a las 11")).to_be_visible()
    engine()
    expect(lead_page.locator("#thread-messages").get_by_text("¡Sí! El martes a las 11")).to_be_visible(timeout=WITHIN)
    expect(lead_page.locator(".c-threadrow")).to_contain_text("¡Sí! El martes a las 11", timeout=WITHIN)
    expect(lead_page.locator(".c-inbox__lead")).to_contain_text("Perfilamiento", timeout=WITHIN)
    both_themes(lead_page)


def test_keys_walk_answer_note_and_resolve(page, enter, open_, ana, bob, make_lead, engine, answer, both_themes):
    luz = make_lead(name="Luz Vera", phone_raw="+56 9 8765 4322", assigned_to=bob)
    answer(ana, "Soy Ana")
    answer(luz, "Soy Luz")
    open_(page, bob, "/inbox/")
    expect(page.locator("#rail-badge")).to_contain_text("2")
    both_themes(page)
    page.keyboard.press("j")
    expect(page.locator(".c-thread h2")).to_have_text("Luz Vera")
    expect(page.locator("#rail-badge")).to_contain_text("1")
    page.keyboard.press("j")
    expect(page.locator(".c-thread h2")).to_have_text("Ana Rojas")
    assert str(ana.public_id) in page.url
    page.keyboard.press("k")
    expect(page.locator(".c-thread h2")).to_have_text("Luz Vera")
    page.keyboard.press("p")
    expect(page.locator("#write-body")).to_be_focused()
    page.keyboard.type("Pedir la cédula")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".c-bubble--note")).to_contain_text("Pedir la cédula")
    page.locator("#thread-scroll").focus()
    page.keyboard.press("r")
    expect(page.locator("#write-body")).to_be_focused()
    page.keyboard.type("Hola Luz")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-status=queued]")).to_contain_text("Hola Luz")
    page.get_by_role("button", name="Tomar").click()
    expect(page.locator("#thread-head")).to_contain_text("La atiendes tú")
    page.locator("#thread-scroll").focus()
    page.keyboard.press("e")
    expect(page.locator("#thread-head")).to_contain_text("Resuelta")
    expect(page.locator(".c-threadrow")).to_have_count(1)
    both_themes(page)
    page.go_back()
    expect(page.locator(".c-thread h2")).to_have_text("Ana Rojas")


def test_keys_pressed_faster_than_the_page_follows_are_not_lost(page, open_, ana, bob, make_lead, answer):
    answer(ana, "Soy Ana")
    answer(make_lead(name="Luz Vera", phone_raw="+56 9 8765 4322", assigned_to=bob), "Soy Luz")
    open_(page, bob, "/inbox/")
    page.keyboard.type("jjpEs para ella")
    expect(page.locator("#write-body")).to_have_value("Es para ella")
    expect(page.locator(".c-thread h2")).to_have_text("Ana Rojas")
    expect(page.locator(".c-write--note")).to_be_visible()
    expect(page.locator(".c-threadrow")).to_have_count(2)  # no E was taken for «resolve»


def test_a_key_hits_a_line_that_htmx_has_not_seen_yet(page, open_, ana, bob, answer):
    """Of two lists that come at once, the first to settle takes the mark of the other away."""
    answer(ana, "Soy Ana")
    open_(page, bob, "/inbox/")
    page.evaluate("""() => {
        window.stayed = true;
        const rows = document.querySelector("#inbox-rows");
        rows.innerHTML = rows.innerHTML;
    }""")
    page.keyboard.press("j")
    expect(page.locator(".c-thread h2")).to_have_text("Ana Rojas")
    assert page.evaluate("window.stayed === true")


def test_one_pane_at_a_time_on_a_phone(page, enter, open_, ana, bob, answer, axe):
    answer(ana, "Soy Ana")
    page.set_viewport_size({"width": 390, "height": 844})
    open_(page, bob, "/inbox/")
    page.locator(".c-threadrow").click()
    expect(page.locator("#thread-messages")).to_contain_text("Soy Ana")
    expect(page.locator(".c-inbox__list")).to_be_hidden()
    axe(page)
    page.get_by_role("link", name="Volver a la lista").click()
    expect(page.locator(".c-threadrow")).to_be_visible()
