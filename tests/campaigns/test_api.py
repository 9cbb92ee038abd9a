"""Campaigns through the API: the same functions as the pages; admins write, agents read."""

from datetime import timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from crm.models import Lead
from tests.api.conftest import api_for, as_alice, as_bob, as_charlie, problem  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)
PATH = "/api/v1/campaigns/"
NOW = timezone.now()
BODY = {
    "name": "Reactivación", "trigger": "lead_score", "condition": {"score_min": 40}, "audience": {"stage": ["entrada"]},
    "opens": "09:00", "closes": "19:30", "days": [1, 2, 3], "goal": "agendado", "max_contacts": 10,
}  # fmt: skip


def at(campaign, *rest):
    return "/".join([PATH + str(campaign if isinstance(campaign, str) else campaign.public_id), *map(str, rest), ""])


@pytest.fixture
def made(as_alice):  # noqa: F811
    return as_alice.post(PATH, BODY).json()


def test_create_read_change_list(as_alice, as_bob, made):  # noqa: F811
    assert (made["status"], made["version"], made["opens"], made["closes"]) == ("draft", 1, "09:00", "19:30")
    assert (made["condition"], made["audience"], made["steps"]) == ({"score_min": 40}, {"stage": ["entrada"]}, [])
    assert as_bob.get(at(made["id"])).json() == made
    assert as_bob.get(PATH).json() == {"next": None, "results": [made]}
    for query, found in (("status=draft", 1), ("status=active", 0), ("channel=whatsapp", 1), ("trigger=manual", 0)):
        assert len(as_bob.get(f"{PATH}?{query}").json()["results"]) == found
    assert as_bob.get(f"{PATH}?status=nada").status_code == 400
    changed = as_alice.patch(at(made["id"]), {"name": "Otra", "opens": None}).json()
    assert (changed["name"], changed["opens"], changed["closes"], changed["goal"]) == (
        "Otra",
        None,
        "19:30",
        "agendado",
    )
    replaced = as_alice.put(at(made["id"]), {"name": "Tercera"}).json()
    assert (replaced["trigger"], replaced["condition"], replaced["max_contacts"]) == ("manual", {}, None)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"condition": {"score_min": 900}}, "condition.score_min"),
        ({"condition": {"stage": "entrada"}}, "condition.stage"),
        ({"audience": {"nada": ["x"]}}, "audience.nada"),
        ({"audience": {"stage": ["nada"]}}, "audience.stage"),
        ({"opens": "25:00"}, "opens"),
        ({"opens": "20:00"}, "closes"),
        ({"days": [8]}, "days.0"),
        ({"status": "active"}, "status"),
        ({"name": " "}, "name"),
    ],
)
def test_what_is_wrong_is_told_by_field(as_alice, problem, body, field):  # noqa: F811
    assert field in problem(as_alice.post(PATH, BODY | body), 400, "validation")["errors"]


def test_agents_read_and_do_not_write(as_bob, as_alice, made):  # noqa: F811
    calls = [
        ("POST", PATH),
        ("PATCH", at(made["id"])),
        ("DELETE", at(made["id"])),
        ("POST", at(made["id"], "activate")),
    ]
    calls += [
        ("POST", at(made["id"], "steps")),
        ("POST", at(made["id"], "apply")),
        ("POST", at(made["id"], "duplicate")),
    ]
    assert {as_bob(method, path, {}).status_code for method, path in calls} == {403}
    assert as_alice.get(at(made["id"])).json() == made


def test_strangers_find_nothing(as_charlie, made, make_campaign, make_agreed, enroll, engine):  # noqa: F811
    campaign, lead = make_campaign({}, activated=NOW), make_agreed(1)
    enroll(campaign, lead)
    reads = ["", "stats/", "logs/", "enrollments/", "audience/", f"why-not/{lead.public_id}/"]
    assert {as_charlie.get(at(campaign) + each).status_code for each in reads} == {404}
    writes = ["activate/", "pause/", "resume/", "complete/", "archive/", "duplicate/", "apply/", "steps/"]
    assert {as_charlie.post(at(campaign) + each, {}).status_code for each in writes} == {404}
    assert as_charlie.post(at(campaign, "apply-to-lead", lead.public_id)).status_code == 404
    assert as_charlie.get(PATH).json()["results"] == []


