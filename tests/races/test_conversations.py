"""Races for a conversation: one has it, and the other is told who."""

from datetime import timedelta

from django.utils import timezone

from core.actors import Actor, ActorKind
from crm import consent
from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from messaging import accounts, conversations, outbox
from messaging.drafts import Draft
from messaging.models import Conversation, Message
from messaging.sending.sender import Sender
from tests.messaging.conftest import hear
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


def test_what_writes_by_itself_leaves_before_a_takeover_or_not_at_all(
    race, rounds, acting, make_lead, inside, broker, bob, any_hour
):
    robot = Actor(ActorKind.CAMPAIGN, None, "Bienvenida")
    with inside(broker):
        accounts.ensure_sandbox(by=Actor.system(), now=timezone.now())

    def ask(lead, key):
        now = timezone.now()
        draft = Draft(
            lead=lead, channel=Channel.WHATSAPP, body="Hola", dedupe_key=key, not_before=now,
            expires_at=now + timedelta(days=1),
        )  # fmt: skip
        with inside(broker):
            return outbox.enqueue([draft], by=robot, now=now)[0]

    def look():
        sender = Sender(at_once=2)
        sender.look()
        sender.close()

    for number in rounds:
        lead = make_lead(name=f"Ana {number}", phone_raw=f"+56 9 8765 {4000 + number}")
        with inside(broker):  # nothing but the takeover is in the way
            hear(lead, accounts.for_channel(Channel.WHATSAPP), timezone.now())
            ground = Ground(ConsentBasis.REQUEST, ConsentSource.FORM)
            consent.record(
                lead, ConsentState.GRANTED, ground, by=Actor.system(), at=timezone.now(), purposes=tuple(ConsentPurpose)
            )
        first = ask(lead, f"first:{lead.pk}")
        with inside(broker):
            held = conversations.ensure([lead], now=timezone.now())[lead.pk]
        fine(race(acting(conversations.take, held, by=bob), look))
        second = ask(lead, f"second:{lead.pk}")
        look()
        with inside(broker):
            states = [Message.objects.get(pk=one.pk) for one in (first, second)]
        assert states[0].status == "sent" or "taken_over" in str(states[0].checks), states[0].checks
        assert states[1].status != "sent", states[1].checks
        assert "taken_over" in str(states[1].checks)
