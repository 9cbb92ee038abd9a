"""Many at once, and the way back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from core.actors import Actor
from crm.enums import LostReason, Stage
from crm.models import Lead, TimelineEntry
from pipeline import board
from pipeline.models import StageTransition


@pytest.fixture
def as_alice(alice, broker, inside):
    """`as_alice(board.undo, …)`: a function of the board, called by Alice now, in her brokerage."""

    def call(act, *args, now=None, **named):
        with inside(broker):
            return act(*args, by=Actor.of(alice), now=now or timezone.now(), **named)

    return call


@pytest.fixture
def everyone(broker, inside):
    with inside(broker):
        return Lead.objects.all()


@pytest.fixture
def move(as_alice, everyone):
    def act(lead, to, *, now=None, **wish):
        return as_alice(board.move, lead.public_id, board.Move(to, **wish), within=everyone, now=now)

    return act


@pytest.fixture
def undo(as_alice, everyone):
    def act(moved, **named):
        return as_alice(board.undo, moved.transition.public_id, within=everyone, **named)

    return act


def test_many_move_together_and_those_refused_say_why(as_alice, everyone, make_lead, broker, inside):
    new, won, there = make_lead(name="a"), make_lead(name="b", stage="ganado"), make_lead(name="c", stage="agendado")
    outcome = as_alice(board.move_many, everyone, board.Move(Stage.AGENDADO))
    assert [moved.lead.pk for moved in outcome.moved] == [new.pk]
    assert [lead.pk for lead in outcome.already] == [there.pk]
    assert [(type(why), why.lead.pk) for why in outcome.refused] == [(board.NotAllowed, won.pk)]
    with inside(broker):
        assert dict(Lead.objects.values_list("name", "stage")) == {"a": "agendado", "b": "ganado", "c": "agendado"}


def test_many_keep_their_order_on_top_of_the_column(as_alice, move, make_lead, broker, inside):
    names = ["uno", "dos", "tres", "cuatro"]
    for name in reversed(names):
        make_lead(name=name)
    move(make_lead(name="cinco"), Stage.PERFILAMIENTO)
    with inside(broker):
        wanted = Lead.objects.filter(stage="entrada")
    as_alice(board.move_many, wanted, board.Move(Stage.PERFILAMIENTO))
    with inside(broker):
        column = Lead.objects.filter(stage="perfilamiento").order_by("board_rank", "id")
        assert list(column.values_list("name", flat=True)) == [*names, "cinco"]


@pytest.mark.parametrize("leads", [1, 3])
def test_many_take_as_many_statements_as_one(as_alice, everyone, make_lead, django_assert_num_queries, leads):
    for _number in range(leads):
        make_lead()
    with django_assert_num_queries(
        16
    ):  # the board's four, the score's three, two for the news; the rest opens and closes
        outcome = as_alice(board.move_many, everyone, board.Move(Stage.PERDIDO, lost_reason=LostReason.PRECIO))
    with django_assert_num_queries(17):
        back = as_alice(board.undo_many, {moved.transition.public_id for moved in outcome.moved}, within=everyone)
    assert len(back.moved) == leads


def test_undo_gives_back_everything_the_move_overwrote(move, undo, make_lead, stored):
    lead = make_lead(stage="seguimiento")
    won = move(lead, Stage.GANADO, closing_price=Decimal("5250.50"), closing_unit="UF")
    lost = move(lead, Stage.PERDIDO, lost_reason=LostReason.OTRO, lost_note="Se arrepintió")
    assert undo(lost).lead.stage == "ganado"
    back = stored(lead)
    assert (back.status, back.lost_reason, back.lost_note) == ("converted", "", "")
    assert back.board_rank == won.lead.board_rank
    with pytest.raises(board.NotLast):
        undo(won)


def test_undo_of_an_undo_restores_the_loss_and_its_reason(move, undo, make_lead, stored):
    lead = make_lead()
    lost = move(lead, Stage.PERDIDO, lost_reason=LostReason.OTRO, lost_note="Se fue a Temuco")
    undo(undo(lost))
    back = stored(lead)
    assert (back.stage, back.status, back.lost_note) == ("perdido", "lost", "Se fue a Temuco")


def test_undo_gives_the_closing_price_of_before(move, undo, make_lead, stored):
    lead = make_lead(stage="seguimiento")
    move(lead, Stage.GANADO, closing_price=Decimal(4000), closing_unit="UF")
    move(lead, Stage.SEGUIMIENTO)
    undo(move(lead, Stage.GANADO))
    back = stored(lead)
    assert (back.closing_price, back.closing_unit) == (Decimal(4000), "UF")


def test_undo_is_past_the_table_and_says_so(move, undo, make_lead, broker, inside):
    lead = make_lead()
    undo(move(lead, Stage.AGENDADO))  # agendado → entrada is no move of the table
    with inside(broker):
        last = StageTransition.objects.order_by("-id")[0]
        told = TimelineEntry.objects.filter(kind="stage").order_by("-id")[0]
    assert (last.from_stage, last.to_stage, last.is_undo, last.reason) == ("agendado", "entrada", True, "Deshacer")
    assert told.data["undo"] is True


def test_undo_of_the_entry_is_refused(as_alice, everyone, make_lead, broker, inside):
    make_lead()
    with inside(broker):
        entry = StageTransition.objects.get()
    with pytest.raises(board.NotLast):
        as_alice(board.undo, entry.public_id, within=everyone)


def test_undo_of_a_colleagues_lead_finds_nothing(move, make_lead, alice, bob, broker, inside):
    moved = move(make_lead(assigned_to=alice), Stage.AGENDADO)
    with inside(broker), pytest.raises(Lead.DoesNotExist):
        board.undo(
            moved.transition.public_id,
            within=Lead.objects.visible_to(bob),
            by=Actor.of(bob),
            now=timezone.now(),
        )


def test_a_clock_that_lags_takes_no_time_back(move, make_lead, broker, inside):
    lead = make_lead()
    move(lead, Stage.AGENDADO, now=lead.stage_entered_at - timedelta(minutes=5))
    with inside(broker):
        entry, step = StageTransition.objects.order_by("at", "id")
    assert (entry.from_stage, step.seconds_in_stage) == ("", 0)
