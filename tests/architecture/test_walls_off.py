"""Each wall is needed: switched off, it lets something through that the others do not stop."""

from contextlib import contextmanager

import pytest
from django.db import connection, models
from django.test import Client

from core.db import guard as guard_module
from core.roles import as_owner
from core.tenant_models import TenantManager
from core.walls import reference
from tests.architecture.probe.world import CANARY, World

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.architecture.careless")]


@pytest.fixture
def world(transactional_db):
    return World()


@contextmanager
def owner_says(off, on):
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(off)
    try:
        yield
    finally:
        with as_owner(), connection.cursor() as cursor:
            for statement in on:
                cursor.execute(statement)


def without_row_security():
    return owner_says(
        "ALTER TABLE crm_lead DISABLE ROW LEVEL SECURITY", ["ALTER TABLE crm_lead ENABLE ROW LEVEL SECURITY"]
    )


def without_composite_key():
    return owner_says(
        'ALTER TABLE crm_leadtag DROP CONSTRAINT "crm_leadtag_lead_id_walled"',
        ["TRUNCATE crm_leadtag", *reference("crm_leadtag", "lead_id", "crm_lead")],
    )


@pytest.fixture
def manager_off(monkeypatch):
    monkeypatch.setattr(TenantManager, "get_queryset", models.Manager.get_queryset)


@pytest.fixture
def guard_off(monkeypatch):
    monkeypatch.setattr(guard_module, "_mentions_tenant_table", lambda: guard_module.re.compile("(?!)"))


def violations(world):
    """What a stranger gets out of the careless views, by name."""
    client = Client(raise_request_exception=False)
    client.force_login(world.stranger, backend="accounts.backends.SignIn")
    found = {
        view for view in ("raw", "filter", "queryset") if CANARY in client.get(f"/careless/{view}/").content.decode()
    }
    answer = client.post("/careless/reference/", {"lead_pk": world.objects["lead"].pk})
    found |= {"reference"} if answer.status_code == 200 else set()
    found |= {"silence"} if Client(raise_request_exception=False).get("/careless/public/").status_code == 200 else set()
    return found


def test_with_all_walls_even_careless_views_give_nothing(world):
    assert violations(world) == set()


def test_row_security_off_is_seen(world):
    with without_row_security():
        assert violations(world) == {"raw", "queryset"}


def test_manager_off_is_covered_by_row_security_and_seen_without_it(world, manager_off):
    assert violations(world) == set()
    with without_row_security():
        assert violations(world) == {"raw", "queryset", "filter"}


def test_guard_off_is_seen(world, guard_off):
    assert violations(world) == {"silence"}


def test_composite_key_off_is_seen(world):
    with without_composite_key():
        assert violations(world) == {"reference"}
