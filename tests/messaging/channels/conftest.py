import socket
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core import wire
from messaging.channels import answers
from messaging.letters import Letter
from tests.servers import smtp, telegram, twilio


@pytest.fixture(scope="session")
def _twilio():
    with twilio.TwilioServer(hang=3, pause=0.01) as server:
        yield server


@pytest.fixture(scope="session")
def _telegram():
    with telegram.TelegramServer(hang=3) as server:
        yield server


@pytest.fixture(scope="session")
def _smtp():
    with smtp.SmtpServer(hang=3) as server:
        yield server


@pytest.fixture
def impatient(monkeypatch):
    """Deadlines that a test can wait for."""
    monkeypatch.setattr(answers, "PATIENCE", wire.Patience(connect=0.5, total=1, read_bytes=1_000_000))


@pytest.fixture(autouse=True)
def _anywhere(settings, impatient):
    settings.WEBHOOKS_ANYWHERE = True


@pytest.fixture
def twilio_server(_twilio, settings):
    settings.TWILIO_BASE_URL = _twilio.url
    return emptied(_twilio)


@pytest.fixture
def telegram_server(_telegram, settings):
    settings.TELEGRAM_BASE_URL = _telegram.url
    return emptied(_telegram)


@pytest.fixture
def smtp_server(_smtp):
    return emptied(_smtp)


def emptied(server):
    server.plan.clear()
    server.accepted.clear()
    getattr(server, "messages", []).clear()
    return server


@pytest.fixture
def letter(request):
    """`letter("twilio", to=…)`: a letter for a provider, with the credentials its stand-in takes."""

    def make(provider, **fields):
        credentials, sender, to, channel = {
            "twilio": (
                {"account_sid": twilio.SID, "auth_token": twilio.TOKEN},
                "+56222222222",
                "+56912345678",
                "whatsapp",
            ),
            "telegram": ({"bot_token": telegram.TOKEN}, "@andes_bot", "777", "telegram"),
            "smtp": ({"host": "127.0.0.1", "security": "none"}, "ventas@andes.cl", "camila@example.com", "email"),
        }[provider]
        if provider == "smtp":
            credentials["port"] = str(request.getfixturevalue("smtp_server").port)
        wanted = {"credentials": credentials, "sender": sender, "to": to, "channel": channel, "body": "Hola, Ñuñoa."}
        return Letter(attempt=uuid4(), message=uuid4(), **wanted | fields)

    return make


@pytest.fixture
def begun_at():
    return datetime.now(UTC)


@pytest.fixture
def free_port():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]
