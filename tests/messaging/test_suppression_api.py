"""Blocked addresses by the API: the same functions, for admins."""

import pytest

from tests.api.conftest import Api, api_for, as_alice, as_bob, as_charlie, problem  # noqa: F401

pytestmark = pytest.mark.django_db
PATH = "/api/v1/suppressions/"


def test_from_blocking_to_lifting(as_alice):  # noqa: F811
    made = as_alice.post(PATH, {"value": "9 9824 8519", "note": "En la feria"})
    assert made.status_code == 201
    shown = made.json()
    assert (shown["kind"], shown["value"], shown["source"], shown["note"]) == (
        "phone",
        "+56998248519",
        "manual",
        "En la feria",
    )
    path = made.headers["Location"]
    assert as_alice.get(path).json() == shown
    assert as_alice.post(PATH, {"value": "+56 9 9824-8519"}).json()["id"] == shown["id"]
    assert len(as_alice.get(PATH).json()["results"]) == 1
    assert as_alice("DELETE", path).status_code == 204
    assert as_alice.get(path).status_code == 404
    assert as_alice("DELETE", path).status_code == 404


@pytest.mark.parametrize("value", ["hola", "", None, 5, "9" * 300])
def test_what_is_no_address_is_told_at_its_field(as_alice, value):  # noqa: F811
    answer = as_alice.post(PATH, {"value": value})
    assert answer.status_code == 400
    assert "value" in answer.json()["errors"]


def test_agents_and_other_brokerages_see_none(as_alice, as_bob, as_charlie):  # noqa: F811
    path = as_alice.post(PATH, {"value": "ana@example.com"}).headers["Location"]
    assert as_bob.get(PATH).status_code == 403
    assert as_charlie.get(PATH).json()["results"] == []
    assert as_charlie.get(path).status_code == 404
