"""What follows of a provider's "not today" and of its "only a template", over a real wire where that matters."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from core.actors import Actor
from crm.models import Interaction
from messaging import composing
from messaging.enums import Provider, Status
from messaging.gate.asking import Question, ask
from messaging.letters import Answer, Outcome, Report
from messaging.models import Anomaly, Message, SendAttempt
from messaging.sending import told
from messaging.sending.sender import Sender
from tests.messaging.conftest import hear
from tests.messaging.test_round_trip import _here, connect, status_of, until  # noqa: F401 -- fixtures
from tests.servers import twilio

pytestmark = pytest.mark.django_db(transaction=True)
SANTIAGO = ZoneInfo("America/Santiago")
NOT_TODAY, ONLY_TEMPLATES = "63049", "63016"


@pytest.fixture
def account(make_account):
    return make_account(channel="whatsapp", provider="twilio")


@pytest.fixture
def ana(make_lead):
    return make_lead(phone_raw="+56 9 8765 4321")


@pytest.fixture
def scripted(provider, monkeypatch):
    """The scripted provider in place of Twilio's module; its codes are Twilio's all the same."""
    from messaging import channels

    real = channels.of
    monkeypatch.setattr(channels, "of", lambda name: provider if name == "twilio" else real(name))
    return provider


@pytest.fixture
def ask_to_send(write, ana, account, fresh, broker, inside):
    """`ask_to_send()`: a message to Ana that may wait for days, sent at once; `again()` sends what waits, now."""
    sender = Sender(at_once=2)

    def send(**fields):
        message = write(ana, account=account, expires_at=timezone.now() + timedelta(days=8), **fields)
        again(message)
        return message

    def again(message):
        with inside(broker):
            Message.objects.filter(pk=message.pk, status=Status.QUEUED).update(not_before=timezone.now())
        sender.look()
        while sender._letters:
            sender.look()

    send.again = again
    yield send
    sender.close()


def refused(code, outcome=Outcome.REJECTED):
    return Answer(outcome, code=code)


def is_another_day(message):
    local = message.not_before.astimezone(SANTIAGO)
    return message.not_before >= timezone.now() + timedelta(hours=23) and 8 <= local.hour < 21


@pytest.mark.parametrize("outcome", [Outcome.REJECTED, Outcome.LATER])
def test_not_today_waits_for_an_allowed_hour_of_another_day(scripted, ask_to_send, fresh, outcome):
    scripted.answers = [refused(NOT_TODAY, outcome)]
    stored = fresh(ask_to_send())
    assert (stored.status, stored.error_code, stored.settled_at) == (Status.QUEUED, NOT_TODAY, None)
    assert is_another_day(stored)


def test_it_is_put_off_twice_and_no_more(scripted, ask_to_send, fresh):
    scripted.answers = [refused(NOT_TODAY)] * 3
    message = ask_to_send()
    ask_to_send.again(message)
    assert is_another_day(fresh(message))
    ask_to_send.again(message)
    assert fresh(message).status == Status.FAILED
    assert len(scripted.letters) == 3


def test_it_never_waits_past_its_time(scripted, write, ana, account, fresh):
    scripted.answers = [refused(NOT_TODAY)]
    message = write(ana, account=account, expires_at=timezone.now() + timedelta(hours=20))
    sender = Sender(at_once=2)
    sender.look()
    while sender._letters:
        sender.look()
    sender.close()
    assert fresh(message).status == Status.FAILED


def test_a_report_puts_off_what_was_taken_and_is_one_contact(scripted, ask_to_send, fresh, account, broker, inside):
    scripted.answers = [Answer(Outcome.ACCEPTED, ref="SM1"), Answer(Outcome.ACCEPTED, ref="SM2")]
    message = ask_to_send()

    def report(status, ref="SM1", code=""):
        with inside(broker):
            assert told.apply(Report(status, timezone.now(), ref=ref, code=code), account, now=timezone.now())
        return fresh(message)

    for status in (Status.FAILED, Status.FAILED, Status.SENT):  # repeats and disorder change nothing
        stored = report(status, code=NOT_TODAY if status == Status.FAILED else "")
        assert (stored.status, stored.provider_ref, stored.sent_at) == (Status.QUEUED, "", None)
        assert is_another_day(stored)
    ask_to_send.again(message)
    stored = report(Status.DELIVERED, ref="SM2")
    assert (stored.status, stored.provider_ref, stored.error_code) == (Status.DELIVERED, "SM2", "")
    assert report(Status.FAILED, code=NOT_TODAY).status == Status.DELIVERED
    with inside(broker):
        assert Interaction.objects.filter(kind="message_out").count() == 1
        assert [each.state for each in SendAttempt.objects.order_by("number")] == ["rejected", "accepted"]
        assert not Anomaly.objects.exists()


@pytest.mark.parametrize("first", [Status.DELIVERED, Status.FAILED])
def test_what_was_delivered_is_not_sent_again_whatever_came_first(
    scripted, ask_to_send, fresh, account, broker, inside, first
):
    scripted.answers = [Answer(Outcome.ACCEPTED, ref="SM1")]
    message = ask_to_send()
    for status in (first, Status.FAILED if first == Status.DELIVERED else Status.DELIVERED):
        code = NOT_TODAY if status == Status.FAILED else ""
        with inside(broker):
            told.apply(Report(status, timezone.now(), ref="SM1", code=code), account, now=timezone.now())
    ask_to_send.again(message)
    assert (fresh(message).status, len(scripted.letters)) == (Status.DELIVERED, 1)


@pytest.mark.parametrize("number", [f"+15006{int(NOT_TODAY):06}", f"+15007{int(NOT_TODAY):06}"])
def test_over_the_wire(connect, write, ana, until, settings, inside, broker, number, fresh):  # noqa: F811
    """Refused at once, or in a report after it was taken."""
    with twilio.TwilioServer() as server:
        settings.TWILIO_BASE_URL = server.url
        keys = {"account_sid": twilio.SID, "auth_token": twilio.TOKEN}
        account = connect("whatsapp", Provider.TWILIO, "+56222222222", keys)
        message = write(ana, account=account, expires_at=timezone.now() + timedelta(days=8))
        with inside(broker):
            Message.objects.filter(pk=message.pk).update(address=number)
        until(lambda: Message.objects.filter(pk=message.pk, error_code=NOT_TODAY, status=Status.QUEUED).exists())
    assert is_another_day(fresh(message))


def test_a_provider_that_wants_a_template_closes_the_window_until_the_person_writes(
    scripted, ask_to_send, ana, account, broker, inside
):
    def asked():
        with inside(broker):
            [(_channel, verdict)] = ask(
                ana, Question(is_reply=True), by=Actor.system(), now=timezone.now(), channels=["whatsapp"]
            )
            [way] = [
                way for way in composing.ways(ana, by=Actor.system(), now=timezone.now()) if way.channel == "whatsapp"
            ]
        return (verdict.reason.code if verdict.reason else "", way.closes_at is not None)

    scripted.answers = [refused(ONLY_TEMPLATES)]
    ask_to_send()
    assert asked() == ("window_shut", False)
    with inside(broker):
        hear(ana, account, timezone.now())
    assert asked() == ("", True)
