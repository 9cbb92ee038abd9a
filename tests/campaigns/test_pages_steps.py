"""The builder: steps put in, changed, moved and taken out, with what a lead would get."""

import pytest
from django.utils import timezone

from campaigns import steps
from campaigns.models import Step
from tests.campaigns.pages import HTMX, cost, of

pytestmark = pytest.mark.django_db
MESSAGE = {"action": "send_message", "delay": "2", "unit": "1440", "when_false": "skip", "channel": "", "template": ""}


@pytest.fixture
def steps_of(broker, inside):
    def read(campaign):
        with inside(broker):
            return [(step.number, step.action, step.delay_minutes) for step in steps.of(campaign)]

    return read


def test_a_step_is_put_in_changed_moved_and_taken_out(admin, make_campaign, template, steps_of, broker, inside):
    campaign, text = make_campaign({}), template("Hola {{ first_name }}", name="Saludo")
    sent = MESSAGE | {"template": str(text.public_id), "c0-kind": "not_replied", "c0-step": "", "when_false": "wait"}
    refused = admin.post(of(campaign, "steps/new/?at=1"), sent, headers=HTMX)
    assert refused.status_code == 422  # how long it waits is not said
    made = admin.post(of(campaign, "steps/new/?at=1"), sent | {"wait_hours": "5"}, headers=HTMX)
    assert (made.status_code, "campaign:changed" in made.headers["HX-Trigger"]) == (204, True)
    assert steps_of(campaign) == [(1, "send_message", 2880), (2, "send_message", 0)]
    with inside(broker):
        step = Step.objects.get(number=1)
    assert (step.conditions, step.wait_hours) == ([{"kind": "not_replied"}], 5)
    where = of(campaign, f"steps/{step.public_id}/")
    admin.post(where, {"action": "add_tag", "delay": "3", "unit": "60", "tag": "Feria"}, headers=HTMX)
    assert steps_of(campaign)[0] == (1, "add_tag", 180)
    admin.post(f"{where}move/", {"to": "down"}, headers=HTMX)
    assert [action for _n, action, _delay in steps_of(campaign)] == ["send_message", "add_tag"]
    assert "Nadie espera en este paso" in admin.get(f"{where}delete/", headers=HTMX).content.decode()
    admin.post(f"{where}delete/", {"sure": "on"}, headers=HTMX)
    assert steps_of(campaign) == [(1, "send_message", 0)]


def test_a_step_that_looks_at_an_earlier_one_stays_behind_it(admin, make_campaign, steps_of, broker, inside):
    campaign = make_campaign({}, {"action": "notify_agent", "note": "Llámalo"})
    with inside(broker):
        first, second = steps.of(campaign)
    where = of(campaign, f"steps/{second.public_id}/")
    sent = {"action": "notify_agent", "delay": "0", "unit": "1", "note": "Llámalo", "when_false": "skip"}
    sent |= {"c0-kind": "replied", "c0-step": str(first.public_id)}
    assert admin.post(where, sent, headers=HTMX).status_code == 204
    refused = admin.post(f"{where}move/", {"to": "up"}, headers=HTMX)
    assert "mira un paso que vendr" in refused.headers["HX-Trigger"]
    page = admin.get(of(campaign)).content.decode()
    assert "respondió desde el paso 1; si no, se salta el paso." in page


def test_what_is_asked_follows_the_action_and_the_kinds_of_conditions(admin, make_campaign):
    url = of(make_campaign({}), "steps/new/?at=2")
    sent = MESSAGE | {"action": "update_stage", "c0-kind": "score_between", "c1-kind": "stage_in", "refresh": "1"}
    page = admin.post(url, sent, headers=HTMX).content.decode()
    assert 'name="target_stage"' in page
    assert 'name="template"' not in page
    assert ('name="c0-min"' in page, 'name="c1-values"' in page, 'name="c2-kind"' in page) == (True, True, True)
    page = admin.post(url, sent | {"drop": "0"}, headers=HTMX).content.decode()
    assert ('name="c0-values"' in page, 'name="c0-min"' in page) == (True, False)


def test_a_step_is_tried_on_a_lead(admin, agent, make_campaign, make_lead, template):
    campaign, text = make_campaign({}), template("Hola {{ first_name }}, ¿en {{ location }}?", name="Saludo")
    rosa = make_lead(name="Rosa Paredes", location="Ñuñoa")
    sent = MESSAGE | {"template": str(text.public_id), "c0-kind": "stage_in", "c0-values": "ganado", "at": "2"}
    url = of(campaign, "steps/preview/")
    page = admin.post(url, sent | {"lead": str(rosa.public_id)}).content.decode()
    assert "Hola Rosa, ¿en Ñuñoa?" in page
    assert "No se cumple" in page
    bare = make_lead(name="Ana", phone_raw="+56 9 8111 1111")
    assert "le falta" in admin.post(url, sent | {"lead": str(bare.public_id)}).content.decode()
    assert agent.post(url, sent).status_code == 403


def test_an_inserted_step_says_for_whom_it_is(admin, make_campaign, make_agreed, enroll, engine):
    campaign = make_campaign({}, {"delay_minutes": 60}, activated=timezone.now())
    enroll(campaign, make_agreed(1), make_agreed(2))
    page = admin.get(of(campaign, "steps/new/?at=2"), headers=HTMX).content.decode()
    assert "2 leads en curso lo recibirían" in page
    engine.tick()
    page = admin.get(of(campaign, "steps/new/?at=1"), headers=HTMX).content.decode()
    assert "0 leads en curso lo recibirían; 2 ya pasaron de este lugar." in page


def test_the_counts_are_live_and_an_agent_sees_those_of_their_leads(
    admin, agent, make_campaign, make_agreed, enroll, engine, alice, bob
):
    campaign = make_campaign({}, {"delay_minutes": 60}, activated=timezone.now())
    enroll(campaign, make_agreed(1, assigned_to=alice), make_agreed(2, assigned_to=bob), make_agreed(3, agreed=False))
    assert "3 esperan" in admin.get(of(campaign)).content.decode()
    engine.tick()
    page = admin.get(of(campaign, "counts/")).content.decode()
    assert ("2 en cola" in page, "1 saltado" in page, "3 esperan" in page) == (True, True, True)
    page = agent.get(of(campaign, "counts/")).content.decode()
    assert ("1 en cola" in page, "2 esperan" in page) == (True, True)


def test_agents_see_the_steps_and_change_none(agent, make_campaign, broker, inside):
    campaign = make_campaign({})
    with inside(broker):
        [step] = steps.of(campaign)
    page = agent.get(of(campaign)).content.decode()
    assert ("ola {{" not in page, "/steps/" in page, "/activate/" in page) == (False,) * 3
    for part in ("steps/new/", f"steps/{step.public_id}/", f"steps/{step.public_id}/delete/"):
        assert agent.get(of(campaign, part)).status_code == 403
        assert agent.post(of(campaign, part)).status_code == 403
    assert agent.post(of(campaign, f"steps/{step.public_id}/move/"), {"to": "up"}).status_code == 403


def test_the_builder_costs_the_same_for_one_step_and_for_three(admin, make_campaign):
    one, three = make_campaign({}, name="Una"), make_campaign({}, {}, {}, name="Tres")
    assert cost(admin, of(one)) == cost(admin, of(three))
    later = timezone.now()
    one, three = (
        make_campaign({}, name="Otra", activated=later),
        make_campaign({}, {}, {}, name="Otras", activated=later),
    )
    assert cost(admin, of(one)) == cost(admin, of(three))
    assert cost(admin, of(one, "counts/")) == cost(admin, of(three, "counts/"))
