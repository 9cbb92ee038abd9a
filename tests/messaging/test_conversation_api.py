"""Conversations over the API: whose one sees, writing through the gate, taking over."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.models import Message
from tests.api.conftest import api_for  # noqa: F401 -- a fixture

PATH = "/api/v1/conversations/"


@pytest.fixture
def ana(make_lead, bob):
    return make_lead(name="Ana", phone_raw="+56 9 8765 4321", assigned_to=bob)


@pytest.fixture
def as_bob(api_for, bob):  # noqa: F811
    return api_for(bob)


@pytest.fixture
def address(wrote, ana, thread):
    """Where Ana's conversation is, after she wrote."""
    wrote(ana, "Hola")
    return f"{PATH}{thread(ana).public_id}/"


def test_list_read_and_messages(as_bob, address, ana, wrote):
    wrote(ana, "¿Hay alguien?")
    [row] = as_bob.get(PATH).json()["results"]
    assert (row["lead"], row["unread"], row["last_text"], row["taken_by"]) == (
        str(ana.public_id),
        2,
        "¿Hay alguien?",
        None,
    )
    assert as_bob.get(address).json() == row
    found = as_bob.get(f"{address}messages/?limit=1").json()
    assert (found["results"][0]["body"], found["results"][0]["status"]) == ("¿Hay alguien?", "received")
    assert as_bob.get(found["next"]).json()["results"][0]["body"] == "Hola"
    assert len(as_bob.get(f"{PATH}?box=mine&lead={ana.public_id}").json()["results"]) == 1
    assert as_bob.get(f"{PATH}?box=snoozed").json()["results"] == []
    assert as_bob.get(f"{PATH}?box=nada").status_code == 400


def test_what_others_have_does_not_exist(address, api_for, alice, charlie, make_user, broker, as_bob):  # noqa: F811
    carla = make_user("carla@andes.cl", broker, name="Carla", role="agent")
    for who in (carla, charlie):
        api = api_for(who)
        assert api.get(PATH).json()["results"] == []
        assert api.get(address).status_code == 404
        assert api.post(f"{address}send/", {"channel": "whatsapp", "body": "x"}).status_code == 404
        assert api.post(f"{address}take/").status_code == 404
    assert api_for(alice).get(address).status_code == 200


def test_send_queues_once_for_one_key(as_bob, address, broker, inside):
    body = {"channel": "whatsapp", "body": "Hola, Ana"}
    answers = [as_bob.post(f"{address}send/", body, **{"Idempotency-Key": "una-vez"}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json() == answers[1].json()
    assert (answers[0].json()["status"], answers[0].json()["by"]["kind"]) == ("queued", "api")
    with inside(broker):
        assert Message.objects.filter(direction="out").count() == 1


@pytest.mark.parametrize(("channel", "reason"), [("telegram", "no_account")])
def test_a_refusal_says_why(channel, reason, as_bob, address):
    answer = as_bob.post(f"{address}send/", {"channel": channel, "body": "Hola"})
    assert (answer.status_code, answer.json()["reason"]) == (409, reason)
    assert answer.json()["type"] == "urn:corredor:problem:refused-by-gate"
    assert answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [{"channel": "call", "body": "x"}, {"channel": "whatsapp"}, {"channel": "whatsapp", "body": ""}]
)
def test_what_is_wrong_is_named(body, as_bob, address):
    assert as_bob.post(f"{address}send/", body).status_code == 400


def test_taken_by_one_is_refused_to_the_other(as_bob, address, api_for, alice):  # noqa: F811
    as_alice = api_for(alice)
    assert as_bob.post(f"{address}take/").json()["taken_by"]["name"] == "Bob"
    assert as_bob.post(f"{address}take/").status_code == 200
    refused = as_alice.post(f"{address}take/")
    assert (refused.status_code, "Bob" in refused.json()["detail"]) == (409, True)
    assert as_alice.post(f"{address}release/").json()["owner"] == "nobody"
    as_alice.post(f"{address}take/")
    assert as_bob.post(f"{address}release/").status_code == 409


def test_the_list_costs_the_same_with_one_and_three(as_bob, make_lead, wrote, bob):
    counts = []
    for number in range(3):
        wrote(make_lead(name="Eva", phone_raw=f"+56 9 8765 430{number}", assigned_to=bob))
        with CaptureQueriesContext(connection) as seen:
            assert len(as_bob.get(PATH).json()["results"]) == number + 1
        counts.append(len(seen))
    assert len(set(counts[1:])) == 1, counts
