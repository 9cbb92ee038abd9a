"""What people write to us: heard once, by the right brokerage, as the right lead's."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config import reactions
from core.actors import Actor
from crm import assignment, consent
from crm import bin as leads_bin
from crm.consent import Ground
from crm.merging.act import merge
from crm.models import Consent, Interaction, Lead, TimelineEntry
from messaging.enums import Direction, Status
from messaging.events import MessageReceived
from messaging.inbound import apply
from messaging.models import ChannelIdentity, Conversation, Message, ProviderEvent
from tests.messaging import inbound_tools as tools

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def twilio(make_twilio):
    return make_twilio()


@pytest.fixture
def hear(client, twilio):
    """`hear(number, body, phone=…)`: a WhatsApp message comes in and is applied."""

    def come(*args, **fields):
        response = tools.post_twilio(client, twilio, tools.whatsapp(*args, **fields))
        assert response.status_code == 200, response.content
        while apply.apply_waiting(now=timezone.now()):
            pass

    return come


def test_an_unknown_person_who_writes_becomes_a_lead_with_everything_that_follows(hear, inside, broker):
    hear(1, "Hola, ¿sigue disponible?", ReferralSourceUrl="https://fb.example/ad")
    with inside(broker):
        lead = Lead.objects.get()
        assert (lead.name, lead.phone_e164, lead.source) == ("Ana Rojas", "+56987654321", "WhatsApp")
        assert lead.source_detail["referral"] == {"SourceUrl": "https://fb.example/ad"}
        message = Message.objects.get()
        assert (message.direction, message.status, message.lead) == (Direction.IN, Status.RECEIVED, lead)
        conversation = Conversation.objects.get()
        assert (conversation.unread, conversation.last_text) == (1, "Hola, ¿sigue disponible?")
        assert Interaction.objects.get().kind == "message_in"
        assert lead.last_inbound_at is not None
        told = TimelineEntry.objects.get(kind="contact")
        assert (told.data["message"], told.body) == (str(message.public_id), message.body)
        consent = Consent.objects.get()
        assert (consent.purpose, consent.basis, consent.source) == ("transactional", "request", "chat")
        assert ChannelIdentity.objects.get().lead == lead
        event = ProviderEvent.objects.get()
        assert (event.applied_at is not None, event.payload) == (True, {})


@pytest.mark.parametrize(
    ("stored_phone", "country", "wa_id"),
    [("9 8765 4321", "CL", "56987654321"), ("+52 55 1234 5678", "MX", "5215512345678"), ("11 15 5332-0000", "AR", "5491153320000"),
     ("(11) 98765-4321", "BR", "551187654321")],
)  # fmt: skip
def test_a_lead_is_found_however_their_number_is_written(stored_phone, country, wa_id, hear, make_lead, stored):
    lead = make_lead(phone_raw=stored_phone, country=country)
    hear(1, phone=wa_id)
    assert stored().pk == lead.pk


def test_a_number_that_two_brokerages_know_is_heard_in_the_accounts_own(hear, make_lead, other_broker, inside, broker):
    theirs = make_lead(in_broker=other_broker, phone_raw="+56 9 8765 4321")
    hear(1)
    with inside(broker):
        assert Lead.objects.count() == 1
    with inside(other_broker):
        assert not theirs.messages.exists()


def test_who_lies_in_the_bin_comes_back_with_what_they_refused(hear, make_lead, inside, broker, stored):
    lead = make_lead(phone_raw="+56 9 8765 4321")
    with inside(broker):
        consent.record(lead, "revoked", Ground("none", "agent"), by=Actor.system(), at=timezone.now())
        leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=Actor.system(), now=timezone.now())
    hear(1)
    back = stored()
    assert (back.pk, back.deleted_at, back.opted_out_at is not None) == (lead.pk, None, True)


def test_who_was_merged_is_the_lead_that_was_kept(hear, make_lead, inside, broker, alice):
    kept, other = make_lead(name="Uno"), make_lead(name="Dos", phone_raw="+56 9 8765 4321")
    hear(1)
    with inside(broker):
        merge(kept.pk, other.pk, within=Lead.objects.all(), by=Actor.of(alice), now=timezone.now())
    hear(2)
    with inside(broker):
        assert set(Message.objects.values_list("lead_id", flat=True)) == {kept.pk}
        assert Conversation.objects.get(lead=kept).unread >= 1


def test_a_person_who_hides_their_number_is_known_by_their_other_name(hear, inside, broker):
    hear(1, ExternalUserId="whatsapp:CL.1234567890")
    hear(2, phone="", ExternalUserId="whatsapp:CL.1234567890", From="whatsapp:CL.1234567890")
    hear(3, phone="", ExternalUserId="whatsapp:CL.9", From="whatsapp:CL.9")
    with inside(broker):
        assert sorted(Message.objects.values_list("lead__phone_e164", flat=True)) == [
            "",
            "+56987654321",
            "+56987654321",
        ]


def test_a_word_that_says_no_more_counts_before_all_else(hear, make_lead, stored, inside, broker):
    lead = make_lead(phone_raw="+56 9 8765 4321")
    hear(1, "BAJA")
    assert stored(lead).opted_out_at is not None
    with inside(broker):
        said = Message.objects.get(direction="in")
        assert said.body == "BAJA"
        assert Conversation.objects.get().waiting_since is None


def test_media_are_noted_and_not_fetched(hear, inside, broker):
    hear(
        1,
        "",
        NumMedia="1",
        MediaUrl0="http://169.254.169.254/x",
        MediaContentType0="image/jpeg",
        Latitude="-33.4",
        Longitude="-70.6",
    )
    with inside(broker):
        image, place = Message.objects.get().attachments
        assert (image, place["type"]) == ({"type": "image/jpeg", "url": "http://169.254.169.254/x"}, "location")


def test_the_news_is_published_once_with_the_message(hear, monkeypatch):
    heard = []
    monkeypatch.setitem(reactions.REACTIONS, MessageReceived, (heard.append,))
    hear(1)
    hear(1)
    assert [event.message.body for event in heard] == ["Hola"]


def test_a_lead_who_writes_moves_on_by_itself_and_is_scored(hear, make_lead, stored):
    lead = make_lead(phone_raw="+56 9 8765 4321")
    before = stored(lead)
    hear(1, "Quiero visitar el departamento")
    after = stored(lead)
    assert after.score > before.score
    assert after.last_inbound_at > before.created_at


def test_what_cannot_be_applied_waits_for_a_person_and_holds_up_nobody(client, twilio, apply_all, inside, broker):
    with inside(broker):
        poison = ProviderEvent.objects.create(
            account=twilio, key="x", kind="inbound", payload={"MessageSid": "x"}, received_at=timezone.now()
        )
    tools.post_twilio(client, twilio, tools.whatsapp(2))
    for _time in range(7):
        apply_all()
    with inside(broker):
        poison.refresh_from_db()
        assert (poison.tries, poison.applied_at, "Unreadable" in poison.error) == (5, None, True)
        assert Message.objects.count() == 1


def test_the_same_event_in_eight_threads_has_one_effect(client, twilio, at_once, inside, broker):
    tools.post_twilio(client, twilio, tools.whatsapp())
    with inside(broker):
        event = ProviderEvent.objects.get()
    done = at_once(lambda _number: apply.apply(broker.pk, event.pk, now=timezone.now()), 8)
    assert sorted(done) == [False] * 7 + [True]
    with inside(broker):
        assert (Message.objects.count(), Interaction.objects.count(), Conversation.objects.get().unread) == (1, 1, 1)


def test_the_same_call_in_eight_threads_is_kept_once(twilio, at_once, inside, broker):
    answers = at_once(lambda _number: tools.post_twilio(Client(), twilio, tools.whatsapp()).status_code, 8)
    assert answers == [200] * 8
    with inside(broker):
        assert ProviderEvent.objects.count() == 1


def test_first_messages_at_once_are_one_lead(client, twilio, at_once, inside, broker):
    for number in range(8):
        tools.post_twilio(client, twilio, tools.whatsapp(number))
    with inside(broker):
        events = list(ProviderEvent.objects.values_list("pk", flat=True))
    assert all(at_once(lambda number: apply.apply(broker.pk, events[number], now=timezone.now()), 8))
    with inside(broker):
        assert (Lead.objects.count(), Message.objects.count(), Conversation.objects.get().unread) == (1, 8, 8)


def test_a_message_and_a_colleague_who_types_the_same_number_are_one_lead(
    client, twilio, at_once, inside, broker, make_lead
):
    tools.post_twilio(client, twilio, tools.whatsapp())
    with inside(broker):
        event = ProviderEvent.objects.get()

    def act(number):
        if number:
            return make_lead(phone_raw="+56 9 8765 4321")
        return apply.apply(broker.pk, event.pk, now=timezone.now())

    at_once(act, 2)
    apply.apply(broker.pk, event.pk, now=timezone.now())
    with inside(broker):
        assert (Lead.objects.count(), Message.objects.count()) == (1, 1)


def test_an_erased_person_is_in_no_event_that_waits(client, twilio, make_lead, inside, broker, alice):
    from crm.privacy import erasing

    lead = make_lead(phone_raw="+56 9 8765 4321")
    tools.post_twilio(client, twilio, tools.whatsapp())
    tools.post_twilio(client, twilio, tools.whatsapp(2, phone="56911112222"))
    with inside(broker):
        erasing.erase(lead, reason="lo pidió", by=Actor.of(alice), now=timezone.now())
        payloads = {one.key: one.payload for one in ProviderEvent.objects.all()}
        assert payloads[tools.ref(1)] == {}
        assert payloads[tools.ref(2)]["WaId"] == "56911112222"


def test_what_was_left_for_a_person_can_be_tried_again_in_admin(
    make_user, client_for, twilio, apply_all, inside, broker
):
    staff = make_user("staff@andes.cl", broker, role="admin", is_staff=True)
    with inside(broker):
        told = tools.whatsapp(3)
        parked = ProviderEvent.objects.create(
            account=twilio, key="x", kind="inbound", payload=told, received_at=timezone.now(), tries=5, error="x"
        )
    apply_all()
    client, url = client_for(staff), reverse("admin:messaging_providerevent_changelist")
    assert client.get(url, {"state": "parked"}).context["cl"].result_count == 1
    client.post(url, {"action": "again", "_selected_action": [parked.pk]})
    apply_all()
    with inside(broker):
        parked.refresh_from_db()
        assert parked.applied_at is not None
        assert Message.objects.get().provider_ref == told["MessageSid"]


def test_a_lead_who_writes_first_is_given_away_like_one_of_a_form(hear, bob, inside, broker, stored):
    with inside(broker):
        rule = assignment.policy()
        rule.mode, rule.from_forms = "round_robin", True
        rule.save()
        assignment.queues()
    hear(1)
    assert stored().assigned_to == bob
