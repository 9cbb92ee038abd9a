"""Another brokerage's things do not exist, in paths and in bodies; nothing is set that is not a field of the API."""

from uuid import uuid4

import pytest
from django.utils import timezone

from core import jobs
from core.actors import Actor
from crm.models import Lead
from tests.api.conftest import LEADS, address

MOVE = "/api/v1/pipeline/leads/{}/move-stage/"
SECRET = "Canario Andino"


@pytest.fixture
def start_job(inside, broker):
    def start(by, label="Importar"):
        with inside(broker):
            return jobs.start(kind="prueba", label=label, by=by, arguments={}, total=10)

    return start


def test_stranger_finds_nothing_and_changes_nothing(as_charlie, make_lead, alice, start_job, inside, broker):
    lead = make_lead(name=SECRET, tags=["vip"])
    job = start_job(Actor.of(alice), SECRET)
    calls = [
        ("GET", address(lead), None),
        ("PATCH", address(lead), {"name": "Robado"}),
        ("PUT", address(lead), {"name": "Robado"}),
        ("POST", address(lead, "assign"), {"assigned_to": None}),
        ("POST", address(lead, "opt-out"), {}),
        ("POST", address(lead, "notes"), {"body": "Robado"}),
        ("GET", address(lead, "timeline"), None),
        ("POST", MOVE.format(lead.public_id), {"new_stage": "agendado"}),
        ("GET", f"/api/v1/jobs/{job.public_id}/", None),
    ]
    for method, path, body in calls:
        real = as_charlie(method, path, body)
        invented = path.replace(str(lead.public_id), str(uuid4())).replace(str(job.public_id), str(uuid4()))
        assert real.status_code == 404, (method, path)
        assert real.content == as_charlie(method, invented, body).content
        assert SECRET.encode() not in real.content
    with inside(broker):
        stored = Lead.objects.get()
        assert (stored.name, stored.version, stored.opted_out_at) == (SECRET, lead.version, None)
        assert stored.timeline_entries.count() == 1


@pytest.mark.parametrize("path", [LEADS, "/api/v1/pipeline/stages/entrada/leads/", f"{LEADS}?q=canario"])
def test_lists_show_the_own_brokerage_only(as_charlie, other_broker, make_lead, path):
    make_lead(name=SECRET)
    make_lead(name="Canario Sureño", in_broker=other_broker)
    assert [lead["name"] for lead in as_charlie.get(path).json()["results"]] == ["Canario Sureño"]


def test_cursor_of_another_brokerage_is_refused(as_alice, as_charlie, make_lead, problem):
    make_lead()
    make_lead()
    following = as_alice.get(f"{LEADS}?limit=1").json()["next"]
    problem(as_charlie.get(following), 400, "validation")


def test_people_of_another_brokerage_do_not_exist(as_charlie, other_broker, bob, make_lead, problem, inside):
    lead = make_lead(in_broker=other_broker)
    body = {"assigned_to": str(bob.public_id)}
    for response in (
        as_charlie.post(LEADS, {"name": "Ana", **body}),
        as_charlie.patch(address(lead), {"location": "Ñuñoa", **body}),
        as_charlie.put(address(lead), {"name": "Eva", **body}),
        as_charlie.post(address(lead, "assign"), body),
    ):
        assert list(problem(response, 400, "validation")["errors"]) == ["assigned_to"]
    with inside(other_broker):
        [stored] = Lead.objects.all()
    assert (stored.name, stored.location, stored.assigned_to, stored.version) == ("Ana Rojas", "", None, 1)


def test_filters_do_not_know_other_brokerages_people(as_charlie, bob, problem):
    problem(as_charlie.get(f"{LEADS}?assigned={bob.public_id}"), 400, "validation")


def test_phone_taken_in_another_brokerage_is_free_here(as_charlie, make_lead):
    make_lead(phone_raw="+56998248519")
    assert as_charlie.post(LEADS, {"phone": "+56998248519"}).status_code == 201


MODEL_FIELDS = sorted(
    {name for field in Lead._meta.get_fields() for name in (field.name, getattr(field, "attname", ""))} - {""}
)
WRITABLE = {
    *("name", "email", "source", "language", "time_zone", "country", "qualification", "treatment_type", "timeline"),
    *("next_action_at", "location", "operation", "property_type", "bedrooms", "bathrooms", "purpose", "property_ref"),
    *("referred_by_name", "referred_by", "assigned_to", "tags"),
}


@pytest.mark.parametrize("field", sorted(set(MODEL_FIELDS) - WRITABLE))
def test_what_is_no_field_of_the_api_is_refused(as_alice, make_lead, other_broker, problem, inside, broker, field):
    lead = make_lead()
    for value in (other_broker.pk, "ganado", "2020-01-01T00:00:00Z", None):
        for call in (as_alice.post, as_alice.patch, as_alice.put):
            path = LEADS if call == as_alice.post else address(lead)
            assert list(problem(call(path, {"name": "Eva", field: value}), 400, "validation")["errors"]) == [field]
    with inside(broker):
        [stored] = Lead.objects.all()
    assert (stored.name, stored.version) == ("Ana Rojas", 1)


def test_move_and_actions_take_nothing_else_either(as_alice, make_lead, problem):
    lead = make_lead()
    wish = {"new_stage": "agendado", "stage_entered_at": "2020-01-01T00:00:00Z"}
    assert list(problem(as_alice.post(MOVE.format(lead.public_id), wish), 400)["errors"]) == ["stage_entered_at"]
    for action, body in (("assign", {"assigned_to": None}), ("opt-out", {}), ("notes", {"body": "x"})):
        response = as_alice.post(address(lead, action), {**body, "by_user": 1})
        assert list(problem(response, 400)["errors"]) == ["by_user"]


def test_jobs_are_seen_by_whoever_started_them_and_by_admins(as_alice, as_bob, alice, bob, start_job, problem):
    mine, hers = start_job(Actor.of(bob)), start_job(Actor.of(alice))
    shown = as_bob.get(f"/api/v1/jobs/{mine.public_id}/").json()
    assert (shown["state"], shown["done"], shown["total"], shown["result"]) == ("queued", 0, 10, {})
    assert as_alice.get(f"/api/v1/jobs/{mine.public_id}/").json() == shown
    problem(as_bob.get(f"/api/v1/jobs/{hers.public_id}/"), 404)
    assert timezone.datetime.fromisoformat(shown["created_at"])
