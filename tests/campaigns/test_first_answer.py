"""Who fills in the public form gets a first answer within ten seconds, by the engine's own loop."""

import threading
import time

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from core.management.commands.run_engine import Command
from messaging.models import Message
from tests.capture import conftest as capture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(60)]
make_form = capture.make_form
WITHIN = 10.0  # seconds


@pytest.fixture
def engine_runs(monkeypatch):
    """The engine as `manage.py run_engine` runs it, in a thread: all loops, its pauses, no waking from outside."""
    command = Command()
    monkeypatch.setattr("signal.signal", lambda *_: None)  # signals are the main thread's

    def run():
        try:
            command.handle()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    yield
    command.stopping = True
    thread.join(20)
    assert not thread.is_alive()


def test_an_answer_to_a_form_is_answered_within_ten_seconds(
    make_form, make_campaign, engine_runs, broker, inside, record_property
):
    form = make_form()
    make_campaign(
        {}, {"delay_minutes": 60}, trigger="stage_change", condition={"stage": "entrada"}, activated=timezone.now()
    )
    began = time.monotonic()
    answer = Client().post(f"/l/{form.token}/", {"name": "Ana Rojas", "phone": "998248519", "consent": "on"})
    assert answer.status_code == 303
    while time.monotonic() - began < WITHIN:
        with inside(broker):
            sent = Message.objects.filter(status="sent").select_related("lead").first()
        if sent is not None:
            break
        time.sleep(0.05)
    took = time.monotonic() - began
    record_property("seconds", round(took, 2))
    assert sent is not None
    assert sent.body == "Paso 1: hola Ana, ¿sigues buscando?"
    assert (sent.sent_at - sent.lead.created_at).total_seconds() < WITHIN
