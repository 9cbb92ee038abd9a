"""Webhooks by the API: the same functions, for admins."""

import pytest

from tests.api.conftest import Api, api_for, as_alice, as_bob, as_charlie, problem  # noqa: F401

pytestmark = pytest.mark.django_db
PATH = "/api/v1/webhooks/"


@pytest.fixture
def body(receiver, anywhere):
    return {"name": "Planilla", "url": receiver.url, "events": ["lead.stage_changed", "lead.created"]}


def test_from_making_to_deleting(as_alice, body):  # noqa: F811
    made = as_alice.post(PATH, body)
    assert made.status_code == 201
    shown = made.json()
    assert shown.pop("secret").startswith("whsec_")
    assert shown["events"] == ["lead.created", "lead.stage_changed"]
    path = made.headers["Location"]
    assert as_alice.get(path).json() == shown
    assert as_alice.get(PATH).json()["results"][0]["id"] == shown["id"]
    off = as_alice.patch(path, {"is_active": False}).json()
    assert (off["is_active"], off["disabled_reason"]) == (False, "by_hand")
    assert as_alice.post(f"{path}test/").status_code == 409
    assert as_alice.put(path, body | {"name": "Otra"}).json()["is_active"] is True
    rotated = as_alice.post(f"{path}rotate-secret/").json()
    assert rotated["previous_until"]
    assert rotated["secret"].startswith("whsec_")
    assert "secret" not in as_alice.get(path).json()
    assert as_alice("DELETE", path).status_code == 204
    assert as_alice.get(path).status_code == 404


def test_a_test_its_delivery_and_a_retry(as_alice, body, send, receiver):  # noqa: F811
    path = as_alice.post(PATH, body).headers["Location"]
    answer = as_alice.post(f"{path}test/")
    assert (answer.status_code, answer.json()["state"]) == (202, "pending")
    send()
    [listed] = as_alice.get(f"{path}deliveries/").json()["results"]
    detail = as_alice.get(f"{PATH}deliveries/{listed['id']}/").json()
    assert detail | listed == detail
    assert (detail["state"], detail["last_status"], detail["payload"]["type"]) == ("delivered", 204, "webhook.test")
    assert as_alice.post(f"{PATH}deliveries/{listed['id']}/retry/").json()["state"] == "pending"
    send()
    assert len({request.headers["webhook-id"] for request in receiver.seen}) == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"url": "http://10.0.0.1/"}, "url"),
        ({"url": "https://localhost/"}, "url"),
        ({"url": "https://example.com/ñ"}, "url"),
        ({"events": []}, "events"),
        ({"events": ["lead.nothing"]}, "events.0"),
        ({"events": ["webhook.test"]}, "events.0"),
        ({"name": ""}, "name"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
)
def test_wrong_bodies_are_told(as_alice, body, settings, wrong, field, problem):  # noqa: F811
    settings.WEBHOOKS_ANYWHERE = False
    errors = problem(as_alice.post(PATH, body | {"url": "https://example.com/"} | wrong), 400, "validation")["errors"]
    assert any(name.startswith(field.partition(".")[0]) for name in errors)


def test_agents_and_strangers(as_bob, as_charlie, make_endpoint, problem):  # noqa: F811
    endpoint = make_endpoint()
    problem(as_bob.get(PATH), 403)
    problem(as_bob.get(f"{PATH}{endpoint.public_id}/"), 403)
    problem(as_charlie.get(f"{PATH}{endpoint.public_id}/"), 404)
    assert as_charlie.get(PATH).json()["results"] == []


def test_no_more_than_so_many(as_alice, body, monkeypatch, problem):  # noqa: F811
    monkeypatch.setattr("integrations.endpoints.MOST", 1)
    assert as_alice.post(PATH, body).status_code == 201
    problem(as_alice.post(PATH, body), 409, "too-many-webhooks")
