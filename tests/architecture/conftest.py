"""The world of the probe, made once a module: its tests run inside one transaction, each in a savepoint that is undone."""

import pytest
from django.db import connection, transaction

from tests.architecture.probe import plan
from tests.architecture.probe.undone import Undone
from tests.architecture.probe.world import World


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        made = World()
        for identity in plan.IDENTITIES:  # their sessions shall outlive the test that asks first
            plan.client_for(made, identity)
        connection.check_constraints()
        yield made
        transaction.set_rollback(True)


@pytest.fixture
def world(furnished, db):
    with Undone() as furnished.undone:
        yield furnished
