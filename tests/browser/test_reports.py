from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from reports.views.metrics import SECTIONS
from tests.reports import invented


@pytest.fixture
def furnished(transactional_db, broker, inside, alice, bob):
    now = timezone.now()
    with inside(broker):
        found = invented.pasts(Random(5), (alice, bob, None), count=60, night=now - timedelta(days=2), now=now)
        invented.store(found)


def test_figures_can_be_read_by_all_and_a_phone_scrolls_down_only(page, enter, live, alice, furnished, both_themes):
    enter(page, alice, "/healthz")
    for path in ("/dashboard/", *(f"/metrics/{section}/" for section in SECTIONS)):
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{live}{path}?period=90d")
        assert page.evaluate("document.querySelector('#main').scrollWidth <= innerWidth"), path
        page.set_viewport_size({"width": 1440, "height": 900})
        both_themes(page)


def test_a_range_is_chosen_without_leaving_the_page(page, enter, alice, furnished):
    enter(page, alice, "/dashboard/")
    page.get_by_role("link", name="Este mes").click()
    page.wait_for_url("**/dashboard/?period=month")
    expect(page.get_by_role("link", name="Este mes")).to_have_attribute("aria-current", "true")
    page.locator("#report-owner").select_option("me")
    page.wait_for_url("**/dashboard/?period=month&assigned=me")
    page.go_back()
    page.wait_for_url("**/dashboard/?period=month")
    page.get_by_role("link", name="Entrada:").first.click()
    page.wait_for_url("**/metrics/leads/?**of=entered**")
    expect(page.get_by_role("heading", name="Entraron a Entrada")).to_be_visible()
