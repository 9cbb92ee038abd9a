"""Where a conversation stands: who waits since when, who has it, what was put off."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import Actor
from core.models import AuditEntry
from crm.merging import act as merging
from crm.models import Lead
from messaging import conversations
from messaging.enums import ConversationState, Owner
from messaging.models import Conversation

SOON = timedelta(minutes=5)


@pytest.fixture
def lead(make_lead):
    return make_lead(phone_raw="+56 9 8765 4321")


def test_a_lead_that_writes_waits_since_the_first_word(lead, wrote, thread):
    first = wrote(lead, "¿Está  disponible?\n")
    wrote(lead, "¿Hola?", at=first.created_at + SOON)
    held = thread(lead)
    assert (held.unread, held.waiting_since, held.last_text) == (2, first.created_at, "¿Hola?")
    assert (held.last_direction, held.last_channel) == ("in", "whatsapp")


def test_an_older_message_that_comes_late_is_not_the_last_word(lead, wrote, thread):
    now = timezone.now()
    wrote(lead, "después", at=now)
    wrote(lead, "antes", at=now - SOON)
    assert (thread(lead).last_text, thread(lead).unread) == ("después", 2)


def test_an_opt_out_waits_for_nothing(lead, wrote, thread):
    wrote(lead, "BAJA", waits=False)
    assert (thread(lead).waiting_since, thread(lead).unread) == (None, 1)


@pytest.mark.parametrize(("kind", "waits"), [("user", False), ("agent", False), ("api", False), ("campaign", True)])
def test_who_answers_ends_the_waiting(kind, waits, lead, wrote, thread, write, broker, inside, bob):
    heard = wrote(lead)
    message = write(lead, now=heard.created_at + SOON, is_reply=False)
    message.by_kind = kind
    with inside(broker):
        conversations.said([message], now=message.created_at)
    assert (thread(lead).waiting_since is not None) is waits
    assert thread(lead).last_direction == "out"


def test_what_was_written_before_the_lead_did_is_no_answer(lead, wrote, thread, write, broker, inside):
    now = timezone.now()
    message = write(lead, now=now - SOON)
    wrote(lead, at=now)
    with inside(broker):
        conversations.said([message], now=now + SOON)
    assert (thread(lead).waiting_since, thread(lead).last_text) == (now, "Hola")


def test_said_costs_the_same_for_one_and_for_many(
    make_lead, write, make_account, broker, inside, django_assert_num_queries
):
    make_account()
    many = [write(make_lead(phone_raw=f"+5691111111{number}")) for number in range(3)]
    for messages in (many[:1], many):
        with inside(broker), django_assert_num_queries(2):
            conversations.said(messages, now=timezone.now())


def test_take_release_and_who_has_it(lead, wrote, thread, broker, inside, alice, bob):
    wrote(lead)
    now = timezone.now()
    with inside(broker):
        held = conversations.take(thread(lead), by=Actor.of(bob), now=now)
        assert (held.owner, held.taken_by_id) == (Owner.USER, bob.pk)
        conversations.take(held, by=Actor.of(bob), now=now)
        with pytest.raises(conversations.TakenOver) as refused:
            conversations.take(held, by=Actor.of(alice), now=now)
        assert refused.value.who == bob
        with pytest.raises(conversations.TakenOver):
            conversations.release(held, by=Actor.of(alice), now=now)
        conversations.release(held, by=Actor.of(alice), now=now, anyway=True)
        with pytest.raises(conversations.NoPerson):
            conversations.take(held, by=Actor.system(), now=now)
        acts = AuditEntry.objects.filter(subject_id=lead.public_id).order_by("at", "pk")
        assert list(acts.values_list("action", flat=True)) == ["conversation.taken", "conversation.released"]
    assert thread(lead).owner == Owner.NOBODY


def test_put_off_resolved_and_open_again(lead, wrote, thread, broker, inside, bob):
    wrote(lead)
    by, now = Actor.of(bob), timezone.now()
    with inside(broker):
        conversations.snooze(thread(lead), until=now + SOON, by=by, now=now)
        assert thread(lead).state == ConversationState.SNOOZED
        with pytest.raises(ValueError, match="to come"):
            conversations.snooze(thread(lead), until=now, by=by, now=now)
        conversations.resolve(thread(lead), by=by, now=now)
    held = thread(lead)
    assert (held.state, held.waiting_since, held.unread, held.snoozed_until) == ("resolved", None, 0, None)
    wrote(lead)
    assert (thread(lead).state, thread(lead).unread) == ("open", 1)
    with inside(broker):
        conversations.resolve(thread(lead), by=by, now=now)
        conversations.reopen(thread(lead), by=by, now=now)
    assert thread(lead).state == "open"


def test_what_comes_while_one_reads_stays_unread(lead, wrote, thread, broker, inside):
    wrote(lead)
    shown = thread(lead)
    wrote(lead)
    with inside(broker):
        conversations.read(shown)
    assert thread(lead).unread == 1


def test_ensure_makes_what_is_missing(make_lead, broker, inside, django_assert_num_queries):
    leads = [make_lead(name=name) for name in ("Ana", "Eva", "Luz")]
    now = timezone.now()
    for some, statements in ((leads[:1], 3), (leads, 3), (leads, 1)):
        with inside(broker), django_assert_num_queries(statements):
            assert set(conversations.ensure(some, now=now)) == {one.pk for one in some}
    with inside(broker):
        assert Conversation.objects.count() == 3


def test_what_waits_in_one_conversation_waits_in_the_merged_one(make_lead, wrote, thread, broker, inside, alice, bob):
    kept, other = (
        make_lead(name="Ana", phone_raw="+56 9 8765 4321"),
        make_lead(name="Ana R", phone_raw="+56 9 8765 4322"),
    )
    first = wrote(other, "¿Hola?")
    wrote(kept, "Soy yo otra vez", at=first.created_at + SOON)
    now = first.created_at + 2 * SOON
    with inside(broker):
        conversations.take(thread(other), by=Actor.of(bob), now=now)
        conversations.resolve(thread(kept), by=Actor.of(bob), now=now)
        merging.merge(kept.pk, other.pk, within=Lead.objects.all(), by=Actor.of(alice), now=now)
    held = thread(kept)
    assert (held.unread, held.waiting_since, held.state, held.taken_by) == (1, first.created_at, "open", bob)
    assert held.last_text == "Soy yo otra vez"
