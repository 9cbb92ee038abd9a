"""Campaigns and their steps in Django admin: the same functions, the same refusals, said where they were typed."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns import drafting
from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from messaging.models import SendScope
from tests.campaigns import conftest as campaigns

sandbox, template, make_campaign, make_agreed, enroll, engine = (
    *(campaigns.sandbox, campaigns.template, campaigns.make_campaign, campaigns.make_agreed),
    *(campaigns.enroll, campaigns.engine),
)
NOW = timezone.now()
NO_STEPS = {"steps-TOTAL_FORMS": "0", "steps-INITIAL_FORMS": "0"}
WRITTEN = {
    "name": "Saludo", "channel": "whatsapp", "trigger": "stage_change", "stage": "entrada", "stop_on_reply": "on",
    "late_hours": "96", "filters": "?source=Web&status=hot", "days": ["1", "2"], "opens": "09:00", "closes": "18:00",
    **NO_STEPS,
}  # fmt: skip


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.fixture
def act(as_staff, broker, inside):
    """`act("pause", campaign)`: the action of the list; the page it leads to and the campaign as stored."""

    def do(name, *chosen, **more):
        data = {"action": name, "_selected_action": [each.pk for each in chosen], **more}
        page = as_staff.post(url(Campaign), data, follow=True).content.decode()
        with inside(broker):
            return page, Campaign.objects.get(pk=chosen[0].pk)

    return do


def stored(broker, inside):
    with inside(broker):
        return Campaign.objects.get()


def test_a_campaign_is_written_and_changed(as_staff, staff, broker, inside):
    assert as_staff.post(url(Campaign, "add"), WRITTEN).status_code == 302
    made = stored(broker, inside)
    assert (made.condition, made.status, made.by_user_id) == ({"stage": "entrada"}, "draft", staff.pk)
    assert (made.audience, made.days) == ({"source": ["Web"], "status": ["hot"]}, [1, 2])
    form = as_staff.get(url(Campaign, "change", made.pk)).context["adminform"].form
    assert (form["filters"].value(), form["stage"].value()) == ("source=Web&status=hot", "entrada")
    inactive = WRITTEN | {"trigger": "inactivity", "inactivity_days": "30", "stages": ["perdido"], "goal": "agendado"}
    assert as_staff.post(url(Campaign, "change", made.pk), inactive).status_code == 302
    made = stored(broker, inside)
    assert (made.condition, made.goal) == ({"inactivity_days": 30, "stages": ["perdido"]}, "agendado")


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"stage": ""}, "stage"),
        ({"trigger": "lead_score"}, "score_min"),
        ({"trigger": "lead_score", "score_min": "80", "score_max": "20"}, "score_max"),
        ({"trigger": "inactivity"}, "inactivity_days"),
        ({"filters": "color=rojo"}, "filters"),
        ({"filters": "assigned=me"}, "filters"),
        ({"opens": "18:00", "closes": "09:00"}, "closes"),
        ({"reentry_days": "0"}, "reentry_days"),
        ({"late_hours": "0"}, "late_hours"),
        ({"name": "   "}, "name"),
    ],
)
def test_what_is_wrong_is_said_where_it_was_typed(as_staff, broker, inside, typed, field):
    answer = as_staff.post(url(Campaign, "add"), WRITTEN | typed)
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    with inside(broker):
        assert not Campaign.objects.exists()


def test_beginning_asks_first_and_lists_what_is_missing(act, make_campaign, make_agreed, enroll, broker, inside):
    make_agreed(1, stage="entrada")
    ready = make_campaign(trigger="stage_change", condition={"stage": "entrada", "include_current": True})
    page, campaign = act("activate", ready)
    assert "1 lead entra enseguida." in page
    assert campaign.status == "draft"
    empty = make_campaign({"action": "send_message", "template": None}, name="Vacía")
    page, campaign = act("activate", empty, sure="yes")
    assert "«Vacía»: El paso 1 no tiene plantilla." in page
    assert campaign.status == "draft"
    page, campaign = act("activate", ready, empty, sure="yes")
    assert "Listo: 1 campaña." in page
    assert "El paso 1 no tiene plantilla." in page
    assert campaign.status == "active"


def test_pausing_and_the_three_ways_to_go_on(act, make_campaign, broker, inside):
    campaign = make_campaign(activated=NOW)
    for name, overdue in (("resume_skip", "skip"), ("resume_spread", "spread"), ("resume_send", "send")):
        _page, held = act("pause", campaign)
        assert held.status == "paused"
        with inside(broker):
            assert not SendScope.objects.get(pk=held.scope_id).running
        page, held = act(name, campaign)
        assert (held.status, held.overdue) == ("active", overdue)
    page, held = act(name, campaign)
    assert "no se puede desde «Activa»" in page


def test_ending_says_who_is_on_the_way_and_is_for_good(as_staff, act, make_campaign, make_agreed, enroll):
    campaign = make_campaign(activated=NOW)
    enroll(campaign, make_agreed(1))
    page, held = act("complete", campaign)
    assert "1 lead en curso sale sin más pasos." in page
    assert held.status == "active"
    _page, held = act("complete", campaign, sure="yes")
    assert held.status == "completed"
    assert as_staff.post(url(Campaign, "change", campaign.pk), WRITTEN).status_code == 403
    assert as_staff.post(url(Campaign, "delete", campaign.pk), {"post": "yes"}).status_code == 403
    act("archive", campaign)
    assert "Reactivación" not in as_staff.get(url(Campaign)).content.decode()
    assert "Reactivación" in as_staff.get(url(Campaign), {"archived": "yes"}).content.decode()


def test_a_draft_is_copied_and_deleted(as_staff, act, make_campaign, broker, inside):
    campaign = make_campaign()
    act("duplicate", campaign)
    assert as_staff.post(url(Campaign, "delete", campaign.pk), {"post": "yes"}).status_code == 302
    copy = stored(broker, inside)
    assert copy.name == "Reactivación (copia)"
    with inside(broker):
        assert [each.number for each in copy.steps.all()] == [1]


def test_it_ended_while_somebody_wrote(as_staff, make_campaign, monkeypatch):
    from django.core.exceptions import ValidationError

    campaign = make_campaign()

    def over(*args, **kwargs):
        raise ValidationError("Esta campaña terminó: duplícala para usarla otra vez.")

    monkeypatch.setattr(drafting, "change", over)
    page = as_staff.post(url(Campaign, "change", campaign.pk), WRITTEN, follow=True)
    assert "duplícala" in page.content.decode()


def step_typed(campaign, template, **more):
    typed = {
        "campaign": campaign.pk, "number": "", "action": "send_message", "channel": "", "delay_minutes": "60",
        "template": template.pk, "target_stage": "", "agent_type": "", "assign_to": "", "tag": "", "note": "",
        "conditions": "[]", "when_false": "skip", "wait_hours": "",
    }  # fmt: skip
    return typed | more


def test_steps_are_added_moved_changed_and_taken_out(as_staff, make_campaign, template, broker, inside):
    campaign, text = make_campaign({}, {}), template("Otro saludo")
    assert as_staff.post(url(Step, "add"), step_typed(campaign, text, number="1")).status_code == 302

    def order():
        with inside(broker):
            rows = Step.objects.filter(campaign=campaign).order_by("number")
            return [(each.pk, each.number, each.delay_minutes) for each in rows]

    (first, _n, delay), (second, *_rest), (third, *_rest) = order()
    assert delay == 60
    conditions = json.dumps([{"kind": "not_replied"}])
    moved = step_typed(campaign, text, number="3", delay_minutes="5", conditions=conditions)
    assert as_staff.post(url(Step, "change", first), moved).status_code == 302
    assert order() == [(second, 1, 0), (third, 2, 0), (first, 3, 5)]
    assert as_staff.post(url(Step, "delete", second), {"post": "yes"}).status_code == 302
    assert [row[:2] for row in order()] == [(third, 1), (first, 2)]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"action": "update_stage"}, "target_stage"),
        ({"action": "add_tag"}, "tag"),
        ({"action": "notify_agent"}, "note"),
        ({"when_false": "wait"}, "wait_hours"),
        ({"conditions": "[{]"}, "conditions"),
        ({"conditions": '[{"kind": "color"}]'}, "conditions"),
        ({"conditions": '{"kind": "replied"}'}, "conditions"),
        ({"delay_minutes": "99999999"}, "delay_minutes"),
        ({"number": "0"}, "number"),
    ],
)
def test_what_is_wrong_with_a_step_is_said_where_it_was_typed(as_staff, make_campaign, template, typed, field):
    answer = as_staff.post(url(Step, "add"), step_typed(make_campaign(), template("Otro"), **typed))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]


def test_leads_are_taken_out_and_the_log_says_why(as_staff, make_campaign, make_agreed, enroll, engine, broker, inside):
    campaign = make_campaign({}, {}, activated=NOW)
    [way] = enroll(campaign, make_agreed(1, agreed=False))
    engine.tick()
    page = as_staff.get(url(CampaignLog), {"q": "Ana1"}).content.decode()
    assert "no_basis" not in page
    assert "Saltado" in page
    data = {"action": "take_out", "_selected_action": [way.pk]}
    with inside(broker):
        Enrollment.objects.filter(pk=way.pk).update(status="active", reason="", ended_at=None, next_run_at=NOW)
    page = as_staff.post(url(Enrollment), data, follow=True).content.decode()
    assert "1 lead salió." in page
    with inside(broker):
        assert Enrollment.objects.get().reason == "manual"


def test_rows_of_the_engine_are_told_in_words(as_staff, make_campaign, make_agreed, enroll, engine):
    campaign = make_campaign({}, {"delay_minutes": 4320}, activated=NOW)
    [way] = enroll(campaign, make_agreed(1))
    engine.tick()
    page = as_staff.get(url(Enrollment, "change", way.pk)).content.decode()
    assert "En curso, " in page
    assert ("Quién lo inscribió:" in page, "By label" in page, "None" in page) == (True, False, False)
    log = as_staff.get(url(CampaignLog)).context["cl"].result_list[0]
    page = as_staff.get(url(CampaignLog, "change", log.pk)).content.decode()
    assert ("Detalle:" in page, "Trace" in page, "hola Ana1" in page) == (True, False, True)
    page = as_staff.get(url(Campaign, "change", campaign.pk)).content.decode()
    assert ("3 días después" in page, "4.320" in page) == (True, False)


def test_a_steps_template_is_told_with_its_channel_and_language(as_staff, make_campaign, template):
    make_campaign({})
    text = template(name="Saludo")
    page = as_staff.get(url(Step, "add")).content.decode()
    assert "null" not in page
    assert f'<option value="{text.pk}">Saludo · WhatsApp · Español</option>' in page


LISTS = {Campaign: 8, Step: 8, Enrollment: 9, CampaignLog: 9}


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("model", LISTS, ids=lambda model: model._meta.model_name)
def test_lists_cost_the_same_for_one_and_three(
    as_staff, make_campaign, make_agreed, enroll, engine, rows, model, django_assert_num_queries
):
    for number in range(rows):
        campaign = make_campaign(name=f"Campaña {number}", activated=NOW)
        enroll(campaign, make_agreed(number))
    engine.tick()
    as_staff.get(url(model))
    with django_assert_num_queries(LISTS[model]):
        assert as_staff.get(url(model)).status_code == 200


@pytest.mark.parametrize("steps", [1, 3])
def test_the_page_of_a_campaign_costs_the_same_for_one_step_and_three(
    as_staff, make_campaign, steps, django_assert_num_queries
):
    campaign = make_campaign(*[{}] * steps)
    as_staff.get(url(Campaign, "change", campaign.pk))
    with django_assert_num_queries(12):
        assert as_staff.get(url(Campaign, "change", campaign.pk)).status_code == 200
