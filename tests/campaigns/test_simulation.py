"""What the simulation says is what the engine then does: message for message, reason for reason; and it touches nothing."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import InternalError
from django.utils import timezone

from campaigns import running
from campaigns.models import CampaignLog, Enrollment
from campaigns.simulation import Plan, simulate
from campaigns.simulation.sealed import sealed
from core.actors import Actor
from core.db.guard import tenant_tables
from crm.models import Lead, LeadTag, Tag
from crm.tags import named
from messaging.gate import rules
from messaging.models import ContactLimits

pytestmark = pytest.mark.django_db(transaction=True)
THURSDAY = datetime(2027, 5, 20, 21, 30, tzinfo=UTC)
"""Half past five in the afternoon in Santiago; the Friday is a holiday there, and then the weekend comes."""
DAY = 24 * 60
NEAR = timedelta(minutes=3)
"""A budget that is nearly spent makes messages of the same moment wait a minute or two for one another."""


@pytest.fixture
def strict(sandbox, broker, inside):
    """`strict(per_day=1)`: the country's hours and caps hold, and what the brokerage adds."""

    def limit(**limits):
        with inside(broker):
            ContactLimits.objects.update(always_open=False, **limits)

    return limit


@pytest.fixture
def people(make_agreed, broker, inside):
    """Leads of many kinds, by what is special about each."""
    with inside(broker):
        [vip] = named(["VIP"])
    found = {
        "plain": make_agreed(1, location="Ñuñoa"),
        "placeless": make_agreed(2),
        "silent": make_agreed(3, agreed=False),
        "mailless": make_agreed(4, email="", location="Maipú"),
        "phoneless": make_agreed(5, phone_raw="", location="Quilpué"),
        "easter": make_agreed(6, time_zone="Pacific/Easter", location="Hanga Roa"),
        "mexican": make_agreed(7, phone_raw="+52 55 1234 5678", country="MX", location="Roma"),
        "tagged": make_agreed(8, location="Arica"),
        "late": make_agreed(9, stage="seguimiento", location="Iquique"),
        "lost": make_agreed(10),
        "held": make_agreed(11, treatment_type="hold"),
    }
    with inside(broker):
        LeadTag.objects.create(lead=found["tagged"], tag=vip)
        Lead.objects.filter(pk=found["lost"].pk).update(stage="perdido", lost_reason="sin_respuesta", status="lost")
    return found


def _vip(broker, inside):
    with inside(broker):
        return Tag.objects.get(name="VIP")


def _waits(_vip):
    yes = [{"kind": "stage_in", "values": ["seguimiento"]}]
    return {}, [
        {},
        {"delay_minutes": 2 * DAY, "action": "update_stage", "target_stage": "seguimiento"},
        {"delay_minutes": 0, "conditions": yes},
        {"delay_minutes": 60, "conditions": [{"kind": "stage_in", "values": ["agendado"]}], "when_false": "wait",
         "wait_hours": 6},
        {"delay_minutes": 5, "action": "update_stage", "target_stage": "perfilamiento"},
        {"delay_minutes": DAY, "channel": "email"},
    ]  # fmt: skip


def _window(vip):
    tagged = [{"kind": "has_tag", "tag": str(vip.public_id)}]
    return {"opens": time(10), "closes": time(12), "days": [1, 3, 6]}, [
        {"delay_minutes": 45},
        {
            "delay_minutes": 0,
            "action": "add_tag",
            "tag": vip,
            "conditions": [{"kind": "no_tag", "tag": str(vip.public_id)}],
        },
        {"delay_minutes": 3 * DAY, "channel": "email", "conditions": tagged, "when_false": "stop"},
        {"delay_minutes": 10, "action": "make_call"},
        {"delay_minutes": 10, "action": "notify_agent", "note": "Llámalo"},
        {"delay_minutes": 4 * DAY},
    ]


def _goal(_vip):
    cold = [{"kind": "score_between", "max": 40}]
    return {"goal": "agendado", "late_hours": 20}, [
        {},
        {"delay_minutes": DAY, "conditions": cold},
        {"delay_minutes": 0, "action": "update_stage", "target_stage": "agendado"},
        {"delay_minutes": DAY},
    ]


