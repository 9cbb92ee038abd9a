"""The demo is a living product: everybody has something before them, and things were said."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Broker, User
from appointments.models import Appointment
from campaigns import loop
from campaigns.models import Campaign, CampaignLog, Enrollment
from core import tenancy
from crm.models import CaptureForm, CustomField, Interaction, Lead, Notification, Task
from demo import campaigns, story
from messaging.inbound import apply, sandbox
from messaging.models import ChannelAccount, Conversation, Message, ProviderEvent
from pipeline import today


@pytest.fixture(scope="module")
def installed(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        story.install(now=timezone.now())
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(installed, db):
    """The demo, shared by the tests of this file."""


def test_everybody_in_the_demo_has_a_day(demo):
    for broker in Broker.objects.all():
        with tenancy.use(broker.pk):
            assert Interaction.objects.count() > 20
            assert Appointment.objects.exists()
            _talked()
            for person in User.objects.of(broker):
                assert Task.objects.filter(assignee=person).exists()
                assert Notification.objects.filter(user=person).exists()
                day = today.of(person, seen_by=person, now=timezone.now())
                assert day.tasks.rows or day.visits_today or day.waiting.rows


def _talked():
    """Threads in every state, all through the outbox and the way in; nothing is left hanging."""
    held = Conversation.objects.all()
    assert held.filter(waiting_since__isnull=False, unread__gt=0).exists()
    assert held.filter(owner="user", state="open").exists()
    assert held.filter(state="resolved").exists()
    assert held.filter(lead__opted_out_at__isnull=False).exists()
    assert set(Message.objects.values_list("status", flat=True)) == {"sent", "received"}
    assert set(Message.objects.values_list("channel", flat=True)) >= {"whatsapp", "telegram"}
    assert not ProviderEvent.objects.filter(applied_at=None).exists()


def test_the_demo_has_fields_and_a_form_that_takes_answers(demo):
    andes = Broker.objects.get(slug="andes")
    with tenancy.use(andes.pk):
        form = CaptureForm.objects.get()
        assert CustomField.objects.count() == 2
        assert Lead.objects.filter(custom__has_key="mascotas").exists()
    assert "Crédito hipotecario" in Client().get(f"/l/{form.token}/").content.decode()
    assert Client().post(f"/l/{form.token}/", {"name": "Ana", "phone": "998248519"}).status_code == 303


def test_three_campaigns_run_and_do_the_rest_themselves(demo):
    """Nothing is told as sent: the engine sends within its first looks, to a handful, and an answer stops it."""
    with tenancy.use(Broker.objects.get(slug="andes").pk):
        assert list(Campaign.objects.values_list("status", flat=True)) == ["active"] * 3
        assert not CampaignLog.objects.exists()
        assert Enrollment.objects.count() == 1  # who has just answered the form
    now = timezone.now()
    while loop.look(now=now):
        pass
    with tenancy.use(Broker.objects.get(slug="andes").pk):
        due = Message.objects.filter(status="queued", scope__isnull=False)
        assert 8 <= due.count() <= 20
        assert {each.campaign.name for each in CampaignLog.objects.filter(status="pending")} == {
            play.name for play in campaigns.PLAYS
        }
        assert {each.reason for each in CampaignLog.objects.filter(status="skipped")} <= {"gate:no_basis"}
        newcomer = Lead.objects.get(name=campaigns.ARRIVES["name"])
        assert newcomer.stage == "entrada"
        phone = ChannelAccount.objects.get(channel="whatsapp")
        told = sandbox.typed(newcomer, phone, "¡Sí! Me gustaría verlos.", key=uuid4(), now=now)
        apply.bring(phone, sandbox.news(told.kind, told.payload, now), now=now)
        newcomer.refresh_from_db()
        assert newcomer.stage == "perfilamiento"
        assert Enrollment.objects.get(lead=newcomer).reason == "reply"
