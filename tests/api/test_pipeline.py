from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from crm.models import Lead
from pipeline.models import StageTransition
from tests.api.conftest import address

NOW = timezone.now()


def way(lead):
    return f"/api/v1/pipeline/leads/{getattr(lead, 'public_id', lead)}/move-stage/"


def column(stage, *rest):
    return "/".join(["/api/v1/pipeline/stages", stage, *rest, ""])


def names(response):
    assert response.status_code == 200, response.content
    return [lead["name"] for lead in response.json()["results"]]


def test_move_answers_both_stages_the_moment_and_the_version(as_bob, bob, make_lead, inside, broker):
    lead = make_lead()
    moved = as_bob.post(way(lead), {"new_stage": "perfilamiento", "reason": "Contestó", "version": 1})
    assert moved.status_code == 200, moved.content
    body = moved.json()
    assert body.keys() == {"old_stage", "new_stage", "stage_entered_at", "version"}
    assert (body["old_stage"], body["new_stage"], body["version"]) == ("entrada", "perfilamiento", 2)
    with inside(broker):
        stored = Lead.objects.get()
        step = StageTransition.objects.latest("id")
    assert stored.stage_entered_at == datetime.fromisoformat(body["stage_entered_at"])
    assert (step.from_stage, step.to_stage, step.reason) == ("entrada", "perfilamiento", "Contestó")
    assert (step.by_kind, step.by_user_id) == ("api", bob.pk)


def test_move_of_a_lead_that_changed_meanwhile_is_409_with_how_it_stands(as_bob, make_lead, problem):
    lead = make_lead()
    as_bob.patch(address(lead), {"location": "Ñuñoa"})
    body = problem(as_bob.post(way(lead), {"new_stage": "agendado", "version": 1}), 409, "stale")
    assert body["lead"] == as_bob.get(address(lead)).json()
    assert (body["lead"]["version"], body["lead"]["stage"]) == (2, "entrada")


def test_move_outside_the_table_is_422_with_the_allowed_stages(as_bob, make_lead, problem):
    body = problem(as_bob.post(way(make_lead()), {"new_stage": "ganado"}), 422, "move-not-allowed")
    assert body["allowed"] == ["perfilamiento", "calificacion_financiera", "agendado", "seguimiento", "perdido"]


def test_admin_forces_a_move_with_a_reason(as_alice, make_lead, problem):
    lead = make_lead()
    body = problem(as_alice.post(way(lead), {"new_stage": "ganado", "force": True}), 400, "validation")
    assert list(body["errors"]) == ["reason"]
    wish = {"new_stage": "ganado", "force": True, "reason": "Firmó", "closing_price": {"amount": 5000, "unit": "UF"}}
    assert as_alice.post(way(lead), wish).status_code == 200
    assert as_alice.get(address(lead)).json()["closing_price"] == {"amount": "5000.00", "unit": "UF"}


def test_agent_may_not_force(as_bob, make_lead, problem):
    wish = {"new_stage": "ganado", "force": True, "reason": "Firmó"}
    problem(as_bob.post(way(make_lead()), wish), 403, "forbidden")


def test_losing_asks_why(as_bob, make_lead, problem):
    lead = make_lead()
    assert list(problem(as_bob.post(way(lead), {"new_stage": "perdido"}), 400)["errors"]) == ["lost_reason"]
    other = {"new_stage": "perdido", "lost_reason": "otro"}
    assert list(problem(as_bob.post(way(lead), other), 400)["errors"]) == ["lost_note"]
    assert as_bob.post(way(lead), {**other, "lost_note": "Se fue del país"}).status_code == 200


@pytest.mark.parametrize("stage", ["", "ENTRADA", "marte", None, 3, ["entrada"]])
def test_unknown_stage_is_400(as_bob, make_lead, problem, stage):
    assert list(problem(as_bob.post(way(make_lead()), {"new_stage": stage}), 400)["errors"]) == ["new_stage"]


def test_same_stage_moves_nothing(as_bob, make_lead, inside, broker):
    lead = make_lead()
    body = as_bob.post(way(lead), {"new_stage": "entrada"}).json()
    assert (body["old_stage"], body["new_stage"], body["version"]) == ("entrada", "entrada", 1)
    with inside(broker):
        assert StageTransition.objects.count() == 1


def test_unseen_lead_is_404_whatever_the_body(as_bob, alice, make_lead, problem):
    lead = make_lead(assigned_to=alice)
    problem(as_bob.post(way(lead), {"new_stage": "agendado"}), 404)
    problem(as_bob.post(way(lead), {"new_stage": "marte"}), 404)


def test_stage_lists_its_leads_in_the_order_of_the_board(as_alice, make_lead):
    for day in (3, 1, 2):
        make_lead(name=str(day), created_at=NOW - timedelta(days=day))
    make_lead(name="otra", stage="agendado")
    assert names(as_alice.get(column("entrada", "leads"))) == ["1", "2", "3"]
    first = as_alice.get(column("entrada", "leads") + "?limit=2")
    assert names(as_alice.get(first.json()["next"])) == ["3"]
    assert names(as_alice.get(column("agendado", "leads"))) == ["otra"]


def test_unknown_stage_in_the_path_is_404(as_alice, problem):
    problem(as_alice.get(column("marte", "leads")), 404)
    problem(as_alice.get(column("marte", "inactive")), 404)


@pytest.fixture
def quiet(make_lead, inside, broker):
    """Leads by days in the stage and days since contact (None: never)."""

    def make(name, days_in_stage, days_since_contact):
        lead = make_lead(name=name, now=NOW - timedelta(days=days_in_stage, minutes=1))
        if days_since_contact is not None:
            at = NOW - timedelta(days=days_since_contact, minutes=1)
            with inside(broker):
                Lead.objects.filter(pk=lead.pk).update(last_contact_at=at)

    return make


def test_inactive_means_long_in_the_stage_and_long_without_contact(as_alice, quiet):
    quiet("nunca contactado", 8, None)
    quiet("callado", 30, 7)
    quiet("recién llegado", 6, None)
    quiet("conversó ayer", 30, 1)
    assert set(names(as_alice.get(column("entrada", "inactive")))) == {"nunca contactado", "callado"}
    assert names(as_alice.get(column("entrada", "inactive") + "?inactivity_days=8")) == ["nunca contactado"]
    assert names(as_alice.get(column("entrada", "inactive") + "?inactivity_days=31")) == []


@pytest.mark.parametrize("days", ["0", "-1", "siete", "7.5", "99999", "1e3", "%00", "٧"])
def test_impossible_days_are_400(as_alice, problem, days):
    path = f"{column('entrada', 'inactive')}?inactivity_days={days}"
    assert list(problem(as_alice.get(path), 400)["errors"]) == ["inactivity_days"]


def test_agent_sees_the_stage_without_others_leads(as_bob, alice, make_lead):
    make_lead(name="de Alice", assigned_to=alice)
    make_lead(name="de nadie")
    assert names(as_bob.get(column("entrada", "leads"))) == ["de nadie"]
