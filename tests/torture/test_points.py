"""Every named place on a message's way × killed or frozen there × what a provider can tell afterwards: never two copies.

Random killing alone does not find what is wrong between two lines; these places do (core.failpoints).
"""

import os
import signal
import time

import pytest
from django.db import connection

from tests.torture import verdict
from tests.torture.harness import patiently
from tests.torture.run import Plan, Torture
from tests.torture.world import CLASSES

POINTS = ("send.claimed", "send.prebegin", "send.presend", "send.got", "send.recorded")
LOCAL = ("send.claimed", "send.prebegin")  # a simulated phone has no wire
FROZEN = "T"


def cases():
    for _channel, provider in CLASSES:
        for point in LOCAL if provider == "sandbox" else POINTS:
            for action in ("kill", "stop"):
                yield provider, point, action


@pytest.fixture
def on_this_database(monkeypatch):
    """Senders are processes of their own: they find the test's database by its address."""
    at = connection.settings_dict
    place = f"/{at['HOST']}" if at["HOST"].startswith("/") else f"{at['HOST']}:{at['PORT']}"
    monkeypatch.setitem(os.environ, "DATABASE_URL", f"postgres://{at['USER']}:{at['PASSWORD']}@{place}/{at['NAME']}")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_nobody_gets_two_wherever_a_sender_dies_or_freezes(transactional_db, on_this_database):
    with Torture(Plan(messages=0, kills=0, freezes=0, crashes=0, seed=1, faults=0.0), brokers=12, leads=1) as torture:
        frozen = []
        for number, (provider, point, action) in enumerate(cases()):
            torture.world.write_one(number, provider)
            pid = torture.nursery.start("look", CORREDOR_FAILPOINTS=f"{point}={action}@1", SEND_LEASE_SECONDS="6")
            assert ends(torture.nursery, pid, action), f"{provider}: {point} was not reached"
            frozen += [pid] if action == "stop" else []
        for _ in range(2):
            torture.nursery.start("engine", SEND_LEASE_SECONDS="6")
        time.sleep(8)  # longer than their leases: somebody else may try to take over what the frozen ones hold
        for pid in frozen:
            torture.nursery.signal(pid, signal.SIGCONT)
        deadline = time.monotonic() + 60
        while patiently(torture.world.open_messages) and time.monotonic() < deadline:
            time.sleep(0.2)
        told = verdict.of(torture.world, torture.vendors)
    assert {name: told[name] for name in verdict.MUST_BE_ZERO if told[name]} == {}
    assert told["messages"] == len(list(cases()))
    assert told["sent"] + told["unconfirmed"] == told["messages"]
    assert (
        told["unconfirmed"] <= 2 * 2 * 2
    )  # killed or frozen after the begin, of the two that nobody can be asked about


def ends(nursery, pid, action):
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if nursery.state(pid) in ({""} if action == "kill" else {FROZEN}):
            return True
        time.sleep(0.02)
    return False