def test_steps_are_added_changed_ordered_and_taken_out(as_alice, made, template, problem):  # noqa: F811
    hello = str(template().public_id)
    first = as_alice.post(at(made["id"], "steps"), {"template": hello, "delay_minutes": 60})
    assert first.status_code == 201
    assert as_alice.get(first.headers["Location"]).json() == first.json()
    tag = as_alice.post(at(made["id"], "steps"), {"action": "add_tag", "tag": "vip", "number": 1}).json()
    shown = as_alice.get(at(made["id"])).json()["steps"]
    assert [(each["number"], each["action"], each["tag"]) for each in shown] == [
        (1, "add_tag", "vip"),
        (2, "send_message", None),
    ]
    changed = as_alice.patch(at(made["id"], "steps", tag["id"]), {"delay_minutes": 5}).json()
    assert (changed["delay_minutes"], changed["tag"]) == (5, "vip")
    order = [first.json()["id"], tag["id"]]
    assert [
        each["id"] for each in as_alice.post(at(made["id"], "steps/reorder"), {"order": order}).json()["steps"]
    ] == order
    problem(as_alice.post(at(made["id"], "steps/reorder"), {"order": order[:1]}), 400)
    assert as_alice("DELETE", at(made["id"], "steps", order[0])).status_code == 204
    assert [each["number"] for each in as_alice.get(at(made["id"])).json()["steps"]] == [1]
    problem(as_alice.patch(at(made["id"], "steps", order[0]), {}), 404)
    wrong = problem(
        as_alice.post(at(made["id"], "steps"), {"conditions": [{"kind": "nada"}], "template": str(uuid4())}), 400
    )
    assert list(wrong["errors"]) == ["template"]
    wrong = problem(as_alice.post(at(made["id"], "steps"), {"conditions": [{"kind": "score_between"}]}), 400)
    assert list(wrong["errors"]) == ["conditions"]


def test_a_campaign_comes_with_its_steps(as_alice, template):  # noqa: F811
    steps = [{"template": str(template().public_id)}, {"action": "update_stage", "target_stage": "seguimiento"}]
    made = as_alice.post(PATH, BODY | {"steps": steps}).json()
    assert [each["action"] for each in made["steps"]] == ["send_message", "update_stage"]
    assert as_alice.post(PATH, BODY | {"steps": [{"action": "update_stage"}]}).status_code == 400
    assert len(as_alice.get(PATH).json()["results"]) == 1


def test_from_draft_to_archive(as_alice, made, template, problem):  # noqa: F811
    def go(act, body=None):
        return as_alice.post(at(made["id"], act), body)

    missing = problem(go("activate"), 409, "campaign-not-ready")
    assert [(each["code"], each["step"]) for each in missing["problems"]] == [("no_steps", None)]
    as_alice.post(at(made["id"], "steps"), {"template": str(template().public_id)})
    assert problem(go("pause"), 409, "wrong-status")["current_status"] == "draft"
    assert go("activate").json()["status"] == "active"
    problem(as_alice("DELETE", at(made["id"])), 409, "not-a-draft")
    problem(go("archive"), 409, "campaign-refuses")
    assert go("pause").json()["status"] == "paused"
    assert go("resume", {"overdue": "spread"}).json()["status"] == "active"
    problem(go("resume", {"overdue": "nada"}), 400)
    copy = go("duplicate")
    assert (copy.status_code, copy.json()["status"], len(copy.json()["steps"])) == (201, "draft", 1)
    assert as_alice.get(copy.headers["Location"]).json() == copy.json()
    assert as_alice("DELETE", copy.headers["Location"]).status_code == 204
    assert go("complete").json()["status"] == "completed"
    problem(as_alice.patch(at(made["id"]), {"name": "Otra"}), 409, "campaign-refuses")
    assert go("archive").json()["archived_at"]
    assert as_alice.get(PATH).json()["results"] == []
    assert len(as_alice.get(f"{PATH}?archived=true").json()["results"]) == 1


def test_a_repeat_with_the_same_key_is_done_once(as_alice):  # noqa: F811
    first = as_alice.post(PATH, BODY, **{"Idempotency-Key": "una"})
    assert as_alice.post(PATH, BODY, **{"Idempotency-Key": "una"}).json() == first.json()
    assert len(as_alice.get(PATH).json()["results"]) == 1


