"""A real browser against the real pages. A test fails on any error of a page, also those it did not look for.

`page` is Playwright's; `live` serves the application; `enter(page, user)` signs in without the login form; `axe(page)` fails on
serious and critical findings. `page_errors` lets a test that provokes an error say so: `page_errors.expect("Failed to load")`.
"""

import os
import re
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from tests import database

CHROMIUM = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("chromium-browser")
NO_CHROMIUM = "no Chromium: apt-get install chromium, or set CHROMIUM_PATH"
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
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
BACKEND = "accounts.backends.SignIn"

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's loop runs in the thread of the tests


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.django_db(transaction=True))
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
def kept_context(browser, browser_context_args, live_server):
    """A new profile, a new renderer and all scripts compiled anew cost more than most tests: these are kept for all."""
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
    """The address of the application, served by threads of this process on the test database."""
    return live_server.url


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


@pytest.fixture
def enter(live):
    """`enter(page, user, "/board/")` opens a page as a person, by a session made on the server's side."""

    def sign_in(page, user, path="/"):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session.session_key, "url": live}])
        page.goto(live + path)
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


# Fades are waited for, but not what turns for ever, or stands still with motion switched off.
_SETTLED = """
Promise.race([
  new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(
    () => Promise.all(document.getAnimations()
      .filter((one) => one.playState === "running" && one.effect?.getComputedTiming().endTime < 1000)
      .map((one) => one.finished.catch(() => {})))),
  new Promise((done) => setTimeout(done, 1000)),
])
"""
COLOURS = ["color-contrast", "link-in-text-block"]  # all that a theme can change
# Findings that are serious or critical. Colours are looked at once for each kind of text: what is written alike on the same grounds.
_GRAVE = """
async ([colours, all]) => {
  const heeded = ({ impact, tags, id }) => ["serious", "critical"].includes(impact) && !colours.includes(id)
    && tags.some((tag) => ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"].includes(tag))
    && !tags.some((tag) => ["experimental", "deprecated"].includes(tag));
  const run = (context, values) =>
    axe.run(context, { runOnly: { type: "rule", values }, resultTypes: ["violations"], preload: false });
  const grounds = new Map([[null, ""]]);
  const ground = (element) => {
    if (!grounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(element);
      grounds.set(element, [ground(element.parentElement), backgroundColor, backgroundImage, opacity, position].join());
    }
    return grounds.get(element);
  };
  const kinds = new Map();
  const written = (element) => element.matches("input, select, textarea")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  for (const element of document.querySelectorAll("body, body *")) {
    if (!written(element) || !element.checkVisibility({ visibilityProperty: true })) continue;
    const { color, fontSize, fontWeight, textDecorationLine, textShadow } = getComputedStyle(element);
    const kind = [element.tagName, element.className, color, fontSize, fontWeight, textDecorationLine, textShadow];
    kinds.set(kind.join() + ground(element), element);
  }
  const found = [await run({ include: kinds.size ? [...kinds.values()] : [document.body] }, colours)];
  if (all) found.push(await run(document, axe._audit.rules.filter(heeded).map(({ id }) => id)));
  return found.flatMap(({ violations }) => violations).flatMap(({ id, impact, nodes }) =>
    nodes.slice(0, 5).map(({ target, failureSummary }) => `${id} (${impact}): ${target} ${failureSummary}`));
}
"""


@pytest.fixture
def axe():
    """`axe(page)` in the theme the page has; `axe(page, theme="dark")` goes over to a theme and looks at its colours."""

    def check(page, *, theme=None):
        if theme:
            page.evaluate("theme => Object.assign(document.documentElement.dataset, {theme, bsTheme: theme})", theme)
        page.evaluate(_SETTLED)
        if not page.evaluate("'axe' in window"):
            page.evaluate(AXE.read_text())
        grave = page.evaluate(_GRAVE, [COLOURS, theme is None])
        assert not grave, "\n".join(grave)

    return check


@pytest.fixture
def both_themes(axe):
    """`both_themes(page)`: everything in the light, the colours again in the dark; the page stays as it was."""

    def check(page):
        was = page.evaluate("({...document.documentElement.dataset})")
        assert was["theme"] != "dark", "begin in the light"
        axe(page)
        axe(page, theme="dark")
        page.evaluate("was => Object.assign(document.documentElement.dataset, was)", was)

    return check


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
