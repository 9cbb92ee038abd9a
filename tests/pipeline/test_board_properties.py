"""No sequence of moves, bulk moves and undos breaks the board: one owner of the stage, transitions without a gap."""

import ast
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.db import connection
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from core import tenancy
from core.actors import Actor
from crm import leads as crm_leads
from crm import rules
from crm.enums import LostReason, Stage
from crm.leads import Stale
from crm.models import Lead
from pipeline import board, columns
from pipeline.models import StageTransition

START = datetime(2026, 9, 5, 23, 30, tzinfo=ZoneInfo("America/Santiago"))  # the night the clock goes forward
LEADS = 4
REFUSED = (Stale, board.NotAllowed, board.Incomplete, board.NotLast, Lead.DoesNotExist)

which = st.integers(0, LEADS - 1)
stages = st.sampled_from(Stage)
reasons = st.sampled_from([None, LostReason.PRECIO])
minutes = st.integers(-90, 3000)  # clocks lag, too
acts = st.one_of(
    st.tuples(st.just("move"), which, stages, reasons, st.booleans(), minutes),
    st.tuples(st.just("reorder"), which, which, st.booleans(), minutes),
    st.tuples(st.just("many"), st.sets(which, min_size=1), stages, reasons, minutes),
    st.tuples(st.just("undo"), st.integers(0, 30), minutes),
    st.tuples(st.just("undo many"), st.sets(st.integers(0, 30), min_size=1), minutes),
    st.tuples(st.just("advance"), which, stages, minutes),
)


def do(act, keys, by, now):
    everyone = Lead.objects.all()
    match act:
        case ("move", number, to, reason, force, _):
            wish = board.Move(to, lost_reason=reason, force=force, reason="así fue" if force else "")
            board.move(keys[number].public_id, wish, within=everyone, by=by, now=now)
        case ("reorder", number, other, above, _):
            stage = Stage(Lead.objects.get(pk=keys[number].pk).stage)
            beside = {"before" if above else "after": keys[other].public_id}
            board.move(keys[number].public_id, board.Move(stage, **beside), within=everyone, by=by, now=now)
        case ("many", numbers, to, reason, _):
            some = everyone.filter(pk__in=[keys[number].pk for number in numbers])
            board.move_many(some, board.Move(to, lost_reason=reason), by=by, now=now)
        case ("undo", place, _):
            board.undo(nth(place), within=everyone, by=by, now=now)
        case ("undo many", places, _):
            board.undo_many({nth(place) for place in places}, within=everyone, by=by, now=now)
        case ("advance", number, to, _):  # what the rules do: from the version they looked at, as the system
            lead = Lead.objects.get(pk=keys[number].pk)
            wish = board.Move(to, version=lead.version, reason="rule")
            board.move(lead.public_id, wish, within=everyone, by=Actor.system(), now=now)


def nth(place):
    """A transition from the newest back, whosever it is."""
    found = StageTransition.objects.order_by("-id").values_list("public_id", flat=True)
    return found[place % found.count()]


def check():
    for lead in Lead.objects.all():
        steps = list(StageTransition.objects.filter(lead=lead).order_by("at", "id"))
        assert [step.pk for step in steps] == sorted(step.pk for step in steps)
        assert steps[0].from_stage == ""
        assert all(earlier.to_stage == later.from_stage for earlier, later in pairwise(steps))
        assert lead.stage == steps[-1].to_stage
        assert lead.stage_entered_at == steps[-1].at
        for earlier, later in pairwise(steps):
            assert later.seconds_in_stage == int((later.at - earlier.at).total_seconds()) >= 0
        assert (lead.stage == "perdido") == (lead.status == "lost") == bool(lead.lost_reason)
        assert lead.stage != "ganado" or lead.status == "converted"
    with connection.cursor() as cursor:
        cursor.execute("SELECT stage, count(*) FROM crm_lead GROUP BY stage")
        counted = dict(cursor.fetchall())
    shown = columns.figures(Lead.objects.all(), now=START, rotting=rules.in_force().rotting())
    assert {stage.value: figures.total for stage, figures in shown.items() if figures.total} == counted


@given(plan=st.lists(acts, min_size=1, max_size=12))
@effort(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_sequence_breaks_the_chain(plan, broker, alice):
    with tenancy.use(broker.pk):
        Lead.everything.all().delete()
        drafts = [crm_leads.Draft({"name": f"Lead {number}"}) for number in range(LEADS)]
        keys = crm_leads.create_many(drafts, by=Actor.of(alice), now=START)
        now = START
        for act in plan:
            now += timedelta(minutes=act[-1])
            try:
                do(act, keys, Actor.of(alice), now)
            except REFUSED:
                continue
            finally:
                check()


WRITERS = {"pipeline/board.py", "crm/leads.py"}  # the one who changes it; where a lead is made


def writes_stage(tree):
    """Lines that set a lead's stage: by attribute, by name in an update, or in a list of fields to write."""
    for node in ast.walk(tree):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(each, ast.Attribute) and each.attr == "stage" for each in targets):
            yield node.lineno
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", "")
        if called in {"update", "update_or_create"} and any(word.arg == "stage" for word in node.keywords):
            yield node.lineno
        if called in {"bulk_update", "save"} and any(
            isinstance(part, ast.Constant) and part.value == "stage" for part in ast.walk(node)
        ):
            yield node.lineno


def test_the_board_alone_writes_the_stage():
    root = Path(settings.BASE_DIR)
    apps = (
        "accounts",
        "appointments",
        "core",
        "crm",
        "demo",
        "integrations",
        "messaging",
        "pipeline",
        "reports",
        "templates_app",
    )
    files = [path for app in apps for path in (root / app).rglob("*.py") if "migrations" not in path.parts]
    found = {f"{path.relative_to(root)}:{line}" for path in files for line in writes_stage(ast.parse(path.read_text()))}
    assert {place for place in found if place.split(":")[0] not in WRITERS} == set()


@pytest.mark.parametrize("code", ["lead.stage = 'ganado'", "q.update(stage='x')", "lead.save(update_fields=['stage'])"])
def test_a_writer_of_the_stage_would_be_found(code):
    assert list(writes_stage(ast.parse(code))) == [1]
