"""Killed at every point of the tick and of a trigger pass, the end is that of an undisturbed run."""

import os
import signal
import warnings

import pytest
from django.db import connection
from django.utils import timezone

from campaigns import runner, triggers
from campaigns.models import CampaignLog, Enrollment
from core import failpoints
from crm.models import Lead
from messaging.models import Message

pytestmark = pytest.mark.django_db(transaction=True)

POINTS = (
    *("campaigns.looked", "campaigns.enrolled", "campaigns.checked"),
    *("campaigns.held", "campaigns.decided", "campaigns.judged", "campaigns.queued"),
    *("campaigns.performed", "campaigns.written"),
)


def one_pass():
    """A look at the triggers and ticks of two leads each, until nothing is due."""
    triggers.check_all(now=timezone.now())
    while runner.tick(now=timezone.now(), most=2):
        pass


def killed_at(point, turn):
    """Whether a process of its own that does a pass dies there by `kill -9`."""
    connection.close()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the child uses nothing of the parent's threads
        child = os.fork()
    if child == 0:
        try:
            failpoints.plan(f"{point}=kill@{turn}")
            one_pass()
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


@pytest.fixture
def world(make_campaign, make_agreed, inside, broker):
    """Five leads that answer the trigger, one of whom may not be written to."""
    stage = {"action": "update_stage", "target_stage": "perfilamiento"}
    campaign = make_campaign(
        stage,
        {},
        {"conditions": [{"kind": "replied"}]},
        trigger="lead_score",
        condition={"score_min": 10},
        activated=True,
    )
    for number in range(1, 6):
        lead = make_agreed(number, agreed=number != 3)
        with inside(broker):
            Lead.objects.filter(pk=lead.pk).update(score=50)
    return campaign


@pytest.fixture
def end_of(inside, broker):
    """What a run came to, in words that are the same for every run."""

    def read(campaign):
        with inside(broker):
            logs = CampaignLog.objects.filter(campaign=campaign).select_related("lead", "step", "message")
            steps = sorted(
                (log.lead.name, log.step.number, str(log.status), log.reason, log.message.body if log.message else "")
                for log in logs
            )
            ends = sorted(Enrollment.objects.values_list("lead__name", "entry", "status", "reason"))
            stages = sorted(Lead.objects.values_list("name", "stage", "transitions__to_stage"))
            return steps, ends, stages, Message.objects.count()

    return read


EXPECTED_STEPS = 5 * 3


@pytest.mark.parametrize("turn", [1, 2])
@pytest.mark.parametrize("point", POINTS)
def test_the_end_is_that_of_an_undisturbed_run(world, engine, end_of, point, turn):
    assert killed_at(point, turn) or turn == 2  # a look at triggers comes by once
    one_pass()
    engine.send()
    one_pass()
    steps, ends, stages, messages = end_of(world)
    assert messages == 4
    assert len(steps) == EXPECTED_STEPS
    assert [row[1:] for row in steps if row[0] == "Ana3 Rojas"] == [
        (1, "sent", "", ""), (2, "skipped", "gate:no_basis", ""), (3, "skipped", "condition", ""),
    ]  # fmt: skip
    assert [row[1:4] for row in steps if row[0] == "Ana1 Rojas"] == [
        (1, "sent", ""), (2, "sent", ""), (3, "skipped", "condition"),
    ]  # fmt: skip
    assert ends == [(f"Ana{number} Rojas", 1, "finished", "done") for number in range(1, 6)]
    assert {stage for _name, stage, _to in stages} == {"perfilamiento"}
    assert len(stages) == 10  # the entry and one move each
