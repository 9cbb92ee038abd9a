"""A request that wakes somebody does not wait for a broker that is away, wherever it went."""

import socket
import time

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError
from structlog.testing import capture_logs

from config.celery import app
from core import jobs, waking


@pytest.fixture
def silent():
    """The address of a broker that takes no connection and refuses none: nobody accepts, and the queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield "redis://{}:{}/0".format(*server.getsockname())
        for one in waiting:
            one.close()


@pytest.fixture
def frozen():
    """The address of a broker that takes connections and says nothing more."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield "redis://{}:{}/0".format(*server.getsockname())


@pytest.fixture(params=["no socket", "refused", "silent", "frozen"])
def _away(request, no_broker, silent, frozen):
    addresses = {"no socket": "redis+socket:///nonexistent/valkey.sock", "silent": silent, "frozen": frozen}
    no_broker(addresses.get(request.param))


@pytest.mark.usefixtures("_away")
@pytest.mark.django_db(transaction=True)
def test_a_wake_up_nobody_takes_costs_two_seconds_at_most():
    begun = time.monotonic()
    with capture_logs() as logs, transaction.atomic():
        waking.on_commit("messaging.send_due")
    assert time.monotonic() - begun < 3
    assert [entry["event"] for entry in logs] == ["wake_up_lost"]


@pytest.mark.usefixtures("_away")
def test_a_job_nobody_is_woken_for_costs_two_seconds_at_most():
    begun = time.monotonic()
    with pytest.raises(OperationalError):
        jobs.wake(1, 1)
    assert time.monotonic() - begun < 3


def test_the_broker_is_back_for_the_next_test():
    jobs.wake(1, 1)
    assert app.conf.broker_url != "redis://127.0.0.1:1/0"
