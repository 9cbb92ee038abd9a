"""Several engines at once, and no Redis: each message leaves once, and soon."""

import threading
import time
from datetime import timedelta

import pytest
from celery import Celery
from django.db import connection
from django.utils import timezone

from core import waking
from messaging.enums import Status
from messaging.models import Message, SendAttempt
from messaging.sending.sender import Sender

pytestmark = pytest.mark.django_db(transaction=True)
MESSAGES = 60


def test_two_engines_send_each_message_once(make_account, provider, write, make_lead, inside, broker, at_once):
    account = make_account(channel="telegram", provider="telegram")
    lead = make_lead(phone_raw="+56 9 8765 4321")
    for number in range(MESSAGES):
        write(lead, account=account, key=f"test:{number}")

    def run(_number):
        sender = Sender(at_once=8)
        while sender.look():
            pass
        sender.close()

    assert at_once(run, 3) == [None] * 3
    assert len(provider.letters) == len({letter.message for letter in provider.letters}) == MESSAGES
    with inside(broker):
        assert Message.objects.filter(status=Status.SENT).count() == MESSAGES
        assert SendAttempt.objects.count() == MESSAGES


def test_without_a_broker_a_message_is_queued_and_the_engine_sends_it_within_five_seconds(
    make_account, provider, write, make_lead, fresh, settings, monkeypatch
):
    """The wake-up is lost; nobody notices but the clock."""
    account = make_account(channel="telegram", provider="telegram")
    nowhere = Celery(broker="redis+socket:///nonexistent/valkey.sock", set_as_current=False)
    nowhere.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr(waking, "current_app", nowhere)
    message = write(make_lead(phone_raw="+56 9 8765 4321"), account=account)
    stop, due = threading.Event(), time.monotonic()

    def engine():
        sender = Sender(at_once=4)
        while not stop.is_set():
            sender(now=timezone.now())
            stop.wait(settings.ENGINE_PAUSE)
        sender.close()
        connection.close()

    thread = threading.Thread(target=engine)
    thread.start()
    while fresh(message).status != Status.SENT and time.monotonic() < due + 30:
        time.sleep(0.05)
    took = timedelta(seconds=time.monotonic() - due)
    stop.set()
    thread.join(30)
    assert fresh(message).status == Status.SENT
    assert took < timedelta(seconds=5)
