"""Races for a lead's stage: whoever comes second sees what the first one did, and the chain of transitions holds."""

import itertools

import pytest

from crm.leads import Stale
from crm.models import Lead, TimelineEntry
from pipeline import advance, board
from pipeline.models import StageTransition
from tests.races.conftest import fine, kinds


@pytest.fixture
def moving(acting):
    """`moving(lead, stage)`: Alice drags the card there."""

    def prepare(lead, stage, **wish):
        def move(*, by, now):
            return board.move(lead.public_id, board.Move(stage, **wish), within=Lead.objects.all(), by=by, now=now)

        return acting(move)

    return prepare


@pytest.fixture
def undoing(acting):
    def prepare(done):
        def undo(*, by, now):
            return board.undo(done.transition.public_id, within=Lead.objects.all(), by=by, now=now)

        return acting(undo)

    return prepare


def test_move_and_move_from_one_version(race, rounds, moving, make_lead, sound):
    for _ in rounds:
        lead = make_lead()
        came = race(*(moving(lead, to, version=lead.version) for to in ("perfilamiento", "agendado", "seguimiento")))
        assert kinds(came) == ["Stale", "Stale", "ok"]
        [won] = [each for each in came if not isinstance(each, Exception)]
        assert sound(lead).stage == won.transition.to_stage


def test_move_and_move_without_a_version(race, rounds, moving, make_lead, sound, inside, broker):
    for _ in rounds:
        lead = make_lead()
        came = fine(race(moving(lead, "agendado"), moving(lead, "seguimiento")))
        stored = sound(lead)
        assert stored.version == lead.version + 2
        assert stored.stage in {"agendado", "seguimiento"}
        with inside(broker):
            assert TimelineEntry.objects.filter(lead=lead, kind="stage").count() == len(came)


def test_move_and_auto_advance(race, rounds, moving, make_lead, sound, acting, inside, broker):
    """The rules may move it before or after the person, never over them."""
    for number in rounds:
        lead = make_lead(name="Ana Rojas", phone_raw=f"+5698765{number:04}", email=f"ana{number}@ejemplo.cl")
        fine(race(moving(lead, "seguimiento"), acting(advance.advance, lead)))
        stored = sound(lead)
        with inside(broker):
            by_hand = StageTransition.objects.filter(lead=lead, by_kind="user", to_stage="seguimiento").count()
        assert by_hand == 1
        assert stored.version >= lead.version + 1


def test_undo_and_move(race, rounds, moving, make_lead, sound, undoing):
    for _ in rounds:
        lead = make_lead()
        done = moving(lead, "agendado")()
        undo = undoing(done)
        undone, moved = fine(race(undo, moving(lead, "seguimiento")), board.NotLast)
        assert not isinstance(moved, Exception)  # allowed from both
        stored = sound(lead)
        # undone first: back, then on from there; moved first: there is nothing left to undo
        assert stored.stage == "seguimiento"
        assert moved.left == ("agendado" if isinstance(undone, board.NotLast) else "entrada")


def test_undo_and_undo(race, rounds, moving, make_lead, sound, undoing):
    for _ in rounds:
        lead = make_lead()
        done = moving(lead, "agendado")()
        undo = undoing(done)
        assert kinds(race(undo, undo)) == ["NotLast", "ok"]
        stored = sound(lead)
        assert (stored.stage, stored.version) == ("entrada", lead.version + 2)


def test_bulk_and_move(race, rounds, moving, make_lead, sound, acting, inside, broker):
    for _ in rounds:
        leads = [make_lead() for _ in range(6)]
        chosen = [lead.pk for lead in leads]
        many = acting(
            lambda *, by, now, chosen=chosen: board.move_many(
                Lead.objects.filter(pk__in=chosen), board.Move("agendado"), by=by, now=now
            )
        )
        one = leads[3]
        outcome, moved = fine(race(many, moving(one, "seguimiento", version=one.version)), Stale)
        stored = [sound(lead) for lead in leads]
        assert len(outcome.moved) == 6
        first = not isinstance(moved, Stale)  # the person came first, or saw that it had changed
        assert {lead.stage for lead in stored} == {"agendado"}
        assert stored[3].version == one.version + 1 + first


def test_bulk_and_bulk_in_other_orders(race, rounds, make_lead, sound, acting):
    """Both hold the same leads; neither waits for the other in a knot."""
    for _ in itertools.islice(rounds, 5 + len(rounds) // 10):
        leads = [make_lead() for _ in range(12)]
        chosen = [lead.pk for lead in leads]

        def many(stage, order, chosen=chosen):
            return acting(
                lambda *, by, now: board.move_many(
                    Lead.objects.filter(pk__in=chosen).order_by(order), board.Move(stage), by=by, now=now
                )
            )

        fine(race(many("agendado", "pk"), many("seguimiento", "-pk")))
        assert len({sound(lead).stage for lead in leads}) == 1
