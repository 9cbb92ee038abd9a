"""The settings of sending in a browser: readable, complete, reachable by keyboard, in both themes and on a phone."""

import pytest
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from messaging import limits, suppressions
from messaging.enums import SuppressionSource
from messaging.suppressions import Listing


@pytest.fixture
def listed(broker, alice):
    by, now = Actor.of(alice), timezone.now()
    with tenancy.use(broker.pk):
        registry = Listing(SuppressionSource.REGISTRY, "No Molestar")
        suppressions.take_in(b"998248519\n987654321\nana@example.com\n", registry, country="CL", by=by, now=now)
        suppressions.add("+56 9 7777 1234", Listing(note="Lo pidió en la feria"), country="CL", by=by, now=now)


def test_the_pages_are_accessible(page, live, enter, axe, alice, listed):
    enter(page, alice, "/healthz")
    for path in ("sending/", "suppressions/", "suppressions/register/", "suppressions/new/"):
        page.goto(f"{live}/settings/{path}")
        axe(page)


def test_everything_is_stopped_from_a_dialog_and_goes_on(page, enter, axe, alice, broker):
    enter(page, alice, "/settings/sending/")
    page.get_by_role("link", name="Detener todos los envíos").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Entiendo").check()
    axe(page)
    dialog.get_by_role("button", name="Detener").click()
    page.get_by_text("Los envíos están detenidos", exact=False).first.wait_for()
    with tenancy.use(broker.pk):
        assert limits.of_brokerage().stopped_at is not None
    page.get_by_role("button", name="Reanudar los envíos").click()
    page.get_by_role("link", name="Detener todos los envíos").wait_for()
