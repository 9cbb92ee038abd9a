"""People and brokerages every test knows: Alice runs Andes, Bob works there, Charlie runs Sur and must see nothing."""

import gc
import logging
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
from celery import current_app
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase
from django.test import client as test_client
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from tests import database, sessions

PASSWORD = "una-clave-larga-1"
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]  # at once
settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {
    "caller": "1000000/day"
}  # none begins anew while statements are counted

LONGEST = (
    "test_torture.py",
    "test_up.py",
    "test_points.py",
    "test_import_kill.py",
    "test_sender.py",
    "test_contract.py",
    "test_escaping.py",
)
"""Files of a few long tests, of the kind that would leave one worker alone at the end; most wait for other processes."""


gc.disable()  # while everything is loaded: hardly any of it is garbage


def pytest_collection_modifyitems(items):
    """Begin with the longest, all at one worker, since each takes a share in order: while that one waits, the others work.

    The second begins with the browser's: one Chromium, and what axe has passed once is passed for all pages.
    """
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    longest = sorted((one for one in items if one.path.name in LONGEST), key=lambda one: LONGEST.index(one.path.name))
    browser = [one for one in items if one.path.parent.name == "browser"]
    others = [one for one in items if one.path.name not in LONGEST and one.path.parent.name != "browser"]
    beside = max(0, len(items) // workers - len(longest))
    items[:] = [*longest, *others[:beside], *browser, *others[beside:]]


def pytest_collection_finish():
    """What is loaded by now stays: the garbage collector need not walk through it again and again, nor come so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop():
    """Two lines a request, tens of thousands of requests: nobody reads them. What a fixture sets, pytest puts back."""
    for name in ("", "django"):  # which has a level of its own
        logging.getLogger(name).setLevel(logging.ERROR)


@pytest.fixture(scope="session", autouse=True)
def _one_context():
    """Of a page's templates Django's client keeps the context of each, icons and fields too; the page's own is enough."""
    keep = test_client.store_rendered_templates

    def keep_first(store, *args, **kwargs):
        if "context" not in store:
            keep(store, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_client, "store_rendered_templates", keep_first)
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_blocker):
    with django_db_blocker.unblock():
        connection.settings_dict["TEST"]["TEMPLATE"] = database.build_template()
        database.become(settings.DB_OWNER)
    connection.owner_depth = 1


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """pytest-django made the database as the owner; the tests run as the application."""
    owner = {key: connection.settings_dict[key] for key in ("USER", "PASSWORD")}
    app = {"USER": settings.DB_APP_ROLE, "PASSWORD": settings.DB_APP_PASSWORD}
    TransactionTestCase._fixture_teardown = database.empty
    TransactionTestCase._should_reload_connections = lambda _case: False  # the session stays, whatever it held is gone
    with django_db_blocker.unblock():
        database.become(app | {"CONN_MAX_AGE": 0})  # the threads of a live server hold no connection between requests
        connection.owner_depth = 0
    yield
    with django_db_blocker.unblock():
        database.become(owner)
        connection.owner_depth = 1
        database.wait_until_alone()


@pytest.fixture(autouse=True)
def _fresh_cache(request):
    if "db" in request.fixturenames or "transactional_db" in request.fixturenames:
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
        cache.clear()


@pytest.fixture(autouse=True)
def _same_celery():
    """A Celery app that a test makes and leaves as the current one would have all later tests ask its broker."""
    yield
    assert current_app.main == "corredor", "make it with set_as_current=False"


@pytest.fixture
def no_broker(settings):
    """`no_broker()` or `no_broker(url)`: tasks go where nobody takes them, and no connection made before is used."""
    from config.celery import app

    def move(url=None):
        app.conf.broker_url = url or "redis://127.0.0.1:1/0"
        app.amqp._producer_pool = app._pool = None

    yield move
    move(settings.CELERY_BROKER_URL)


@pytest.fixture(scope="session")
def password_hash():
    return make_password(PASSWORD)


@pytest.fixture
def broker(db):
    from accounts.models import Broker

    return Broker.objects.create(name="Andes Propiedades", slug="andes")


@pytest.fixture
def other_broker(db):
    from accounts.models import Broker

    return Broker.objects.create(name="Sur Corredores", slug="sur")


@pytest.fixture
def make_user(password_hash):
    from accounts.models import User

    def make(email, broker, **fields):
        return User.objects.create(email=email, broker=broker, password=password_hash, **fields)

    return make


@pytest.fixture
def alice(make_user, broker):
    return make_user("alice@andes.cl", broker, name="Alice", role="admin")


@pytest.fixture
def bob(make_user, broker):
    return make_user("bob@andes.cl", broker, name="Bob", role="agent")


@pytest.fixture
def charlie(make_user, other_broker):
    return make_user("charlie@sur.cl", other_broker, name="Charlie", role="admin")


@pytest.fixture
def client_for():
    """`client_for(user)`: Django's client with a session of theirs."""
    return sessions.client_of


@pytest.fixture
def inside():
    """`with inside(broker): …` opens a brokerage."""

    @contextmanager
    def open_(broker):
        with tenancy.use(broker.pk):
            yield

    return open_


@pytest.fixture
def make_lead(broker):
    """A lead of Andes (or of `in_broker`), made by the product's own function."""
    from crm import leads

    def make(in_broker=None, by=None, stage="entrada", now=None, **extra):
        draft = {key: extra.pop(key) for key in ("assigned_to", "created_at") if key in extra}
        tag_names = extra.pop("tags", ())
        with tenancy.use((in_broker or broker).pk):
            return leads.create(
                leads.Draft({"name": "Ana Rojas", **extra}, stage=stage, **draft),
                by=Actor.of(by) if by else Actor.system(),
                now=now or timezone.now(),
                tag_names=tag_names,
            )

    return make


@pytest.fixture
def stored(broker, inside):
    """`stored(lead)` or `stored(name="Ana")`: a lead of Andes as the database has it now, its owner loaded."""

    def read(lead=None, **wanted):
        from crm.models import Lead

        with inside(broker):
            return Lead.objects.select_related("assigned_to").get(**({"pk": lead.pk} if lead else wanted))

    return read


@pytest.fixture
def any_hour(broker, inside):
    """Simulated phones of Andes ring at any hour: for tests that run when the clock says night."""
    from messaging import limits

    with inside(broker):
        limits.open_always(by=Actor.system(), now=timezone.now())


@pytest.fixture
def run_jobs():
    """`run_jobs(broker)`: the unfinished jobs of a brokerage are done, as a worker would."""

    def run(broker):
        import crm.tasks  # noqa: F401 -- registers the jobs
        from core import jobs
        from core.models import Job

        with tenancy.use(broker.pk):
            waiting = list(Job.objects.filter(state__in=["queued", "running"]).order_by("pk"))
        for job in waiting:
            with tenancy.use(broker.pk):
                claimed = jobs.claim(job.pk, now=timezone.now())
            if claimed is not None:
                jobs.work(claimed)

    return run


@pytest.fixture
def at_once():
    """`at_once(act, count)` runs `act(number)` in threads that start together; returns what came of each."""

    def run(act, count):
        gate = Barrier(count)

        def one(number):
            try:
                gate.wait(timeout=20)
                return act(number)
            except Exception as error:  # noqa: BLE001 -- what came of it is the test's business
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run
