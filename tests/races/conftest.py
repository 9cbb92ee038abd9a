"""Two or more at once on real connections, again and again. `RACES=200` for many rounds (docs/developing.md)."""

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from crm.models import Lead

ROUNDS = int(os.environ.get("RACES", "4"))
MOST_AT_ONCE = 8


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.parent.name == "races":
            item.add_marker(pytest.mark.django_db(transaction=True))
            item.add_marker(pytest.mark.timeout(60 + 4 * ROUNDS))


@pytest.fixture
def rounds():
    return range(ROUNDS)


@pytest.fixture
def race(transactional_db):
    """`race(a, b, …)`: all run at once, each on its own connection; returns what came of each, exceptions too."""
    pool = ThreadPoolExecutor(MOST_AT_ONCE, thread_name_prefix="race")

    def one(act, gate):
        try:
            connection.ensure_connection()
            gate.wait(timeout=20)
            return act()
        except Exception as error:  # noqa: BLE001 -- what came of it is the test's business
            return error

    def run(*acts):
        gate = Barrier(len(acts))
        return [future.result() for future in [pool.submit(one, act, gate) for act in acts]]

    yield run
    goodbye = Barrier(MOST_AT_ONCE)
    for future in [pool.submit(lambda: (goodbye.wait(timeout=20), connection.close())) for _ in range(MOST_AT_ONCE)]:
        future.result()
    pool.shutdown()


@pytest.fixture
def acting(broker, alice):
    """`acting(function, …)`: a callable for `race` that does it inside Andes, as Alice, with the time of its moment."""

    def prepare(function, *arguments, by=None, **more):
        def act():
            with tenancy.use(broker.pk):
                return function(*arguments, **more, by=Actor.of(by or alice), now=timezone.now())

        return act

    return prepare


@pytest.fixture
def sound(broker, inside):
    """Fails unless a lead's transitions are one chain without a gap that ends where the lead is."""

    def check(lead):
        with inside(broker):
            stored = Lead.everything.get(pk=lead.pk)
            chain = list(stored.transitions.order_by("at", "id"))
            assert chain[0].from_stage == ""
            for earlier, later in pairwise(chain):
                assert later.from_stage == earlier.to_stage, [(each.from_stage, each.to_stage) for each in chain]
            assert chain[-1].to_stage == stored.stage
            assert stored.stage_entered_at >= chain[-1].at
        return stored

    return check


def kinds(came):
    """What came of a race, by kind: the names of exceptions, `ok` for the rest."""
    return sorted(type(each).__name__ if isinstance(each, Exception) else "ok" for each in came)


def fine(came, *allowed):
    """Fails on any exception but the allowed kinds: a deadlock, an IntegrityError, anything that would be a 500."""
    wrong = [each for each in came if isinstance(each, Exception) and not isinstance(each, allowed)]
    if wrong:
        raise AssertionError(wrong) from wrong[0]
    return came
