"""What is over and old goes, brokerage by brokerage; what waits, and whatever a provider may still repeat, stays."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from messaging import retention
from messaging.models import Message, ProviderEvent, SendAttempt
from messaging.tasks import purge
from tests.messaging import inbound_tools as tools

pytestmark = pytest.mark.django_db
LONG_AGO = timezone.now() - timedelta(days=91)


@pytest.fixture
def event(broker, inside, make_account):
    """`event(key, at, …)`: something a provider told."""
    account = make_account()

    def tell(key, at=LONG_AGO, **fields):
        values = {"kind": "other", "payload": {}, "applied_at": at, **fields}
        with inside(broker):
            return ProviderEvent.objects.create(account=account, key=key, received_at=at, **values)

    return tell


@pytest.fixture
def attempt(broker, inside, make_account, make_lead, write):
    """`attempt(state, status, at)`: a try of a message that ended so."""
    account, lead = make_account(), make_lead(phone_raw="+56 9 8765 4321")

    def try_(state="accepted", status="failed", at=LONG_AGO):
        message, key = write(lead, account=account, key=str(uuid4())), uuid4()
        with inside(broker):
            if status != "queued":
                for step in ("failed",) if status == "failed" else ("claimed", "sending", "unknown", status):
                    held = {"lease_worker": uuid4(), "lease_until": at} if step in {"claimed", "sending"} else {}
                    free = {"lease_worker": None, "lease_until": None}
                    Message.objects.filter(pk=message.pk).update(status=step, attempt=key, **(free | held))
            return SendAttempt.objects.create(
                key=key, message=message, number=1, worker=uuid4(), state=state, claimed_at=at, ended_at=at
            )

    return try_


def keys(broker, inside):
    with inside(broker):
        return set(ProviderEvent.objects.values_list("key", flat=True))


def test_old_events_go_and_what_waits_stays(event, broker, inside):
    event("old")
    event("given up", applied_at=None, tries=5)
    event("waits", applied_at=None, tries=4)
    event("young", timezone.now() - timedelta(days=89))
    purge()
    assert keys(broker, inside) == {"waits", "young"}


def test_old_tries_of_messages_that_ended_go(attempt, broker, inside):
    gone = [attempt(), attempt("rejected"), attempt("absent")]
    kept = [
        attempt("unknown", "unconfirmed"),
        attempt("absent", "queued"),
        attempt(at=timezone.now() - timedelta(days=89)),
    ]
    purge()
    with inside(broker):
        assert set(SendAttempt.objects.values_list("pk", flat=True)) == {each.pk for each in kept}
        assert Message.objects.filter(direction="out").count() == len(gone) + len(kept)


def test_it_goes_in_batches_and_through_every_brokerage(event, monkeypatch, broker, other_broker, inside, make_account):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    theirs = make_account(in_broker=other_broker)
    with inside(other_broker):
        ProviderEvent.objects.create(
            account=theirs, key="theirs", kind="other", payload={}, received_at=LONG_AGO, applied_at=LONG_AGO
        )
    for number in range(5):
        event(str(number))
    with inside(broker):
        assert retention.purge(now=timezone.now()) == 2
    purge()
    assert keys(broker, inside) | keys(other_broker, inside) == set()


def test_a_week_is_kept_whatever_is_set_so_that_a_repeat_is_known(
    settings, make_twilio, client, apply_all, broker, inside
):
    settings.SEND_KEEP = timedelta(0)
    account = make_twilio()
    for _ in range(2):
        assert tools.post_twilio(client, account, tools.whatsapp()).status_code == 200
        apply_all()
        with inside(broker):
            ProviderEvent.objects.update(received_at=timezone.now() - timedelta(days=6))
        purge()
    with inside(broker):
        assert (ProviderEvent.objects.count(), Message.objects.count()) == (1, 1)


def test_it_is_done_every_night():
    night = PeriodicTask.objects.get(task="messaging.purge").crontab
    assert (night.hour, night.minute) == ("4", "50")
