"""Races of acts on many leads and their undo: neither waits for the other for ever, and an act is undone once."""

import pytest
from django.db.models import Count
from django.utils import timezone

from crm import actions, bulk, bulk_acts, leads, rules
from crm.enums import Stage
from crm.models import Lead, TimelineEntry
from pipeline import board, bulk_move, columns
from tests.races.conftest import fine, kinds


@pytest.fixture
def at_once(acting):
    """`at_once(act, order, by=…)`: the act on all leads, taken in that order."""

    def prepare(act, order="pk", by=None):
        return acting(lambda *, by, now: bulk.at_once(act, Lead.objects.order_by(order), by=by, now=now), by=by)

    return prepare


@pytest.fixture
def undoing(acting):
    def prepare(done):
        return acting(lambda *, by, now: actions.undo(done.action.public_id, by=by, now=now))

    return prepare


@pytest.fixture
def some(make_lead, broker, inside):
    """`some(count)`: that many new leads, and no others."""

    def make(count):
        with inside(broker):
            Lead.objects.update(deleted_at=timezone.now())
        return [make_lead(name=f"Lead {number}") for number in range(count)]

    return make


@pytest.fixture
def chained(sound):
    """`chained(lead)`: sound, and every step is one more version of it."""

    def check(lead, steps):
        assert sound(lead).version == steps

    return check


def test_undo_of_a_move_of_many_twice(race, rounds, some, at_once, undoing, chained):
    for _ in rounds:
        leads_ = some(3)
        undo = undoing(at_once(bulk_move.moving(Stage.AGENDADO, 3))())
        assert kinds(race(undo, undo)) == ["Cannot", "ok"]
        for lead in leads_:
            chained(lead, 3)


def test_many_and_one(race, rounds, some, at_once, acting, bob, inside, broker, sound):
    """All get there, the one too: from its new stage one may go on. The board counts what there is."""
    for _ in rounds:
        leads_ = some(5)

        def move(*, by, now, lead=leads_[2]):
            return board.move(lead.public_id, board.Move("perfilamiento"), within=Lead.objects.all(), by=by, now=now)

        many, _one = fine(race(at_once(bulk_move.moving(Stage.AGENDADO, 5)), acting(move, by=bob)), board.NotAllowed)
        assert many.changed == 5
        for lead in leads_:
            sound(lead)
        with inside(broker):
            counted = dict(Lead.objects.values_list("stage").annotate(Count("pk")))
            shown = columns.figures(Lead.objects.all(), now=timezone.now(), rotting=rules.in_force().rotting())
        assert {stage.value: each.total for stage, each in shown.items() if each.total} == counted
        assert counted == {"agendado": 5}


def test_many_and_many_the_other_way_round(race, rounds, some, at_once, bob, sound):
    for _ in rounds:
        leads_ = some(5)
        first, second = bulk_move.moving(Stage.AGENDADO, 5), bulk_move.moving(Stage.SEGUIMIENTO, 5)
        fine(race(at_once(first), at_once(second, "-pk", by=bob)))
        for lead in leads_:
            sound(lead)


def test_many_given_to_two(race, rounds, some, at_once, alice, bob, inside, broker):
    """The timeline tells in the order it happened."""
    for _ in rounds:
        leads_ = some(3)
        fine(race(at_once(bulk_acts.giving(alice, 3)), at_once(bulk_acts.giving(bob, 3))))
        with inside(broker):
            owners = set(Lead.objects.values_list("assigned_to__name", flat=True))
            told = TimelineEntry.objects.filter(kind="assign").order_by("id")
            last = {told.filter(lead=lead).last().data["to"] for lead in leads_}
        assert len(owners) == 1
        assert owners == last


def test_many_given_and_taken_back_while_given_on(race, rounds, some, at_once, undoing, acting, alice, bob, stored):
    """The undo comes before or is refused: whom it was given to last has it."""
    for _ in rounds:
        [lead] = some(1)
        done = at_once(bulk_acts.giving(bob, 1))()
        give = acting(lambda *, by, now: leads.assign(Lead.objects.all(), to=alice, by=by, now=now))
        fine(race(undoing(done), give), actions.Cannot)
        assert stored(lead).assigned_to == alice
