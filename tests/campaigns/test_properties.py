"""Whatever happens to campaigns, leads and clocks: nothing twice, nothing after the end, nothing too early, a reason for all."""

from collections import Counter, defaultdict
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import F
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from campaigns import drafting, enrolling, runner, running, steps, triggers
from campaigns.enums import LogStatus
from campaigns.models import Campaign, CampaignLog, Enrollment
from core import tenancy
from core.actors import Actor
from crm import consent
from crm.consent import Ground
from crm.enums import ConsentBasis, ConsentSource, ConsentState, Stage
from crm.leads import Stale
from crm.models import Lead
from messaging.inbound import hearing
from messaging.inbound import sandbox as phone
from messaging.models import Message
from messaging.sending.sender import Sender
from pipeline import board

START = datetime(2026, 9, 5, 20, 30, tzinfo=ZoneInfo("America/Santiago"))  # the night the clock goes forward
LEADS = 3
BY = Actor.system()
ROUNDS = 30
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)  # to find a smaller one takes minutes
REFUSED = (Stale, board.NotAllowed, board.Incomplete, running.NotNow, running.NotReady, ValidationError)
WINDOW = {"opens": time(10), "closes": time(18)}

which, place = st.integers(0, LEADS - 1), st.integers(0, 5)
delays = st.sampled_from([0, 5, 90, 1500])
asked = st.sampled_from(
    [[], [{"kind": "not_replied"}], [{"kind": "replied"}], [{"kind": "stage_in", "values": ["seguimiento"]}]]
)
a_step = st.fixed_dictionaries(
    {
        "action": st.sampled_from(["send_message", "send_message", "update_stage", "make_call"]),
        "delay_minutes": delays,
        "conditions": asked,
        "when_false": st.sampled_from(["skip", "stop", "wait"]),
        "wait_hours": st.just(5),
        "target_stage": st.sampled_from(["seguimiento", "perdido"]),
    }
)
FIRST = {
    "action": "send_message", "delay_minutes": 0, "conditions": [], "when_false": "skip", "wait_hours": 5, "target_stage": "",
}  # fmt: skip
acts = st.one_of(
    *[st.tuples(st.just("pass"), st.sampled_from([0, 1, 6, 95, 400, 1600, 9000]))] * 4,
    *[st.tuples(st.just("enroll"), which)] * 2,
    st.tuples(st.just("reply"), which),
    st.tuples(st.just("no"), which),
    st.tuples(st.just("move"), which, st.sampled_from(Stage)),
    st.tuples(st.just("pause")),
    st.tuples(st.just("resume"), st.sampled_from(["skip", "spread", "send"])),
    st.tuples(st.just("add"), place, a_step),
    st.tuples(st.just("remove"), place),
    st.tuples(st.just("turn")),
    st.tuples(st.just("window"), st.booleans()),
    st.tuples(st.just("out"), which),
)


