"""WhatsApp by the real SDK: what is asked, what is found again, and codes."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from messaging.channels.twilio import channel
from messaging.letters import Outcome
from tests.servers import twilio


def test_what_is_asked_of_twilio(twilio_server, letter):
    channel.send(letter("twilio", callback="https://crm.example.com/webhooks/x?a=1"))
    form = twilio_server.calls[-1].form
    assert form == {
        "To": "whatsapp:+56912345678",
        "From": "whatsapp:+56222222222",
        "Body": "Hola, Ñuñoa.",
        "StatusCallback": "https://crm.example.com/webhooks/x?a=1#rc=3&rp=all",
    }


def test_an_approved_template_goes_by_its_content_alone(twilio_server, letter):
    channel.send(letter("twilio", content_sid="HX1", content_variables={"1": "María"}))
    form = twilio_server.calls[-1].form
    assert "Body" not in form
    assert (form["ContentSid"], json.loads(form["ContentVariables"])) == ("HX1", {"1": "María"})


@pytest.mark.parametrize("fault", ["accept_close", "accept_500", "accept_garbage", "accept_hang"])
@pytest.mark.parametrize("content", ["", "HX1"])
def test_a_lost_answer_is_found_again(twilio_server, letter, begun_at, fault, content):
    twilio_server.plan.append(fault)
    one = letter("twilio", to="+56911112222", content_sid=content)
    assert channel.send(one).outcome is Outcome.UNKNOWN
    found = channel.look_up(one, begun_at=begun_at)
    assert (found.outcome, found.ref) == (Outcome.ACCEPTED, twilio_server.accepted[-1]["ref"])


def test_what_never_arrived_is_absent(twilio_server, letter, begun_at):
    twilio_server.plan.append("no_503")
    one = letter("twilio", to="+56911113333")
    channel.send(replace(one, body="Otra cosa"))
    channel.send(replace(one, body="Otra cosa"))
    assert channel.look_up(one, begun_at=begun_at).outcome is Outcome.NOT_SENT
    assert channel.look_up(replace(one, to="+56911114444"), begun_at=begun_at).outcome is Outcome.NOT_SENT


def test_what_was_sent_long_before_is_another(twilio_server, letter, begun_at):
    one = letter("twilio", to="+56911115555")
    channel.send(one)
    assert channel.look_up(one, begun_at=begun_at + timedelta(minutes=1)).outcome is Outcome.NOT_SENT
    assert channel.look_up(one, begun_at=begun_at - timedelta(hours=1)).outcome is Outcome.NOT_SENT


def test_the_same_text_twice_is_two_messages(twilio_server, letter, begun_at):
    one = letter("twilio", to="+56911117777")
    channel.send(one)
    channel.send(one)
    first, second = [each["ref"] for each in twilio_server.accepted]
    assert channel.look_up(one, begun_at=begun_at).ref == first
    assert channel.look_up(replace(one, taken=frozenset({first})), begun_at=begun_at).ref == second
    assert channel.look_up(replace(one, taken=frozenset({first, second})), begun_at=begun_at).code == "absent"


def test_a_long_list_is_read_page_by_page(twilio_server, letter, begun_at):
    one = letter("twilio", to="+56911116666")
    channel.send(one)
    for number in range(60):
        channel.send(replace(one, body=f"Otra {number}"))
    assert channel.look_up(one, begun_at=begun_at).ref == twilio_server.accepted[0]["ref"]


def test_a_question_that_fails_says_nothing_about_the_message(twilio_server, letter, begun_at, settings, free_port):
    one = letter("twilio")
    wrong = replace(one, credentials={**one.credentials, "auth_token": "otro"})
    assert channel.look_up(wrong, begun_at=begun_at).outcome is Outcome.UNKNOWN
    settings.TWILIO_BASE_URL = f"http://127.0.0.1:{free_port}"
    assert channel.look_up(one, begun_at=begun_at).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(("to", "code"), [*twilio.MAGIC.items(), ("+15006063016", 63016)])
def test_a_code_of_twilio_comes_back(twilio_server, letter, to, code):
    answer = channel.send(letter("twilio", to=to))
    assert (answer.outcome, answer.code, answer.status) == (Outcome.REJECTED, str(code), 400)


def test_a_stand_in_is_for_tests_alone(settings):
    """In production the address of a stand-in is not even read."""
    from config import settings as written

    source = Path(written.__file__).read_text(encoding="utf-8")
    for name in ("TWILIO_BASE_URL", "MAIL_API_BASE_URL", "TELEGRAM_BASE_URL"):
        [line] = [line for line in source.splitlines() if f'env.str("{name}"' in line]
        assert line.endswith('if WEBHOOKS_ANYWHERE else ""')
