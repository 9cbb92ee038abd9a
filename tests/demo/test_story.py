"""The demo is a living product: everybody has something before them, and things were said."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Broker, User
from appointments.models import Appointment
from core import tenancy
from crm.models import CaptureForm, CustomField, Interaction, Lead, Notification, Task
from demo import story
from messaging.models import Conversation, Message, ProviderEvent
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