class World:
    """One campaign, three leads, and a clock that only this test moves."""

    def __init__(self, plan, clock, account, template, leads):
        self.clock, self.account, self.template, self.leads = clock, account, template, leads
        clock.go_to(START, still=True)
        self.campaign = drafting.create(
            drafting.Wanted(name="Azar", trigger="stage_change", condition={"stage": "seguimiento"}, reentry_days=1, late_hours=1440), by=BY, now=START
        )  # fmt: skip
        for each in [FIRST, *plan]:
            steps.add(self.campaign, self.step(each), by=BY, now=START)
        running.activate(self.campaign, by=BY, now=START)
        self.ended = {}
        for number in range(LEADS - 1):
            self.do(("enroll", number))

    def step(self, values):
        template = self.template if values["action"] == "send_message" else None
        return steps.Wanted(**values, template=template)

    @property
    def held(self):
        return Campaign.objects.get(pk=self.campaign.pk)

    def do(self, act):
        now = timezone.now()
        match act:
            case ("pass", minutes):
                self.clock.travel(minutes=minutes)
                self.turn_over()
            case ("enroll", number):
                if self.held.is_running:
                    enrolling.take_in(self.held, self.rows(number), why={}, by=BY, now=now)
            case ("reply", number):
                lead = self.rows(number).get()
                told = phone.typed(lead, self.account, "Hola", key=uuid4(), now=now)
                hearing.receive(self.account, phone.news(told.kind, told.payload, now), now=now)
            case ("no", number):
                ground = Ground(ConsentBasis.NONE, ConsentSource.CHAT, "no")
                consent.record(self.rows(number).get(), ConsentState.REVOKED, ground, by=BY, at=now)
            case ("move", number, to):
                wish = board.Move(to, lost_reason="precio" if to == Stage.PERDIDO else None)
                board.move(self.leads[number].public_id, wish, within=Lead.objects.all(), by=BY, now=now)
            case ("pause",):
                running.pause(self.campaign, by=BY, now=now)
            case ("resume", overdue):
                running.resume(self.campaign, overdue=overdue, by=BY, now=now)
            case _:
                self.edit(act, now)

    def edit(self, act, now):
        there = steps.of(self.campaign)
        match act:
            case ("add", at, values):
                steps.add(self.campaign, self.step(values), at=at, by=BY, now=now)
            case ("remove", at):
                if len(there) > 1:
                    steps.remove(there[at % len(there)], by=BY, now=now)
            case ("turn",):
                steps.reorder(self.campaign, [each.public_id for each in reversed(there)], by=BY, now=now)
            case ("window", on):
                hours = WINDOW if on else dict.fromkeys(WINDOW)
                drafting.change(self.campaign, replace(drafting.Wanted.of(self.held), **hours), by=BY, now=now)
            case ("out", number):
                for each in Enrollment.objects.filter(lead=self.leads[number].pk, status="active"):
                    running.take_out(each, by=BY, now=now)

    def turn_over(self):
        """The engine's look; what leaves in it leaves inside the campaign's hours, and nothing while it is paused."""
        before, paused = self.sent(), not self.held.is_running
        logs = CampaignLog.objects.count()
        triggers.check_all(now=timezone.now())
        for _round in range(ROUNDS):
            if not (self.ticks() or self.sends()):
                break
        left = self.sent() - before
        assert not (paused and (left or CampaignLog.objects.count() != logs))
        if self.held.opens:
            local = timezone.now().astimezone(ZoneInfo("America/Santiago")).time()
            assert not left or WINDOW["opens"] <= local < WINDOW["closes"]
        if not paused:
            due = Enrollment.objects.filter(status="active", next_run_at__lte=timezone.now())
            assert not due.exists(), "every due step is dealt with"

    def ticks(self):
        """Whether anything was due."""
        found = False
        while runner.tick(now=timezone.now()):
            found = True
        return found

    def sends(self):
        """Whether anything left, or was put off."""
        before = self.sent()
        sender = Sender(at_once=1)
        with connection.cursor() as cursor:
            while sender.look():
                pass
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', '0', false)")
        sender.close()
        return self.sent() != before

    def rows(self, number):
        return Lead.objects.filter(pk=self.leads[number].pk)

    def sent(self):
        return set(Message.objects.filter(direction="out", sent_at__isnull=False).values_list("pk", flat=True))

    def check(self):
        """What must hold at any moment."""
        logs = list(CampaignLog.objects.select_related("message", "step").order_by("id"))
        by_way = defaultdict(list)
        for log in logs:
            by_way[log.enrollment_id].append(log)
            assert log.status not in {LogStatus.FAILED, LogStatus.SKIPPED} or log.reason
        causes = Counter((log.enrollment_id, log.step_id, log.visit) for log in logs)
        assert set(causes.values()) <= {1}
        assert Message.objects.filter(direction="out").count() == sum(log.message_id is not None for log in logs)
        for theirs in by_way.values():
            for earlier, later in pairwise(theirs):
                done = earlier.executed_at or earlier.scheduled_for
                assert later.due_at - done >= timedelta(minutes=later.trace["delay"]) - timedelta(seconds=1)
        for way in Enrollment.objects.select_related("next_step"):
            if way.status == "active":
                assert way.next_step.number is not None
                continue
            known = self.ended.setdefault(way.pk, len(by_way[way.pk]))
            assert len(by_way[way.pk]) == known, "no step after the end"
            if way.status == "left" and way.reason != "condition":
                late = [log for log in by_way[way.pk] if log.message and (log.message.sent_at or START) > way.ended_at]
                assert late == []


@pytest.mark.django_db
@given(plan=st.lists(a_step, max_size=3), happenings=st.lists(acts, min_size=3, max_size=14))
@effort(max_examples=15, deadline=None, phases=PHASES, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_breaks_a_campaign(plan, happenings, broker, sandbox, template, make_agreed, clock, request):
    known = request.node.stash.setdefault(KEPT, {})
    if not known:
        known["template"] = template("Hola {{ first_name | default: 'qué tal' }}")
        known["leads"] = [make_agreed(number + 1) for number in range(LEADS)]
    sid = connection.savepoint()
    try:
        with tenancy.use(broker.pk):
            Lead.objects.update(
                created_at=START, stage_entered_at=START, last_inbound_at=None, updated_at=F("updated_at")
            )
            world = World(plan, clock, sandbox["whatsapp"], known["template"], known["leads"])
            for happening in happenings:
                try:
                    world.do(happening)
                except REFUSED:
                    continue
                finally:
                    world.check()
            for days in (0, 1, 9):
                world.clock.travel(days=days, minutes=7)
                world.turn_over()
                world.check()
    finally:
        connection.savepoint_rollback(sid)


KEPT = pytest.StashKey()
