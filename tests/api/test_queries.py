"""Statements per call, the same for one row and for three; token look-up and the brokerage's block are among them."""

import pytest

from tests.api.conftest import LEADS, address

ROWS = pytest.mark.parametrize("rows", [1, 3])


@pytest.fixture
def calls(as_bob, django_assert_num_queries):
    as_bob.get("/api/v1/me/")  # the first call of a minute takes its parcel of calls and notes the token's use

    def count(number, method, path, body=None):
        with django_assert_num_queries(number):
            response = as_bob(method, path, body)
        assert response.status_code in {200, 201}, response.content
        return response

    return count


@ROWS
@pytest.mark.parametrize(
    ("path", "statements"),
    [(LEADS, 6), ("/api/v1/pipeline/stages/entrada/leads/", 6), (f"{LEADS}?stage=entrada&q=ana", 7)],
)
def test_lists(calls, make_lead, bob, rows, path, statements):
    for number in range(rows):
        make_lead(assigned_to=bob, tags=["vip", f"n{number}"], budget_amount=number, budget_unit="UF")
    assert len(calls(statements, "GET", path).json()["results"]) == rows


@ROWS
def test_timeline(calls, make_lead, rows, as_bob):
    lead = make_lead()
    for number in range(rows):
        as_bob.post(address(lead, "notes"), {"body": str(number)})
    assert len(calls(7, "GET", address(lead, "timeline")).json()["results"]) == rows + 1


def test_detail(calls, make_lead):
    calls(6, "GET", address(make_lead(tags=["vip"])))


def test_move(calls, make_lead):
    calls(17, "POST", f"/api/v1/pipeline/leads/{make_lead().public_id}/move-stage/", {"new_stage": "agendado"})
