"""E-mail by a provider's interface: the real django-anymail against Postmark's stand-in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from messaging import faults
from messaging.channels.anymail import channel
from messaging.channels.esps import ESPS
from messaging.faults import Effect
from messaging.letters import Outcome
from tests.messaging.channels.test_outcomes import HTTP
from tests.servers.postmark import TOKEN, PostmarkServer


@pytest.fixture(scope="module")
def _server():
    with PostmarkServer(hang=3) as made:
        yield made


@pytest.fixture
def server(_server, settings):
    settings.MAIL_API_BASE_URL = _server.url
    _server.sent.clear()
    _server.accepted.clear()
    return _server


@pytest.fixture
def one(server, letter):
    keys = {"esp": "postmark", "api_key": TOKEN, "from_name": "Andes"}
    return letter("smtp", subject="Tu visita", html="<p>Hola</p>", unsubscribe="https://x.cl/baja", credentials=keys)


@pytest.mark.parametrize(("fault", "expected"), HTTP.items())
def test_a_misbehaviour_is_read_as_what_it_means(server, one, fault, expected):
    server.plan.append(fault)
    answer = channel.send(one)
    assert (answer.outcome, len(server.accepted)) == expected
    if fault == "429":
        assert answer.wait == timedelta(seconds=7)


def test_what_is_sent_carries_the_try(server, one):
    answer = channel.send(one)
    [sent] = server.sent
    assert answer.ref == server.accepted[0]["ref"]
    assert sent["Metadata"] == {"attempt": str(one.attempt)}
    assert (sent["To"], sent["Subject"], sent["HtmlBody"]) == ("camila@example.com", "Tu visita", "<p>Hola</p>")
    assert sent["From"] == "Andes <ventas@andes.cl>"
    headers = {each["Name"]: each["Value"] for each in sent["Headers"]}
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert headers["Message-ID"] == f"<{one.message}@andes.cl>"


@pytest.mark.parametrize(
    ("to", "code", "effect"),
    [("inactive@example.com", "406", Effect.BAD_ADDRESS), ("odd@example.com", "300", Effect.NONE)],
)
def test_a_refusal_has_postmark_s_code(one, to, code, effect):
    answer = channel.send(replace(one, to=to))
    assert (answer.outcome, answer.code) == (Outcome.REJECTED, code)
    assert faults.of("anymail", answer.code).effect is effect


def test_a_wrong_key_is_told(one):
    wrong = {**one.credentials, "api_key": "otra"}
    for answer in (channel.send(replace(one, credentials=wrong)), channel.check("", wrong)):
        assert (answer.outcome, answer.code) == (Outcome.REJECTED, "10")
    assert channel.check("", one.credentials).ref == "Postmark"
    assert channel.send(replace(one, credentials={})).code == "no_provider"


@pytest.mark.parametrize("esp", ESPS)
def test_each_provider_is_asked_at_its_own_address(one, esp, settings, free_port):
    settings.MAIL_API_BASE_URL = f"http://127.0.0.1:{free_port}"
    keys = {"esp": esp, "api_key": "k", "domain": "andes.cl"}
    for answer in (channel.send(replace(one, credentials=keys)), channel.check("", keys)):
        assert (answer.outcome, answer.code) == (Outcome.NOT_SENT, "refused")
