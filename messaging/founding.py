"""What a new brokerage writes through: simulated phones, and the real accounts that the settings name."""

from email.utils import parseaddr
from functools import partial

from django.conf import settings
from django.db import transaction

from accounts.events import BrokerageFounded
from accounts.models import Broker
from core import tenancy
from core.actors import Actor
from messaging import accounts
from messaging.account_forms import channel_of
from messaging.accounts import Wanted
from messaging.enums import Provider


def on_founded(event: BrokerageFounded) -> None:
    """Give a brokerage its accounts; later, when another one's transaction is open."""
    if tenancy.is_open() and tenancy.current() != event.broker_id:
        transaction.on_commit(partial(_furnish, event))
    else:
        _furnish(event)


def _furnish(event: BrokerageFounded) -> None:
    """The keys of the environment are for an installation's first brokerage: one number answers for one of them."""
    is_first = not Broker.objects.exclude(pk=event.broker_id).exists()
    with tenancy.use(event.broker_id):
        accounts.ensure_sandbox(by=Actor.system(), now=event.at)
        for provider, wanted in named() if is_first else ():
            accounts.create(channel_of(provider), provider, wanted, by=Actor.system(), now=event.at)


def named() -> list[tuple[Provider, Wanted]]:
    """The accounts that the environment has all keys of."""
    twilio = {"account_sid": settings.TWILIO_ACCOUNT_SID, "auth_token": settings.TWILIO_AUTH_TOKEN}
    found = []
    if all(twilio.values()) and settings.TWILIO_WHATSAPP_NUMBER:
        found.append((Provider.TWILIO, Wanted("WhatsApp", settings.TWILIO_WHATSAPP_NUMBER, twilio)))
    if settings.TELEGRAM_BOT_TOKEN:
        found.append((Provider.TELEGRAM, Wanted("Telegram", "", {"bot_token": settings.TELEGRAM_BOT_TOKEN})))
    if settings.EMAIL_BACKEND.endswith("smtp.EmailBackend") and settings.EMAIL_HOST:
        found.append((Provider.SMTP, _mail()))
    return found


def _mail() -> Wanted:
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    keys = {
        "host": settings.EMAIL_HOST,
        "port": str(settings.EMAIL_PORT or 587),
        "security": "tls" if settings.EMAIL_USE_SSL else "starttls" if settings.EMAIL_USE_TLS else "none",
        "user": settings.EMAIL_HOST_USER or "",
        "password": settings.EMAIL_HOST_PASSWORD or "",
        "from_name": name,
    }
    return Wanted("Correo", address.lower(), keys)
