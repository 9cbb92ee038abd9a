"""Each misbehaviour of each provider becomes the right Outcome, and what was accepted was accepted once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from messaging import channels
from messaging.letters import Outcome

A, R, L, N, U = Outcome.ACCEPTED, Outcome.REJECTED, Outcome.LATER, Outcome.NOT_SENT, Outcome.UNKNOWN
HTTP = {
    "": (A, 1),
    "slow": (A, 1),
    "accept_close": (U, 1),
    "accept_hang": (U, 1),
    "accept_500": (U, 1),
    "accept_garbage": (U, 1),
    "no_503": (U, 0),
    "close": (U, 0),
    "429": (L, 0),
}
MAIL = {
    "": (A, 1),
    "slow": (A, 1),
    "accept_close": (U, 1),
    "accept_hang": (U, 1),
    "accept_garbage": (U, 1),
    "no_503": (L, 0),
    "429": (L, 0),
    "close": (U, 0),
}
CASES = [
    (provider, fault, *expected)
    for provider, table in (("twilio", HTTP), ("telegram", HTTP), ("smtp", MAIL))
    for fault, expected in table.items()
]


@pytest.mark.parametrize(("provider", "fault", "outcome", "accepted"), CASES)
def test_a_misbehaviour_is_read_as_what_it_means(request, letter, provider, fault, outcome, accepted):
    server = request.getfixturevalue(f"{provider}_server")
    server.plan.append(fault)
    answer = channels.of(provider).send(letter(provider))
    assert (answer.outcome, len(server.accepted)) == (outcome, accepted)
    assert bool(answer.ref) == (outcome is A)
    if outcome is A:
        assert answer.ref == server.accepted[0]["ref"]


@pytest.mark.parametrize("provider", ["twilio", "telegram", "smtp"])
def test_a_pause_asked_for_is_told(request, letter, provider):
    server = request.getfixturevalue(f"{provider}_server")
    server.plan.append("429")
    wait = channels.of(provider).send(letter(provider)).wait
    assert wait == timedelta(minutes=1) if provider == "smtp" else timedelta(seconds=1)


@pytest.mark.parametrize("provider", ["twilio", "telegram", "smtp"])
def test_nobody_there_is_not_sent(letter, settings, free_port, provider):
    settings.TWILIO_BASE_URL = settings.TELEGRAM_BASE_URL = f"http://127.0.0.1:{free_port}"
    one = letter(provider)
    one = replace(one, credentials={**one.credentials, "port": str(free_port)})
    answer = channels.of(provider).send(one)
    assert (answer.outcome, answer.code) == (N, "refused")


@pytest.mark.parametrize("provider", ["twilio", "telegram", "smtp"])
def test_a_name_nobody_knows_is_not_sent(letter, settings, monkeypatch, provider):
    settings.TWILIO_BASE_URL = settings.TELEGRAM_BASE_URL = "http://nadie.invalid"
    one = letter(provider)
    one = replace(one, credentials={**one.credentials, "host": "nadie.invalid"})
    answer = channels.of(provider).send(one)
    assert (answer.outcome, answer.code) == (N, "dns")


@pytest.mark.parametrize("provider", ["twilio", "telegram"])
def test_no_handshake_is_not_sent(request, letter, settings, provider):
    server = request.getfixturevalue(f"{provider}_server")
    settings.TWILIO_BASE_URL = settings.TELEGRAM_BASE_URL = server.url.replace("http:", "https:")
    answer = channels.of(provider).send(letter(provider))
    assert answer.outcome is N
    assert not server.accepted


@pytest.mark.parametrize(
    ("provider", "wrong"),
    [("twilio", {"auth_token": "otro"}), ("twilio", {}), ("telegram", {"bot_token": "1:otro"}), ("telegram", {})],
)
def test_wrong_credentials_are_told(request, letter, provider, wrong):
    request.getfixturevalue(f"{provider}_server")
    one = letter(provider)
    one = replace(one, credentials={**one.credentials, **wrong} if wrong else {})
    answer = channels.of(provider).send(one)
    assert (answer.outcome, answer.code) == (R, "20003" if provider == "twilio" else "bad_token")
    assert channels.of(provider).check(one.sender, one.credentials).outcome is R


@pytest.mark.parametrize("provider", ["twilio", "telegram", "smtp"])
def test_a_check_sends_nothing(request, letter, provider):
    server = request.getfixturevalue(f"{provider}_server")
    one = letter(provider)
    answer = channels.of(provider).check(one.sender, one.credentials)
    assert answer.outcome is A
    assert answer.ref == {"twilio": "Andes Propiedades", "telegram": "@andes_bot", "smtp": "127.0.0.1"}[provider]
    assert not server.accepted
