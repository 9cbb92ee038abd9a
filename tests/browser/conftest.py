"""A real browser against the real pages. A test fails on any error of a page, also those it did not look for.

`page` is Playwright's; `live` serves the application; `enter(page, user)` signs in without the login form; `axe(page)` fails on
serious and critical findings. `page_errors` lets a test that provokes an error say so: `page_errors.expect("Failed to load")`.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests import database, sessions
from tests.browser.looking import axe, both_themes, look, passed  # noqa: F401 -- fixtures

_KNOWN = (
    "chromium-headless-shell",
    "chromium",
    "chromium-browser",
)  # the first is the same without windows: a third faster
CHROMIUM = os.environ.get("CHROMIUM_PATH") or next(filter(None, map(shutil.which, _KNOWN)), None)
NO_CHROMIUM = "no Chromium: apt-get install chromium-headless-shell (or chromium), or set CHROMIUM_PATH"
QUIET = [
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--mute-audio",
    "--process-per-site",  # one renderer for all pages, which keeps what it has compiled
]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.flaky(reruns=1))
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": [*QUIET, *root]}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {**browser_context_args, "locale": "es-CL", "timezone_id": "America/Santiago", "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def kept_context(django_db_setup, browser, browser_context_args, live_server):
    """A new profile, a new renderer and all scripts compiled anew cost more than most tests: these are kept for all.

    Connections to the database stay as long as the browser's: it ends before the database does.
    """
    context = browser.new_context(**browser_context_args)
    context.add_init_script(_CSP_PROBE)
    # Its renderer stays when a test closes its pages.
    context.new_page().goto(f"{live_server.url}/static/img/favicon.svg")
    yield context
    context.close()


@pytest.fixture
def context(kept_context):
    """As good as new: `page_errors` leaves no page, no cookie and nothing in any store."""
    return kept_context


def empty(context):
    keeper, *pages = context.pages
    origins = {urlsplit(page.url)._replace(path="", query="", fragment="").geturl() for page in pages}
    for page in pages:
        page.close()
    context.clear_cookies()
    context.clear_permissions()
    stores = context.new_cdp_session(keeper)
    for origin in origins:
        stores.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "all"})
    stores.detach()


@pytest.fixture
def live(transactional_db, live_server):
    """The address of the application, served by threads of this process on the test database.

    The browser keeps few connections open, and their threads keep theirs to the database, as in real use.
    """
    held = connection.settings_dict["CONN_MAX_AGE"]
    connection.settings_dict["CONN_MAX_AGE"] = None
    yield live_server.url
    connection.settings_dict["CONN_MAX_AGE"] = held


class PageErrors:
    """What a page complained about. Content-Security-Policy reports are never expected."""

    def __init__(self):
        self.seen = []
        self.expected = [
            re.compile("status of 4(09|22)"),  # answers with a page's content, which Chromium still logs
            re.compile("htmx:(sendAbort|afterRequest), "),  # a question a later one took the place of (hx-sync)
        ]

    def uncaught(self, error):
        self.seen.append(f"uncaught: {error.error}")

    def logged(self, message):
        # Chromium asks by itself for an icon that a bare file does not bring along.
        icon = message.location.get("url", "").endswith("/favicon.ico")
        if message.type == "error" and not icon:
            self.seen.append(f"console: {message.text}")

    def expect(self, pattern):
        self.expected.append(re.compile(pattern))

    def forget(self, pattern):
        """What a tool of the tests has done to the page: later pages may not."""
        self.seen = [text for text in self.seen if not re.search(pattern, text)]

    def unexpected(self):
        return [text for text in self.seen if not any(pattern.search(text) for pattern in self.expected)]


_CSP_PROBE = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""


@pytest.fixture
def page_errors(context, transactional_db):
    errors = PageErrors()
    context.set_default_timeout(10_000)
    context.on("weberror", errors.uncaught)
    context.on("console", errors.logged)
    yield errors
    empty(context)
    context.remove_listener("weberror", errors.uncaught)
    context.remove_listener("console", errors.logged)
    database.wait_until_idle()  # before the database is emptied under them
    unexpected = errors.unexpected()
    assert not unexpected, "\n".join(unexpected)


@pytest.fixture(autouse=True)
def _watched(request):
    if CHROMIUM is not None:
        request.getfixturevalue("page_errors")


_PAINTED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
"""Chromium throws away keys that come before anything is to be seen."""


@pytest.fixture
def enter(live):
    """`enter(page, user, "/board/")` opens a page as a person, by a session made on the server's side."""

    def sign_in(page, user, path="/"):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": sessions.key_of(user), "url": live}
        page.context.add_cookies([cookie])
        page.goto(live + path)
        page.evaluate(_PAINTED)
        return page

    return sign_in


@pytest.fixture
def login(live):
    """`login(page, user, password)` goes through the real login page."""

    def by_form(page, user, password):
        page.goto(f"{live}/accounts/login/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(password)
        page.locator("input[name=password]").press("Enter")
        page.wait_for_url(lambda url: "/accounts/login" not in url)
        return page

    return by_form


@pytest.fixture
def move_as(inside, broker):
    """`move_as(user, lead, stage)`: somebody else moves a lead while the page is open."""
    from django.utils import timezone

    from core.actors import Actor
    from crm.models import Lead
    from pipeline import board

    def act(user, lead, stage):
        with inside(broker):
            within = Lead.objects.visible_to(user)
            return board.move(lead.public_id, board.Move(stage), within=within, by=Actor.of(user), now=timezone.now())

    return act
