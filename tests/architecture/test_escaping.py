"""What people wrote is shown as they wrote it: markup in any text column never becomes markup of a page."""

from html.parser import HTMLParser

import pytest

from core import tenancy
from crm.models import DefaultView
from tests.architecture.probe import classes, plan
from tests.architecture.probe.routes import PUBLIC, all_routes
from tests.architecture.probe.undone import Undone
from tests.architecture.probe.world import _holds_any_text, is_append_only, tenant_models

PAYLOAD = "'\"><b zq>"
SHOWN_AT_LEAST = 25


class Smuggled(HTMLParser):
    """Finds the payload's tag among a page's own, and in raw scripts and styles."""

    def __init__(self, page):
        super().__init__()
        self.found = False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found |= any(name.startswith("zq") for name, _value in attrs)

    def handle_data(self, data):
        self.found |= self.cdata_elem is not None and "<b zq>" in data


@pytest.fixture
def marked(world):
    """The world with the payload in every text column."""
    with tenancy.use(world.andes.pk):
        for model in tenant_models():
            if not is_append_only(model):
                names = [field.attname for field in model._meta.concrete_fields if _holds_any_text(field)]
                unique = {name for each in model._meta.constraints for name in getattr(each, "fields", ())}
                model._base_manager.update(**{name: PAYLOAD for name in names if name not in unique})
        DefaultView.objects.all().delete()  # the board shall open with all its leads
    for somebody in (world.owner, world.agent, world.andes_staff, world.andes):
        type(somebody).objects.filter(pk=somebody.pk).update(name=PAYLOAD)
    world.owner.api_tokens.update(name=PAYLOAD)
    with Undone() as world.undone:
        yield world


def pages(world):
    for route in all_routes():
        identity = "session:andes_staff" if route.pattern.startswith("admin/") else "session:owner"
        if classes.of(route) == PUBLIC or route.pattern.startswith("api/"):
            continue
        for style in ("form",) if route.pattern.startswith("admin/") else ("form", "htmx"):
            client = plan.client_for(world, identity)
            attempt = plan.Attempt(route, "GET", identity, style)
            response = plan.send(client, attempt, classes.values(world, route), {})
            world.undone.take_back()
            assert response.status_code < 500 or route.name == "readyz", route.name
            if response.headers.get("Content-Type", "").startswith("text/html"):
                yield f"{route.name} ({style})", response.content.decode()


def test_markup_in_any_column_stays_text(marked):
    seen = dict(pages(marked))
    assert [name for name, page in seen.items() if Smuggled(page).found] == []
    shown = {name for name, page in seen.items() if "&lt;b zq&gt;" in page}
    assert len(shown) >= SHOWN_AT_LEAST, sorted(shown)
    assert {"pipeline:board (form)", "crm:lead (form)", "crm:lead-list (form)", "accounts:team (form)"} <= shown


def test_the_finder_finds():
    assert Smuggled(f"<p>{PAYLOAD}").found
    assert Smuggled(f'<p title="{PAYLOAD}">').found
    assert Smuggled(f"<script>{PAYLOAD}</script>").found
    assert not Smuggled("<p>&lt;b zq&gt;").found
