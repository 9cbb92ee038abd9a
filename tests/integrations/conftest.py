import pytest
from django.utils import timezone

from core import waking
from core.actors import Actor
from integrations import deliveries, endpoints, sender, wire
from integrations.models import WebhookDelivery
from tests.integrations.receiver import Receiver

ALL = ["lead.created", "lead.updated", "lead.stage_changed"]


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def anywhere(settings):
    """Webhooks may go to this machine, as in development."""
    settings.WEBHOOKS_ANYWHERE = True


@pytest.fixture
def impatient(monkeypatch):
    """Deadlines that a test can wait for."""
    monkeypatch.setattr(wire, "TOTAL_SECONDS", 0.6)
    monkeypatch.setattr(wire, "CONNECT_SECONDS", 0.3)


@pytest.fixture(autouse=True)
def woken(monkeypatch):
    """Nobody is woken but by the tests; the brokerages that would have been."""
    asked = []
    monkeypatch.setattr(waking, "_publish", lambda task, arguments: asked.append(arguments["broker_id"]))
    return asked


@pytest.fixture
def make_endpoint(anywhere, broker, alice, inside, receiver):
    """`make_endpoint(events=…)`: an endpoint of Andes at the receiver; its secret is `endpoint.shown`."""

    def make(name="Planilla", url=None, events=ALL, of=None, by=None):
        with inside(of or broker):
            wanted = endpoints.Wanted(name, url or receiver.url, events)
            endpoint, endpoint.shown = endpoints.create(wanted, by=Actor.of(by or alice), now=timezone.now())
        return endpoint

    return make


@pytest.fixture
def log(broker, inside):
    """`log()`: the deliveries of Andes, the oldest first."""

    def read(of=None, **wanted):
        with inside(of or broker):
            return list(WebhookDelivery.objects.filter(**wanted).select_related("endpoint").order_by("pk"))

    return read


@pytest.fixture
def send():
    """`send()`: everything due is sent once, by hand; `send(now)` at another time."""

    def once(now=None):
        now = now or timezone.now()
        for broker_id, delivery_id in deliveries.due(now=now, most=100):
            from core import tenancy

            with tenancy.use(broker_id):
                attempt = deliveries.claim(delivery_id, now=now)
            if attempt:
                deliveries.record(attempt, wire.post(attempt.url, attempt.body, attempt.headers), now=now)

    return once


@pytest.fixture
def engine():
    made = sender.Sender(at_once=8)
    yield made
    made.close()