@pytest.mark.parametrize(
    ("shape", "limits"),
    [
        (_waits, {}),
        (_window, {"per_week": 2}),
        (_goal, {"per_day": 1, "daily_budget": 3}),
    ],
)
def test_the_engine_does_what_the_simulation_said(
    shape, limits, people, strict, make_campaign, template, enroll, engine, inside, broker, clock
):
    strict(**limits)
    fields, steps = shape(_vip(broker, inside))
    missing = template("Hola {{ first_name }}, tenemos algo en {{ location }}", name="Con comuna")
    campaign = make_campaign(*steps, {"delay_minutes": 7 * DAY, "template": missing}, stop_on_reply=True, **fields)
    with inside(broker):
        said = simulate(campaign, Plan([lead.pk for lead in people.values()], THURSDAY, weeks=4))
    assert not said.cut
    clock.go_to(THURSDAY)
    with inside(broker):
        running.activate(campaign, by=Actor.system(), now=timezone.now())
    enroll(campaign, *people.values())
    engine.live(clock, until=THURSDAY + timedelta(weeks=4))
    assert {way.name for way in said.ways if way.refused} == {"Ana10 Rojas", "Ana11 Rojas"}
    _same(_said(said), _done(campaign, inside, broker))
    with inside(broker):
        ends = dict(Enrollment.objects.values_list("lead__name", "reason"))
    assert {way.name: way.ended for way in said.entered} == ends
    assert len(_said(said)) > 20


def test_it_reads_and_nothing_else(people, strict, make_campaign, inside, broker, django_assert_max_num_queries):
    strict(per_day=1)
    campaign = make_campaign({}, {"delay_minutes": DAY}, {"action": "assign_agent"}, {"channel": "email"})
    before = _counts(inside, broker)
    with inside(broker):
        rules.load()  # read once a minute by each process
    with inside(broker), django_assert_max_num_queries(70) as asked:
        said = simulate(campaign, Plan([lead.pk for lead in people.values()], THURSDAY))
        one = len(asked)
    assert said.sent
    assert not [sql for sql in asked.captured_queries if re.search(r"FOR (NO KEY )?(UPDATE|SHARE)", sql["sql"])]
    assert _counts(inside, broker) == before
    with inside(broker), django_assert_max_num_queries(one):
        simulate(campaign, Plan([people["plain"].pk], THURSDAY))


def test_a_sealed_block_can_neither_write_nor_lock_and_what_follows_can(people, inside, broker):
    with inside(broker):
        for wrong in (
            lambda: Lead.objects.update(name="x"),
            lambda: list(Lead.objects.select_for_update()),
            lambda: connection.cursor().execute("SET transaction_read_only = off"),
        ):
            with pytest.raises(InternalError), sealed(), transaction.atomic():
                wrong()
        with sealed():
            assert Lead.objects.exists()
        assert Lead.objects.filter(pk=people["plain"].pk).update(location="Lota") == 1


def test_it_ends_in_time_and_says_so(make_campaign, make_agreed, inside, broker):
    campaign = make_campaign({})
    with inside(broker):
        assert simulate(campaign, Plan([make_agreed(1).pk], THURSDAY, seconds=-1)).cut


def _counts(inside, broker):
    with inside(broker), connection.cursor() as cursor:
        found = {}
        for table in tenant_tables():
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            found[table] = cursor.fetchone()
    return found


def _said(outcome):
    return sorted(
        (way.name, line.number, line.channel if line.is_message else "", line.became == "sent", line.reason, line.body, line.at)
        for way in outcome.ways
        for line in way.lines
    )  # fmt: skip


def _done(campaign, inside, broker):
    with inside(broker):
        rows = CampaignLog.objects.filter(campaign=campaign).select_related("lead", "step", "message")
        return sorted(
            (row.lead.name, row.step.number, row.message.channel if row.message and row.status == "sent" else "",
             row.status == "sent", row.reason, row.message.body if row.message else "", row.executed_at)
            for row in rows if row.status != "pending"
        )  # fmt: skip


def _same(said, done):
    assert [row[:-1] for row in said] == [row[:-1] for row in done]
    far = [(*a[:3], str(a[-1]), str(b[-1])) for a, b in zip(said, done, strict=True) if abs(a[-1] - b[-1]) > NEAR]
    assert not far
