"""Contacts, tasks, appointments and notifications through the API."""

from datetime import timedelta

import pytest
from django.utils import timezone

TASKS, MEETINGS = "/api/v1/tasks/", "/api/v1/appointments/"
SOON = (timezone.now() + timedelta(days=1)).isoformat()
PAST = (timezone.now() - timedelta(hours=2)).isoformat()


def test_contact_is_recorded_and_listed(as_alice, make_lead):
    path = f"/api/v1/leads/{make_lead().public_id}/interactions/"
    made = as_alice.post(path, {"kind": "call_answered", "seconds": 90, "note": "Hola"})
    assert made.status_code == 201
    assert made.json()["by"] == {"kind": "api", "name": "Alice"}
    assert [row["seconds"] for row in as_alice.get(path).json()["results"]] == [90]
    assert as_alice.post(path, {"kind": "message_in", "at": SOON}).status_code == 400
    assert as_alice.post(path, {"kind": "visit_kept"}).status_code == 400


def test_life_of_a_task(as_alice, make_lead, bob):
    lead = make_lead()
    made = as_alice.post(TASKS, {"title": "Llamar", "due_at": SOON, "lead": str(lead.public_id)})
    assert (made.status_code, made.json()["lead"]) == (201, str(lead.public_id))
    path = made.headers["Location"]
    assert (
        as_alice.patch(path, {"title": "Escribir", "assignee": str(bob.public_id)}).json()["assignee"]["name"] == "Bob"
    )
    assert as_alice.post(f"{path}finish/").json()["done_at"]
    assert [row["title"] for row in as_alice.get(f"{TASKS}?state=done&lead={lead.public_id}").json()["results"]] == [
        "Escribir"
    ]
    assert as_alice.get(f"{TASKS}?state=open").json()["results"] == []
    assert as_alice.post(f"{path}reopen/").json()["done_at"] is None
    assert as_alice("DELETE", path).status_code == 204
    assert as_alice.get(path).status_code == 404


def test_task_is_refused_with_a_reason(as_alice, api_for, make_lead, alice, bob):
    lead = make_lead(assigned_to=alice)
    body = {"title": "x", "due_at": SOON, "lead": str(lead.public_id)}
    refused = as_alice.post(TASKS, body | {"assignee": str(bob.public_id)})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["assignee"])
    assert list(api_for(bob).post(TASKS, body).json()["errors"]) == ["lead"]
    assert as_alice.get(f"{TASKS}?lead=x").status_code == 400
    assert as_alice.get(f"{TASKS}?state=x").status_code == 400


def test_agent_does_not_learn_of_leads_they_do_not_see(as_alice, api_for, make_lead, alice, bob):
    lead = make_lead()
    made = as_alice.post(
        TASKS, {"title": "x", "due_at": SOON, "lead": str(lead.public_id), "assignee": str(bob.public_id)}
    )
    as_alice.post(f"/api/v1/leads/{lead.public_id}/assign/", {"assigned_to": str(alice.public_id)})
    assert api_for(bob).get(made.headers["Location"]).json()["lead"] is None


def test_life_of_a_meeting(as_alice, make_lead, alice):
    body = {
        "lead": str(make_lead().public_id),
        "type": "property_visit",
        "starts_at": PAST,
        "agent": str(alice.public_id),
    }
    made = as_alice.post(MEETINGS, body)
    assert (made.status_code, made.json()["status"]) == (201, "scheduled")
    clash = as_alice.post(MEETINGS, body)
    assert (clash.status_code, clash.json()["type"]) == (409, "urn:corredor:problem:agent-busy")
    path = made.headers["Location"]
    assert as_alice.post(f"{path}confirm/").json()["status"] == "confirmed"
    assert as_alice.patch(path, {"note": "Llevar llaves"}).json()["status"] == "confirmed"
    assert as_alice.post(f"{path}complete/").json()["status"] == "completed"
    late = as_alice.post(f"{path}cancel/", {"reason": "x"})
    assert (late.status_code, late.json()["current_status"]) == (422, "completed")
    assert len(as_alice.get(f"{MEETINGS}?lead={body['lead']}").json()["results"]) == 1


def test_meetings_of_leads_one_does_not_see_are_not_found(as_alice, api_for, make_lead, alice, bob, charlie):
    body = {"lead": str(make_lead(assigned_to=alice).public_id), "type": "other", "starts_at": SOON}
    path = as_alice.post(MEETINGS, body).headers["Location"]
    for person in (bob, charlie):
        assert api_for(person).get(path).status_code == 404
        assert api_for(person).get(MEETINGS).json()["results"] == []
        assert api_for(person).post(MEETINGS, body).status_code == 400


def test_agent_names_only_themselves(api_for, make_lead, alice, bob):
    body = {"lead": str(make_lead().public_id), "type": "other", "starts_at": SOON, "agent": str(alice.public_id)}
    assert api_for(bob).post(MEETINGS, body).status_code == 403


def test_notifications_are_the_callers_own(as_alice, api_for, make_lead, bob):
    lead = make_lead(assigned_to=bob)
    as_alice.post(f"/api/v1/leads/{lead.public_id}/notes/", {"body": "@Bob mira"})
    as_bob = api_for(bob)
    [told] = as_bob.get("/api/v1/notifications/?unread=true").json()["results"]
    assert (told["kind"], told["lead"]) == ("mention", str(lead.public_id))
    assert as_alice.post(f"/api/v1/notifications/{told['id']}/read/").status_code == 404
    assert as_bob.post(f"/api/v1/notifications/{told['id']}/read/").json()["read_at"]
    assert as_bob.post("/api/v1/notifications/read/").json() == {"read": 0}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", [TASKS, MEETINGS, "/api/v1/notifications/"])
def test_lists_cost_the_same_with_more_rows(as_alice, make_lead, count, path, django_assert_num_queries):
    for _number in range(count):
        lead = str(make_lead().public_id)
        as_alice.post(TASKS, {"title": "x", "due_at": SOON, "lead": lead})
        as_alice.post(MEETINGS, {"type": "other", "starts_at": SOON, "lead": lead})
    as_alice.get(path)
    with django_assert_num_queries(6):
        as_alice.get(path)
