"""The demo is a living product: everybody has something before them, and things were said."""

import time

from django.utils import timezone

from accounts.models import Broker, User
from appointments.models import Appointment
from core import tenancy
from crm.models import Interaction, Notification, Task
from demo import story
from messaging.models import Conversation, Message, ProviderEvent
from pipeline import today


def test_everybody_in_the_demo_has_a_day(db):
    started = time.monotonic()
    story.install(now=timezone.now())
    print(f"installed in {time.monotonic() - started:.1f} s")
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
