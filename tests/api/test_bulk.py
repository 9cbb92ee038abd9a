"""Acts on many leads, their way back, and saved views, by the API."""

import pytest

from crm.models import Lead

BULK, ACTIONS, VIEWS = "/api/v1/leads/bulk/", "/api/v1/actions/", "/api/v1/views/"


@pytest.fixture
def as_alice(api_for, alice):
    return api_for(alice, "write")


@pytest.fixture
def as_bob(api_for, bob):
    return api_for(bob, "write")


@pytest.fixture
def some(make_lead):
    return [make_lead(name=f"Lead {number}") for number in range(3)]


def test_bulk_by_filter_says_what_became_of_each_and_comes_back(as_alice, some, make_lead, broker, inside):
    make_lead(name="Lead ganado", stage="ganado")
    said = as_alice.post(BULK, {"filter": "q=lead", "action": "move", "stage": "agendado"}).json()
    assert (said["changed"], said["already"], said["refused"][0]["count"]) == (3, 0, 1)
    assert as_alice.get(ACTIONS).json()[0]["id"] == said["action"]
    back = as_alice.post(f"{ACTIONS}{said['action']}/undo/")
    assert (back.status_code, back.json()["restored"]) == (200, 3)
    assert as_alice.post(f"{ACTIONS}{said['action']}/undo/").status_code == 409
    with inside(broker):
        assert set(Lead.objects.values_list("stage", flat=True)) == {"entrada", "ganado"}


def test_bulk_tag_by_ids_changes_no_lead_one_does_not_see(as_bob, some, make_lead, alice, broker, inside):
    hers = make_lead(name="De Alice", assigned_to=alice)
    ids = [str(lead.public_id) for lead in (*some, hers)]
    said = as_bob.post(BULK, {"ids": ids, "action": "tag", "add": ["feria", "VIP"]}).json()
    assert said["changed"] == 3
    with inside(broker):
        assert not hers.tags.exists()
        assert {tag.name for tag in some[0].tags.all()} == {"feria", "VIP"}


def test_agent_gives_many_to_no_colleague(as_bob, some, alice):
    body = {"ids": [str(some[0].public_id)], "action": "assign", "assigned_to": str(alice.public_id)}
    assert as_bob.post(BULK, body).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"action": "move", "stage": "agendado"}, "ids"),
        ({"filter": "", "action": "move"}, "stage"),
        ({"filter": "", "action": "move", "stage": "perdido"}, "lost_reason"),
        ({"filter": "stage=nada", "action": "tag", "add": ["a"]}, "filter"),
        ({"filter": "", "action": "tag"}, "add"),
    ],
)
def test_bulk_that_lacks_something_names_it(as_alice, body, field):
    answer = as_alice.post(BULK, body)
    assert answer.status_code == 400
    assert field in answer.json()["errors"]


def test_views_are_kept_changed_and_deleted(as_alice, as_bob):
    made = as_alice.post(VIEWS, {"page": "board", "name": "Calientes", "query": "status=hot", "shared": True})
    assert made.status_code == 201
    path = f"{VIEWS}{made.json()['id']}/"
    assert [view["name"] for view in as_bob.get(VIEWS).json()] == ["Calientes"]
    assert as_bob("DELETE", path).status_code == 403
    changed = as_alice.put(path, {"page": "board", "name": "Tibios", "query": "status=warm", "opens": True}).json()
    assert (changed["name"], changed["query"], changed["opens"], changed["shared"]) == (
        "Tibios",
        "status=warm",
        True,
        False,
    )
    assert as_bob.get(path).status_code == 404
    assert as_alice("DELETE", path).status_code == 204
