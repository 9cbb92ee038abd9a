"""The engine's sender among real processes and threads: nothing twice at once, nobody held up, nothing lost by a kill."""

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from integrations import deliveries, sender
from integrations.models import WebhookDelivery
from tests.integrations import receiver as bad

pytestmark = pytest.mark.django_db(transaction=True)

SEND_AND_DIE = """
import os, signal, sys
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from integrations import deliveries, sender
real = deliveries.record
def killed(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)
deliveries.record = killed
one = sender.Sender()
while True:
    one.look()
"""


def finish(engine, log, seconds=20):
    end = time.monotonic() + seconds
    while any(each.state == "pending" for each in log()):
        assert time.monotonic() < end, [(each.state, each.attempts, each.last_failure) for each in log()]
        engine.look()


def test_one_look_sends_all_that_is_due(make_endpoint, make_lead, receiver, engine, log):
    make_endpoint()
    for _ in range(12):
        make_lead()
    finish(engine, log)
    assert len(receiver.seen) == 12
    assert receiver.most_at_once <= 4


def test_a_slow_endpoint_holds_up_no_other(make_endpoint, make_lead, receiver, engine, log, monkeypatch):
    slow = bad.Receiver()
    slow.answers = bad.hang
    make_endpoint("Lenta", url=slow.url)
    quick = make_endpoint("Rápida")
    for _ in range(20):
        make_lead()
    began = time.monotonic()
    while len(receiver.seen) < 20:
        assert time.monotonic() - began < 8
        engine.look()
    engine.look()
    assert {each.state for each in log(endpoint=quick)} == {"delivered"}
    assert len(slow.seen) == 4
    slow.stop()


def test_two_engines_send_nothing_twice(make_endpoint, make_lead, receiver, log):
    make_endpoint()
    receiver.answers = lambda peer: (time.sleep(0.05), bad.status(204, b"")(peer))
    for _ in range(30):
        make_lead()
    gate = threading.Barrier(2)

    def run():
        engine = sender.Sender(at_once=8)
        gate.wait()
        end = time.monotonic() + 30
        try:
            while any(each.state == "pending" for each in log()) and time.monotonic() < end:
                engine.look()
            engine.close()
        finally:
            connection.close()

    both = [threading.Thread(target=run) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(receiver.seen) == 30
    assert len({request.headers["webhook-id"] for request in receiver.seen}) == 30
    assert {(each.state, each.attempts) for each in log()} == {("delivered", 1)}


def test_a_sender_killed_between_answer_and_record_sends_again(
    make_endpoint, make_lead, receiver, engine, log, inside, broker
):
    """At least once: the receiver gets it twice, with the same id, and knows."""
    make_endpoint()
    make_lead()
    command = [sys.executable, "-c", SEND_AND_DIE, connection.settings_dict["NAME"]]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings", "WEBHOOKS_ANYWHERE": "true"}
    died = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    [delivery] = log()
    assert (delivery.state, delivery.attempts, len(receiver.seen)) == ("pending", 1, 1)
    assert deliveries.due(now=timezone.now(), most=9) == []  # the dead sender's lease still holds
    with inside(broker):
        WebhookDelivery.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    finish(engine, log)
    [delivery] = log()
    assert (delivery.state, delivery.attempts) == ("delivered", 2)
    first, second = receiver.seen
    assert first.headers["webhook-id"] == second.headers["webhook-id"] == str(delivery.event_id)
    assert first.body == second.body


def test_closing_lets_what_is_under_way_arrive(make_endpoint, make_lead, receiver, log):
    engine = sender.Sender(at_once=2)
    receiver.answers = lambda peer: (time.sleep(3), bad.status(204, b"")(peer))
    make_endpoint()
    make_lead()
    engine.look()
    assert log()[0].state == "pending"
    engine.close()
    assert log()[0].state == "delivered"


def test_http_happens_outside_any_transaction(make_endpoint, make_lead, receiver, engine, log, monkeypatch):
    from integrations import wire

    seen, real = [], wire.post

    def watched(*args, **kwargs):
        seen.append(connection.in_atomic_block)
        return real(*args, **kwargs)

    monkeypatch.setattr(wire, "post", watched)
    make_endpoint()
    make_lead()
    finish(engine, log)
    from integrations.tasks import send_due

    make_lead()
    send_due(broker_id=log()[0].broker_id)
    assert seen == [False, False]
