"""What a campaign did, in a browser: a number opens its rows, a row its story, and a name why it is not in."""

import os
from pathlib import Path

from django.utils import timezone
from playwright.sync_api import expect

from messaging.models import Message
from tests.campaigns.conftest import (  # noqa: F401 -- fixtures
    engine,
    enroll,
    make_agreed,
    make_campaign,
    sandbox,
    template,
)

NOW = timezone.now()
SHOTS = os.environ.get("SHOTS")


def shot(page, name):
    """Keep a picture where SHOTS says, in both widths and themes."""
    if not SHOTS:
        return
    for width, scheme in ((1440, "light"), (1440, "dark"), (390, "light"), (390, "dark")):
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}-{scheme}.png", full_page="dialog" not in name)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")


def test_from_a_number_to_the_story_behind_it(
    page, live, enter, axe, alice, broker, inside, make_campaign, make_agreed, enroll, engine  # noqa: F811
):  # fmt: skip
    asked = [{"kind": "score_between", "min": 90}]
    steps = [{}, {"conditions": asked}, {"action": "update_stage", "target_stage": "seguimiento"}]
    campaign = make_campaign(*steps, name="Reactivación de otoño", activated=NOW)
    leads = [make_agreed(n, name=f"Ana Rojas {n}") for n in range(5)]
    leads += [make_agreed(9, name="Luz Vera", agreed=False)]
    enroll(campaign, *leads)
    engine.tick()
    engine.send()
    engine.tick()
    with inside(broker):
        Message.objects.filter(lead__in=leads[:3]).update(status="read", delivered_at=NOW, read_at=NOW)
    make_agreed(20, name="Eva Soto", treatment_type="hold")
    enter(page, alice)
    page.goto(f"{live}/campaigns/{campaign.public_id}/results/")
    page.get_by_text("Ver los números").click()
    axe(page)
    shot(page, "results")
    page.locator("a[data-count=skipped]").first.click()
    expect(page.get_by_role("row")).to_have_count(2)
    page.get_by_role("link", name="Por qué").click()
    expect(page.get_by_role("dialog")).to_contain_text("La persona acepta que le escriban")
    axe(page)
    shot(page, "dialog")
    page.get_by_role("dialog").get_by_role("button", name="Cerrar").first.click()
    page.get_by_role("link", name="Quitar filtros").click()
    shot(page, "log")
    page.get_by_label("¿Por qué alguien no está en la campaña?").fill("eva soto")
    page.get_by_role("link", name="Eva Soto").click()
    expect(page.locator("#why-not")).to_contain_text("Está en pausa")
    axe(page)
    shot(page, "why")
