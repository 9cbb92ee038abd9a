"""Races for a conversation: one has it, and the other is told who."""

from django.utils import timezone

from messaging import conversations
from messaging.models import Conversation
from tests.races.conftest import fine, kinds


def test_two_take_a_conversation_and_one_has_it(race, rounds, acting, make_lead, inside, broker, alice, bob):
    for number in rounds:
        lead = make_lead(name=f"Ana {number}")
        with inside(broker):
            held = conversations.ensure([lead], now=timezone.now())[lead.pk]
        came = race(*(acting(conversations.take, held, by=who) for who in (alice, bob)))
        assert kinds(came) == ["TakenOver", "ok"], came
        with inside(broker):
            stored = Conversation.objects.get(pk=held.pk)
        told = next(one for one in came if isinstance(one, conversations.TakenOver))
        assert stored.taken_by_id == told.who.pk


def test_a_conversation_is_made_once_by_many(race, rounds, make_lead, broker, inside):
    for number in rounds:
        lead = make_lead(name=f"Ana {number}")

        def ensure(lead=lead):
            with inside(broker):
                return conversations.ensure([lead], now=timezone.now())

        fine(race(ensure, ensure, ensure))
        with inside(broker):
            assert Conversation.objects.filter(lead=lead).count() == 1