def test_a_lead_is_applied_once(as_alice, make_campaign, make_agreed, problem):  # noqa: F811
    campaign, ana = make_campaign({}, activated=NOW), make_agreed(1)
    path = at(campaign, "apply-to-lead", ana.public_id)
    first, again = as_alice.post(path), as_alice.post(path)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert (first.json()["lead"]["name"], first.json()["status"]) == ("Ana1 Rojas", "active")
    held = make_agreed(2, treatment_type="hold")
    assert (
        problem(as_alice.post(at(campaign, "apply-to-lead", held.public_id)), 409, "not-enrolled")["reason"] == "hold"
    )
    draft = at(make_campaign({}), "apply-to-lead", ana.public_id)
    assert problem(as_alice.post(draft), 409, "not-enrolled")["reason"] == "not_running"
    problem(as_alice.post(at(campaign, "apply-to-lead", uuid4())), 404)


@pytest.mark.parametrize("how", ["ids", "filter", "audience"])
def test_many_are_applied_in_the_background(how, as_alice, make_campaign, make_agreed, run_jobs, broker, problem):  # noqa: F811
    campaign = make_campaign({}, activated=NOW, audience={"stage": ["perfilamiento"]})
    leads = [make_agreed(n, stage="perfilamiento") for n in range(3)]
    make_agreed(9)
    body = {"ids": [str(each.public_id) for each in leads], "filter": "stage=perfilamiento", "audience": True}
    started = as_alice.post(at(campaign, "apply"), {how: body[how]})
    assert (started.status_code, started.json()["total"]) == (202, 3)
    run_jobs(broker)
    job = as_alice.get(started.headers["Location"]).json()
    assert (job["state"], job["result"]["entered"]) == ("done", 3)
    assert len(as_alice.get(at(campaign, "enrollments")).json()["results"]) == 3
    problem(as_alice.post(at(campaign, "apply"), {}), 400)
    problem(as_alice.post(at(campaign, "apply"), {"filter": "stage=nada"}), 400)


def test_audience_and_why_not(as_alice, as_bob, alice, make_campaign, make_agreed, inside, broker):  # noqa: F811
    campaign = make_campaign({}, trigger="lead_score", condition={"score_min": 50}, activated=NOW)
    ana, luz, hers = make_agreed(1), make_agreed(2), make_agreed(3, assigned_to=alice)
    with inside(broker):
        Lead.objects.filter(pk=ana.pk).update(score=70)
        Lead.objects.exclude(pk=ana.pk).update(score=10)
    told = as_alice.get(at(campaign, "audience")).json()
    assert (told["count"], [each["name"] for each in told["sample"]]) == (1, ["Ana1 Rojas"])
    assert told["out"] == [{"code": "trigger", "text": "No cumple lo que inicia la campaña", "count": 2}]
    assert as_bob.get(at(campaign, "audience")).json()["out"][0]["count"] == 1
    assert as_bob.get(at(campaign, "why-not", ana.public_id)).json() == {"enters": True, "reasons": []}
    assert as_bob.get(at(campaign, "why-not", luz.public_id)).json()["reasons"][0]["code"] == "trigger"
    assert as_bob.get(at(campaign, "why-not", hers.public_id)).status_code == 404


@pytest.fixture
def ran(make_campaign, make_agreed, enroll, engine, alice):
    """A campaign of two steps that wrote to Ana, and could not to Luz, who is Alice's."""
    campaign = make_campaign({}, {"action": "update_stage", "target_stage": "seguimiento"}, activated=NOW)
    leads = [make_agreed(1), make_agreed(2, name="Luz Vera", agreed=False, assigned_to=alice)]
    enroll(campaign, *leads)
    engine.tick()
    engine.send()
    engine.tick()
    return campaign, leads


