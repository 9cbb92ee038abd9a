"""What people write to us: heard once, by the right brokerage, as the right lead's."""

import pytest
from django.utils import timezone

from crm.models import Consent, Interaction, Lead, TimelineEntry
from messaging.enums import Direction, Status
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
