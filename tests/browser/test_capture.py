"""The public form in Chromium: on a phone and a desk, in both themes, without scripts, and inside frames of other sites."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from core import tenancy
from crm.forms import answers
from crm.models import Lead
from tests.capture import conftest as forms

make_form = forms.make_form
LONG_ENOUGH = 300  # milliseconds


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    """Faster than this is a robot: two seconds in the product."""
    monkeypatch.setattr(answers, "FASTEST", LONG_ENOUGH / 1000)


@pytest.fixture
def site():
    """`site(html)`: the origin of a site of somebody else, which shows this page."""
    servers = []

    def serve(html):
        class Page(BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Type", "text/html")
                self.end_headers()
                self.wfile.write(html().encode())

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def names(broker):
    with tenancy.use(broker.pk):
        return list(Lead.objects.values_list("name", flat=True))


@pytest.fixture
def fine(page, both_themes):
    """`fine()`: the page fits phones and a desk, and axe finds nothing on any."""

    def look():
        for width in (390, 1440, 320):  # ends on the small phone, which goes on
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
            both_themes(page)

    return look


def test_somebody_leaves_their_data(page, live, make_form, broker, fine):
    form = make_form()
    page.set_default_navigation_timeout(60_000)
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(f"{live}/l/{form.token}/?utm_source=feria")
    page.evaluate("document.documentElement.dataset.theme = 'light'")
    fine()
    page.get_by_role("button", name="Enviar").click()
    page.get_by_text("Revisa esto y envía otra vez").wait_for()
    fine()
    page.get_by_label("Nombre").fill("Ana Rojas")
    page.get_by_label("Teléfono").fill("9 9824 8519")
    page.get_by_label("Acepto que Andes").check()
    page.wait_for_timeout(LONG_ENOUGH)
    page.get_by_role("button", name="Enviar").click()
    page.get_by_role("heading", name="¡Listo!").wait_for()
    fine()
    assert names(broker) == ["Ana Rojas"]


def test_it_works_without_scripts(browser, live, make_form, broker):
    form = make_form()
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 390, "height": 800}
    )
    page = context.new_page()
    page.goto(f"{live}/l/{form.token}/")
    page.get_by_label("Nombre").fill("Ana Rojas")
    page.get_by_label("Correo").fill("ana@ejemplo.cl")
    page.wait_for_timeout(LONG_ENOUGH)
    page.get_by_role("button", name="Enviar").click()
    page.get_by_role("heading", name="¡Listo!").wait_for()
    assert names(broker) == ["Ana Rojas"]
    context.close()


def test_the_forms_own_site_frames_it_and_it_grows(page, live, make_form, site, broker):
    shown = {}
    origin = site(lambda: shown["html"])
    form = make_form(origins=[origin])
    shown["html"] = (
        f'<!doctype html><title>x</title><iframe src="{live}/l/{form.token}/" width="100%" height="200" title="f"></iframe>'
        f'<script src="{live}/l/embed.js"></script>'
    )
    page.set_default_navigation_timeout(60_000)
    page.goto(origin)
    frame = page.frame_locator("iframe")
    frame.get_by_label("Nombre").fill("Ana Rojas")
    page.wait_for_function("document.querySelector('iframe').getBoundingClientRect().height > 400")
    frame.get_by_label("Teléfono").fill("9 9824 8519")
    page.wait_for_timeout(LONG_ENOUGH)
    frame.get_by_role("button", name="Enviar").click()
    frame.get_by_role("heading", name="¡Listo!").wait_for()
    assert names(broker) == ["Ana Rojas"]


def test_no_other_site_frames_it(page, live, make_form, site, page_errors):
    page_errors.expect("frame-ancestors|refused to connect|X-Frame-Options|ERR_BLOCKED|CSP")
    shown = {}
    stranger = site(lambda: shown["html"])
    form = make_form(origins=["https://www.andes.cl"])
    shown["html"] = f'<!doctype html><title>x</title><iframe src="{live}/l/{form.token}/" title="f"></iframe>'
    page.set_default_navigation_timeout(60_000)
    page.goto(stranger)
    page.wait_for_timeout(1_000)
    assert page.frame_locator("iframe").get_by_label("Nombre").count() == 0
