from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from core.actors import Actor
from crm.enums import LostReason, Stage
from crm.leads import Stale
from crm.models import Lead
from pipeline import board
from pipeline.models import StageTransition


@pytest.fixture
def move(alice, broker, inside):
    def act(lead, to, *, now=None, **wish):
        with inside(broker):
            return board.move(
                lead.public_id,
                board.Move(to, **wish),
                within=Lead.objects.visible_to(alice),
                by=Actor.of(alice),
                now=now or timezone.now(),
            ).lead

    return act


def column(stage):
    return list(Lead.objects.filter(stage=stage).order_by("board_rank", "id").values_list("name", flat=True))


def test_move_stores_the_stage_and_its_transition(move, make_lead, broker, inside):
    lead = make_lead()
    moved = move(lead, Stage.PERFILAMIENTO, now=lead.stage_entered_at + timedelta(hours=2))
    with inside(broker):
        entry, step = StageTransition.objects.order_by("id")
    assert (entry.from_stage, entry.to_stage) == ("", "entrada")
    assert (step.from_stage, step.to_stage, step.seconds_in_stage) == ("entrada", "perfilamiento", 7200)
    assert moved.version == lead.version + 1


def test_move_outside_the_table_names_what_is_allowed(move, make_lead):
    with pytest.raises(board.NotAllowed) as refusal:
        move(make_lead(), Stage.GANADO)
    assert Stage.PERFILAMIENTO in refusal.value.allowed
    assert Stage.GANADO not in refusal.value.allowed


def test_forced_move_needs_a_written_reason(move, make_lead):
    lead = make_lead()
    with pytest.raises(board.Incomplete, match="reason"):
        move(lead, Stage.GANADO, force=True, reason="  ")
    assert move(lead, Stage.GANADO, force=True, reason="Firmó directo").status == "converted"


def test_losing_asks_for_the_reason_and_other_for_words(move, make_lead):
    lead = make_lead()
    with pytest.raises(board.Incomplete, match="lost_reason"):
        move(lead, Stage.PERDIDO)
    with pytest.raises(board.Incomplete, match="lost_note"):
        move(lead, Stage.PERDIDO, lost_reason=LostReason.OTRO)
    lost = move(lead, Stage.PERDIDO, lost_reason=LostReason.PRECIO)
    assert (lost.status, lost.lost_reason) == ("lost", "precio")
    back = move(lost, Stage.SEGUIMIENTO)
    assert (back.status, back.lost_reason) == ("cold", "")


def test_stale_card_is_refused_with_the_truth(move, make_lead):
    lead = make_lead()
    move(lead, Stage.PERFILAMIENTO)
    with pytest.raises(Stale) as stale:
        move(lead, Stage.AGENDADO, version=lead.version)
    assert stale.value.lead.stage == "perfilamiento"


def test_cards_stand_where_they_were_dropped(move, make_lead, broker, inside):
    one, two, three = (make_lead(name=name) for name in ("uno", "dos", "tres"))
    for lead in (one, two, three):
        move(lead, Stage.PERFILAMIENTO)
    with inside(broker):
        assert column("perfilamiento") == ["tres", "dos", "uno"]
    move(three, Stage.PERFILAMIENTO, after=one.public_id)
    move(one, Stage.PERFILAMIENTO, before=two.public_id)
    with inside(broker):
        assert column("perfilamiento") == ["uno", "dos", "tres"]
        assert StageTransition.objects.filter(lead=one).count() == 2  # reordering is no transition


def test_transitions_chain_without_a_gap(move, make_lead, broker, inside):
    lead = make_lead()
    for stage in (Stage.PERFILAMIENTO, Stage.AGENDADO, Stage.GANADO, Stage.REFERIDOS):
        lead = move(lead, stage)
    assert lead.status == "converted"
    with inside(broker):
        steps = list(StageTransition.objects.order_by("id"))
    assert all(earlier.to_stage == later.from_stage for earlier, later in pairwise(steps))


def test_agent_cannot_move_a_colleagues_lead(make_lead, alice, bob, broker, inside):
    lead = make_lead(assigned_to=alice)
    with inside(broker), pytest.raises(Lead.DoesNotExist):
        board.move(
            lead.public_id,
            board.Move(Stage.PERFILAMIENTO),
            within=Lead.objects.visible_to(bob),
            by=Actor.of(bob),
            now=timezone.now(),
        )
