"""Auto-advance: every row of the table, and walks that end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from appointments.models import Appointment
from core.actors import Actor
from crm import financial, leads, rules, scoring
from crm.enums import DicomStatus, Qualification, Stage, TreatmentType
from crm.events import FactsChanged
from crm.financial import Declared
from crm.models import Interaction, Lead, Task
from crm.rules import Rules
from pipeline import advance, board
from pipeline.advance_rules import Standing, rows_of
from pipeline.models import StageTransition

SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # cores are shared
SYSTEM = Actor.system()
KNOWN = {"phone_raw": "9 9824 8519", "email": "ana@example.com", "location": "Ñuñoa"}
MONEY = {"budget_amount": Decimal(5000), "budget_unit": "UF"}


@pytest.fixture
def visit(broker, inside):
    def agree(lead, status="scheduled", *, days=1, closed=None):
        with inside(broker):
            at = timezone.now() + timedelta(days=days)
            return Appointment.objects.create(
                lead=lead, type="property_visit", status=status, starts_at=at, ends_at=at + timedelta(hours=1),
                created_at=timezone.now(), closed_at=closed, **SYSTEM.columns(),
            )  # fmt: skip

    return agree


@pytest.fixture
def walk(broker, inside):
    def go(lead):
        with inside(broker):
            return advance.advance(lead, by=SYSTEM, now=timezone.now())

    return go


@pytest.fixture
def warm(broker, inside):
    """Enough messages for 25 points in perfilamiento."""

    def up(lead, n=6):
        with inside(broker):
            for _ in range(n):
                Interaction.objects.create(lead=lead, kind="message_in", at=timezone.now(), **SYSTEM.columns())

    return up


def qualified(broker, inside, lead, value):
    with inside(broker):
        Lead.objects.filter(pk=lead.pk).update(qualification=value)


def path(told):
    return [(step.left.value, step.to.value) for step in told.steps]


def test_a_known_person_enters_profiling(walk, make_lead, stored):
    told = walk(make_lead(phone_raw="9 9824 8519"))
    assert path(told) == [("entrada", "perfilamiento")]
    assert told.steps[0].rule.code == "known_person"


@pytest.mark.parametrize(
    ("extra", "missing"),
    [
        ({"name": "Cliente", **KNOWN}, ["name"]),
        ({"name": "Ana"}, ["contact"]),
        ({"name": "", "email": ""}, ["name", "contact"]),
    ],
)
def test_an_unknown_person_waits(walk, make_lead, extra, missing):
    told = walk(make_lead(**extra))
    assert path(told) == []
    waits = {each.to: [gap.code for gap in each.missing] for each in told.waiting}
    assert waits == {Stage.AGENDADO: ["appointment"], Stage.PERFILAMIENTO: missing}


def test_a_profile_with_enough_points_goes_on(walk, make_lead, warm):
    lead = make_lead(stage="perfilamiento", **KNOWN, **MONEY)  # 20 + 3
    told = walk(lead)
    assert path(told) == []
    assert [str(gap) for each in told.waiting for gap in each.missing if gap.code == "score"] == ["25 puntos: tiene 23"]
    warm(lead, 1)
    assert path(walk(make_lead(stage="perfilamiento", name="Eva", email="e@example.com"))) == []


def test_the_score_is_told_anew_inside_the_walk(walk, make_lead, warm, broker, inside):
    """In entrada it has 0.8 × (20 + 10) = 24; a stage further it is past the threshold."""
    lead = make_lead(**KNOWN, **MONEY)
    warm(lead)
    with inside(broker):
        from crm.scoring import rescore

        rescore([lead.pk], by=SYSTEM, now=timezone.now())
    assert path(walk(lead)) == [("entrada", "perfilamiento"), ("perfilamiento", "calificacion_financiera")]


@pytest.mark.parametrize("gap", ["location", "money"])
def test_a_profile_with_a_gap_waits(walk, make_lead, warm, broker, inside, gap):
    extra = KNOWN | MONEY
    for name in {"location": ["location"], "money": list(MONEY)}[gap]:
        del extra[name]
    lead = make_lead(stage="perfilamiento", wants_visit=True, timeline="immediate", **extra)
    told = walk(lead)
    assert path(told) == []
    assert gap in [each.code for row in told.waiting for each in row.missing]


def test_a_threshold_of_zero_turns_the_step_off(walk, make_lead, broker, inside, alice):
    with inside(broker):
        off = rules.in_force().changed({"advance.threshold": 0}, version=0)
        rules.save_version(off, note="", by=Actor.of(alice), now=timezone.now())
    lead = make_lead(stage="perfilamiento", wants_visit=True, timeline="immediate", **KNOWN, **MONEY)
    told = walk(lead)
    assert path(told) == []
    assert ["turned_off"] in [[gap.code for gap in row.missing] for row in told.waiting]


def test_a_promising_lead_without_a_visit_is_followed(walk, make_lead, visit, broker, inside):
    lead = make_lead(stage="calificacion_financiera")
    qualified(broker, inside, lead, "POTENCIAL")
    assert path(walk(lead)) == [("calificacion_financiera", "seguimiento")]
    other = make_lead(stage="calificacion_financiera", name="Eva")
    qualified(broker, inside, other, "POTENCIAL")
    visit(other)
    assert path(walk(other)) == [("calificacion_financiera", "agendado")]


def test_who_does_not_qualify_is_a_task_and_only_one(walk, make_lead, broker, inside, bob):
    lead = make_lead(stage="calificacion_financiera", assigned_to=bob)
    qualified(broker, inside, lead, "NO_CALIFICADO")
    for _ in range(2):
        assert path(walk(lead)) == []
    with inside(broker):
        task = Task.objects.get(lead=lead)
        assert (task.assignee, task.kind) == (bob, "review")


def test_who_does_not_qualify_is_lost_where_the_brokerage_says_so(walk, make_lead, stored, broker, inside, alice):
    with inside(broker):
        on = rules.in_force().changed({"advance.lose_unqualified": True}, version=0)
        rules.save_version(on, note="", by=Actor.of(alice), now=timezone.now())
    lead = make_lead(stage="calificacion_financiera")
    qualified(broker, inside, lead, "NO_CALIFICADO")
    assert path(walk(lead)) == [("calificacion_financiera", "perdido")]
    assert (stored(lead).lost_reason, stored(lead).status) == ("no_califica", "lost")


@pytest.mark.parametrize("stage", ["entrada", "perfilamiento", "calificacion_financiera", "seguimiento"])
@pytest.mark.parametrize(
    ("status", "moves"), [("scheduled", True), ("confirmed", True), ("held", False), ("cancelled", False)]
)
def test_an_open_appointment_moves_to_agendado(walk, make_lead, visit, stage, status, moves):
    lead = make_lead(stage=stage, name="")
    visit(lead, status)
    assert path(walk(lead)) == ([(stage, "agendado")] if moves else [])


def test_an_appointment_of_who_does_not_qualify_moves_nobody(walk, make_lead, visit, broker, inside):
    lead = make_lead(stage="seguimiento")
    qualified(broker, inside, lead, "NO_CALIFICADO")
    visit(lead)
    assert path(walk(lead)) == []


@pytest.mark.parametrize(
    ("status", "moves"), [("completed", True), ("no_show", True), ("cancelled", False), ("held", False)]
)
def test_a_visit_that_is_over_goes_to_follow_up(walk, make_lead, visit, status, moves):
    lead = make_lead(stage="agendado")
    visit(lead, status, days=-1 if moves else 1, closed=timezone.now())
    assert path(walk(lead)) == ([("agendado", "seguimiento")] if moves else [])


def test_a_visit_before_the_stage_does_not_count(walk, make_lead, visit):
    lead = make_lead(stage="agendado")
    visit(lead, "completed", days=-9, closed=timezone.now() - timedelta(days=8))
    told = walk(lead)
    assert path(told) == []
    assert [gap.code for row in told.waiting for gap in row.missing] == ["visit_over"]


def test_another_open_visit_keeps_it_in_agendado(walk, make_lead, visit):
    lead = make_lead(stage="agendado")
    visit(lead, "completed", days=-1, closed=timezone.now())
    visit(lead, days=4)
    assert path(walk(lead)) == []


@pytest.mark.parametrize("stage", ["referidos", "ganado"])
def test_nobody_leaves_the_last_stages_alone(walk, make_lead, visit, stage):
    lead = make_lead(stage=stage, **KNOWN)
    visit(lead)
    told = walk(lead)
    assert (path(told), told.still.code) == ([], "resting")


def test_a_lead_on_hold_stays(walk, make_lead, visit):
    lead = make_lead(treatment_type=TreatmentType.HOLD, **KNOWN)
    visit(lead)
    told = walk(lead)
    assert (path(told), str(told.still)) == ([], "El lead está en pausa: no avanza solo.")


# --- what sets it off


def test_an_edit_moves_a_lead_on_and_says_why(make_lead, stored, broker, inside, alice):
    lead = make_lead()
    with inside(broker):
        edited = leads.edit(lead, {"phone_raw": "9 9824 8519"}, by=Actor.of(alice), now=timezone.now())
        last = StageTransition.objects.filter(lead=lead).order_by("-pk")[0]
    assert edited.stage == "perfilamiento"
    assert (last.by_kind, last.reason) == ("system", "Avance automático: se sabe su nombre y cómo ubicarlo")


def test_quiet_news_move_nobody(make_lead, stored, broker, inside):
    from core import events

    lead = make_lead(phone_raw="9 9824 8519")
    with inside(broker):
        events.publish(FactsChanged([lead.pk], SYSTEM, timezone.now(), quietly=True))
    assert stored(lead).stage == "entrada"


def test_a_declared_profile_qualifies_and_moves(make_lead, stored, broker, inside, alice):
    lead = make_lead(stage="calificacion_financiera")
    with inside(broker):
        said = Declared(Decimal(700_000), DicomStatus.CLEAN, Decimal(0))
        financial.restate(lead, said, by=Actor.of(alice), now=timezone.now())
    assert stored(lead).stage == "seguimiento"


def test_a_move_by_hand_tells_the_score_anew(make_lead, stored, broker, inside, alice):
    lead = make_lead(phone_raw="9 9824 8519")
    with inside(broker):
        wish = board.Move(Stage.AGENDADO)
        moved = board.move(lead.public_id, wish, within=Lead.objects.all(), by=Actor.of(alice), now=timezone.now())
    assert (lead.score, moved.lead.score, stored(lead).score) == (6, 20, 20)
    assert moved.lead.status == "warm"


def test_news_of_many_leads_costs_the_same_when_none_moves(make_lead, broker, inside, django_assert_num_queries):
    made = [make_lead(name="", email=f"p{n}@example.com") for n in range(9)]
    for some in (made[:1], made[:3], made):
        with inside(broker):
            Lead.objects.update(score=0)
            news = FactsChanged([lead.pk for lead in some], SYSTEM, timezone.now())
            with django_assert_num_queries(5):  # the score's four, the rules among them; the leads beside their visits
                scoring.on_facts(news)
                advance.on_facts(news)


# --- the table as a whole


@SLOWLY
@given(
    st.builds(
        Lead,
        broker_id=st.just(1),
        name=st.sampled_from(["", "Ana", "User"]),
        phone_e164=st.sampled_from(["", "+56998248519"]),
        email=st.just(""),
        stage=st.sampled_from(Stage),
        location=st.sampled_from(["", "Ñuñoa"]),
        score=st.none() | st.integers(0, 100),
        income_band=st.none() | st.integers(0, 4),
        qualification=st.sampled_from(Qualification),
        treatment_type=st.sampled_from(TreatmentType),
    ),
    st.booleans(),
    st.sampled_from(["", "completed", "no_show", "cancelled"]),
    st.booleans(),
)
def test_no_walk_goes_round(lead, has_open, latest, loses):
    """With the facts standing still, following the first rule that fires ends, without entering a stage twice."""
    under = Rules().changed({"advance.lose_unqualified": loses}, version=0)
    been = [Stage(lead.stage)]
    while (to := advance.next_stage(Standing(lead, has_open, latest), under)) is not None:
        assert to not in been
        been.append(to)
        lead.stage = to
    assert len(been) <= 5


def test_every_rule_leads_where_the_table_of_moves_allows():
    from pipeline.transitions import ALLOWED

    for stage in Stage:
        assert all(row.to in ALLOWED[stage] for row in rows_of(stage))


# --- over the API and on the page


def test_the_api_tells_the_moves_and_what_is_missing(client_for, bob, make_lead):
    lead = make_lead(phone_raw="9 9824 8519")
    told = client_for(bob).post(f"/api/v1/pipeline/leads/{lead.public_id}/auto-advance/").json()
    assert [(move["old_stage"], move["new_stage"], move["rule"]) for move in told["moves"]] == [
        ("entrada", "perfilamiento", "known_person")
    ]
    assert (told["stage"], told["still"]) == ("perfilamiento", None)
    assert [gap["code"] for gap in told["waiting"][1]["missing"]] == ["location", "money", "score"]


def test_a_stranger_moves_nobody_on(client_for, charlie, make_lead, stored):
    lead = make_lead(phone_raw="9 9824 8519")
    assert client_for(charlie).post(f"/api/v1/pipeline/leads/{lead.public_id}/auto-advance/").status_code == 404
    assert stored(lead).stage == "entrada"


def test_the_page_says_what_is_missing_and_moves_on_when_asked(client_for, bob, make_lead, stored):
    lead = make_lead()
    client = client_for(bob)
    page = client.get(f"/leads/{lead.public_id}/stage/").content.decode()
    assert "Qué falta" in page
    assert "un teléfono que se pueda marcar o un correo" in page
    answer = client.post(f"/leads/{lead.public_id}/advance/", headers={"HX-Request": "true"})
    assert "Todavía no avanza" in answer.headers["HX-Trigger"].encode().decode("unicode_escape")
    ready = make_lead(name="Eva", email="eva@example.com")
    assert "Ya puede pasar a" in client.get(f"/leads/{ready.public_id}/stage/").content.decode()
    answer = client.post(f"/leads/{ready.public_id}/advance/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert stored(ready).stage == "perfilamiento"