def test_logs_are_filtered_and_come_in_pages(ran, as_alice, inside, broker):  # noqa: F811
    campaign, (_ana, luz) = ran
    with inside(broker):
        [_one, two] = Step.objects.filter(campaign=campaign).order_by("number")

    def found(query):
        return [
            (each["lead"]["name"], each["step"]["number"], each["status"])
            for each in as_alice.get(at(campaign, "logs") + query).json()["results"]
        ]

    everything = found("")
    assert sorted(everything) == [
        ("Ana1 Rojas", 1, "sent"), ("Ana1 Rojas", 2, "sent"), ("Luz Vera", 1, "skipped"), ("Luz Vera", 2, "sent"),
    ]  # fmt: skip
    assert {name for name, *_rest in found(f"?lead={luz.public_id}")} == {"Luz Vera"}
    assert {number for _name, number, _status in found(f"?step={two.public_id}")} == {2}
    assert found("?status=skipped") == [("Luz Vera", 1, "skipped")]
    soon = quote((timezone.now() + timedelta(hours=1)).isoformat())
    assert (found(f"?since={soon}"), found(f"?until={soon}")) == ([], everything)
    for wrong in ("?since=ayer", "?status=nada", "?step=x", "?cursor=x", "?limit=0"):
        assert as_alice.get(at(campaign, "logs") + wrong).status_code == 400
    page = as_alice.get(at(campaign, "logs") + "?limit=3").json()
    rest = as_alice.get(page["next"]).json()
    assert (len(page["results"]), len(rest["results"]), rest["next"]) == (3, 1, None)


def test_the_trace_of_a_row_says_why(ran, as_alice, as_bob, inside, broker):  # noqa: F811
    campaign, _leads = ran
    [row] = as_alice.get(at(campaign, "logs") + "?status=skipped").json()["results"]
    told = as_alice.get(at(campaign, "logs", row["id"], "trace")).json()
    assert told["text"] == row["text"]
    assert told["template"]["version"] == 1
    assert "refuse" in {each["ruling"] for each in told["checks"]}
    assert as_bob.get(at(campaign, "logs", row["id"], "trace")).status_code == 404
    assert len(as_bob.get(at(campaign, "logs")).json()["results"]) == 2
    assert [each["lead"]["name"] for each in as_bob.get(at(campaign, "enrollments")).json()["results"]] == [
        "Ana1 Rojas"
    ]
    assert as_alice.get(at(campaign, "logs", uuid4(), "trace")).status_code == 404


def test_stats_say_it_in_numbers_and_words(ran, as_alice, as_bob):  # noqa: F811
    told = as_alice.get(at(ran[0], "stats")).json()
    assert (told["enrolled"], told["finished"], told["contacted"], told["success_rate"]) == (2, 2, 1, 1.0)
    assert [(each["number"], each["sent"], each["skipped"]) for each in told["steps"]] == [(1, 1, 1), (2, 2, 0)]
    [reason] = told["steps"][0]["skipped_reasons"]
    assert (reason["code"], reason["count"]) == ("gate:no_basis", 1)
    assert reason["text"] not in {"", reason["code"]}
    assert as_bob.get(at(ran[0], "stats")).json()["enrolled"] == 1


def test_a_template_in_a_step_is_not_deleted(as_alice, make_campaign, template, problem, inside, broker):  # noqa: F811
    used = template()
    campaign = make_campaign({"template": used})
    path = f"/api/v1/templates/{used.public_id}/"
    assert "campaña" in problem(as_alice("DELETE", path), 409, "template-in-use")["detail"]
    with inside(broker):
        Campaign.objects.get(pk=campaign.pk).delete()
    assert as_alice("DELETE", path).status_code == 204


@pytest.mark.parametrize("of", ["", "logs/", "enrollments/", "stats/", "audience/"])
def test_reading_costs_the_same_for_one_and_for_three(of, make_campaign, make_agreed, as_alice, inside, broker):  # noqa: F811
    campaign = make_campaign({}, activated=NOW)

    def cost():
        with CaptureQueriesContext(connection) as spent:
            assert as_alice.get(at(campaign) + of).status_code == 200
        return len(spent)

    def furnish(number):
        with inside(broker):
            step, lead = Step.objects.filter(campaign=campaign).first(), make_agreed(number)
            mine = {"campaign": campaign, "lead": lead}
            enrollment = Enrollment.objects.create(
                **mine, next_step=step, next_run_at=NOW, stage="entrada", enrolled_at=NOW, by_kind="system"
            )
            CampaignLog.objects.create(
                **mine, enrollment=enrollment, step=step, status="skipped", reason="condition", due_at=NOW, scheduled_for=NOW, executed_at=NOW,
            )  # fmt: skip

    as_alice.get("/api/v1/me/")
    furnish(1)
    one = cost()
    furnish(2)
    furnish(3)
    assert cost() == one
