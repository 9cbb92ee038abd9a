"""Webhooks at the screen: made, tried, looked at and switched off, in both themes and on a phone."""

import os
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from core import tenancy, waking
from core.actors import Actor
from integrations import deliveries, endpoints, wire
from integrations.models import WebhookDelivery
from tests.conftest import PASSWORD
from tests.integrations import receiver as bad


@pytest.fixture
def receiver(settings, monkeypatch):
    settings.WEBHOOKS_ANYWHERE = True
    monkeypatch.setattr(waking, "_publish", lambda task, arguments: None)
    made = bad.Receiver()
    yield made
    made.stop()


def send(broker):
    now = timezone.now()
    for broker_id, delivery_id in deliveries.due(now=now, most=50):
        with tenancy.use(broker_id):
            attempt = deliveries.claim(delivery_id, now=now)
        deliveries.record(attempt, wire.post(attempt.url, attempt.body, attempt.headers), now=timezone.now())


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_from_making_one_to_the_log(page, enter, alice, broker, receiver, both_themes, make_lead):
    enter(page, alice, "/settings/webhooks/")
    both_themes(page)
    picture(page, "empty")
    page.get_by_role("link", name="Nuevo webhook").click()
    page.locator("#id_name").fill("Planilla de cierres")
    page.locator("#id_url").fill("ftp://nada")
    page.get_by_role("button", name="Crear el webhook").click()
    page.locator("input[name=password]").fill(PASSWORD)  # who you are, once
    page.locator("input[name=password]").press("Enter")
    page.get_by_text("Revisa esto").wait_for()
    both_themes(page)
    picture(page, "form_wrong")
    page.locator("#id_url").fill(receiver.url)
    page.get_by_label("Lead nuevo").check()
    page.get_by_label("Cambio de etapa").check()
    page.get_by_role("button", name="Crear el webhook").click()
    expect(page.locator("#secret")).to_have_value(re.compile("^whsec_"))
    both_themes(page)
    picture(page, "secret")
    page.get_by_role("button", name="Enviar prueba").click()
    page.get_by_text("webhook.test").wait_for()
    send(broker)
    page.get_by_text("Entregada").wait_for()  # by itself
    receiver.answers = bad.status(500, b'{"error": "sin espacio"}')
    make_lead(name="Ana Rojas", phone_raw="987654321")
    send(broker)
    page.reload()
    both_themes(page)
    picture(page, "log")
    page.get_by_role("link", name="lead.created").click()
    page.get_by_text("sin espacio").wait_for()
    both_themes(page)
    picture(page, "delivery")
    receiver.answers = bad.status(200)
    page.get_by_role("button", name="Enviar otra vez").click()
    page.get_by_text("En camino otra vez").wait_for()
    send(broker)
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("menuitem", name="Apagar").click()
    page.get_by_text("Lo que pase mientras tanto").wait_for()
    both_themes(page)
    picture(page, "off")
    page.goto(page.url.rsplit("/", 2)[0] + "/")
    both_themes(page)
    picture(page, "list")


def test_on_a_phone(page, live, enter, alice, broker, receiver, make_lead, both_themes, inside):
    page.set_viewport_size({"width": 390, "height": 844})
    with inside(broker):
        wanted = endpoints.Wanted("Planilla de cierres", receiver.url + "/" + "x" * 120, ["lead.created"])
        endpoint, _secret = endpoints.create(wanted, by=Actor.of(alice), now=timezone.now())
        endpoints.send_test(endpoint, now=timezone.now())
    make_lead()
    send(broker)
    enter(page, alice, "/healthz")
    for path in ("", "new/", f"{endpoint.public_id}/", f"{endpoint.public_id}/edit/"):
        page.goto(f"{live}/settings/webhooks/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        both_themes(page)
        picture(page, f"phone_{path.strip('/').rsplit('/')[-1] or 'list'}"[:30])
    with inside(broker):
        delivery = WebhookDelivery.objects.latest("pk")
    page.goto(f"{live}/settings/webhooks/deliveries/{delivery.public_id}/")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "phone_delivery")
