"""Whatever goes wrong, credentials are in no log line, no answer and no repr."""

import logging
from dataclasses import replace

import pytest

from messaging import channels
from tests.servers.base import KINDS

CANARY = "canario-7f3a"
KEYS = {
    "twilio": {"account_sid": "AC" + "0" * 32, "auth_token": CANARY},
    "telegram": {"bot_token": f"1:{CANARY}"},
    "smtp": {"host": "127.0.0.1", "security": "none", "user": "u", "password": CANARY},
    "anymail": {"esp": "postmark", "api_key": CANARY},
}


class Everything(logging.Handler):
    def __init__(self):
        super().__init__(logging.DEBUG)
        self.said = []

    def emit(self, record):
        self.said.append(f"{record.getMessage()} {record.exc_info}")


@pytest.fixture
def log():
    handler, root = Everything(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler.said
    root.removeHandler(handler)
    root.setLevel(level)


@pytest.mark.parametrize("provider", KEYS)
def test_credentials_are_told_to_nobody(request, letter, settings, capfd, log, free_port, provider):
    servers = {name: request.getfixturevalue(f"{name}_server") for name in ("twilio", "telegram", "smtp")}
    base = {"twilio": "smtp", "anymail": "smtp"}.get(provider, provider)
    one = letter("smtp" if provider == "anymail" else provider)
    one = replace(one, credentials={"port": str(servers["smtp"].port), **KEYS[provider]})
    answers = []
    for fault in KINDS:
        servers.get(provider, servers[base]).plan.append(fault)
        answers.append(channels.of(provider).send(one))
    answers.append(channels.of(provider).check(one.sender, one.credentials))
    settings.TWILIO_BASE_URL = settings.TELEGRAM_BASE_URL = settings.MAIL_API_BASE_URL = f"http://127.0.0.1:{free_port}"
    answers.append(channels.of(provider).send(replace(one, credentials={**one.credentials, "port": str(free_port)})))
    servers["smtp"].plan.clear()
    told = capfd.readouterr()
    for text in (repr(answers), repr(one), str(one), told.out, told.err, "\n".join(log)):
        assert CANARY not in text
