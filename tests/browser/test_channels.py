"""Channel accounts at the screen: connected, found wanting, mended, in both themes and on a phone."""

import os

import pytest
from django.utils import timezone

from core import tenancy, waking
from core.actors import Actor
from messaging import accounts, connecting
from messaging.models import ChannelAccount
from tests.conftest import PASSWORD
from tests.servers import telegram


@pytest.fixture
def server(settings, monkeypatch):
    monkeypatch.setattr(waking, "_publish", lambda task, arguments: None)
    with telegram.TelegramServer() as made:
        settings.WEBHOOKS_ANYWHERE, settings.TELEGRAM_BASE_URL = True, made.url
        yield made


def picture(page, name):
    if folder := os.environ.get("PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def connect(broker):
    with tenancy.use(broker.pk):
        [found] = ChannelAccount.objects.filter(provider="telegram")
    connecting.connect(broker.pk, found.pk, now=timezone.now())


def test_from_choosing_to_working(page, enter, alice, broker, server, both_themes):
    with tenancy.use(broker.pk):
        accounts.ensure_sandbox(by=Actor.of(alice), now=timezone.now())
    enter(page, alice, "/settings/channels/")
    both_themes(page)
    picture(page, "list")
    page.get_by_role("link", name="Conectar una cuenta").first.click()
    both_themes(page)
    picture(page, "choose")
    page.get_by_role("link", name="Telegram").first.click()
    page.locator("input[name=password]").fill(PASSWORD)  # who you are, once
    page.locator("input[name=password]").press("Enter")
    page.locator("#id_name").fill("Bot de Andes")
    page.get_by_label("Clave del bot").fill("123456789:una-clave-que-no-es-la-buena")
    both_themes(page)
    picture(page, "form")
    page.get_by_role("button", name="Conectar y probar").click()
    page.get_by_text("Probando…").wait_for()
    connect(broker)
    page.get_by_text("Telegram no reconoce la clave del bot.").wait_for()
    both_themes(page)
    picture(page, "failing")
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("menuitem", name="Cambiar").click()
    page.get_by_label("Clave del bot").fill(telegram.TOKEN)
    page.get_by_role("button", name="Guardar y probar").click()
    page.get_by_text("Probando…").wait_for()
    connect(broker)
    page.get_by_text("Funciona").wait_for()
    assert server.webhook["url"].endswith("/webhooks/telegram/" + _token(broker))
    page.set_viewport_size({"width": 390, "height": 844})
    both_themes(page)
    picture(page, "account_phone")
    for path, name in [("/settings/channels/", "list_phone"), ("/settings/channels/new/smtp/", "smtp_phone")]:
        page.goto(page.url.split("/settings")[0] + path)
        both_themes(page)
        picture(page, name)
    page.set_viewport_size({"width": 1440, "height": 900})
    for provider in ("smtp", "twilio", "anymail"):
        page.goto(page.url.split("/settings")[0] + f"/settings/channels/new/{provider}/")
        picture(page, provider)


def _token(broker):
    with tenancy.use(broker.pk):
        return ChannelAccount.objects.get(provider="telegram").token
