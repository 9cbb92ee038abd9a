"""There and back over real sockets: our pages served, the vendors' stand-ins, their own SDKs, signed reports and replies."""

import time
from urllib.request import urlopen

import pytest
from django.utils import timezone

from core import waking
from core.actors import Actor
from crm.models import Lead
from messaging import accounts, connecting
from messaging.accounts import Wanted
from messaging.enums import Provider, Status
from messaging.inbound import apply
from messaging.models import ChannelIdentity, Message
from messaging.sending.sender import Sender
from tests.servers import smtp, telegram, twilio

pytestmark = pytest.mark.django_db(transaction=True)
PHONE = "+56987654321"


@pytest.fixture(autouse=True)
def _here(live_server, settings, monkeypatch):
    settings.PUBLIC_URL, settings.WEBHOOKS_ANYWHERE = live_server.url, True
    monkeypatch.setattr(waking, "_publish", lambda task, arguments: None)
    urlopen(f"{live_server.url}/healthz").close()  # the first request imports every page


@pytest.fixture
def connect(broker, inside):
    def make(channel, provider, address, credentials):
        with inside(broker):
            wanted = Wanted(provider.label, address, credentials)
            made = accounts.create(channel, provider, wanted, by=Actor.system(), now=timezone.now())
        connecting.connect(broker.pk, made.pk, now=timezone.now())
        return made

    return make


@pytest.fixture
def until(broker, inside):
    """`until(test)`: send and apply what is due until a test inside the brokerage is true; twenty seconds at most."""
    sender = Sender(at_once=4)

    def wait(test):
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            sender.look()
            apply.apply_waiting(now=timezone.now())
            with inside(broker):
                if found := test():
                    return found
            time.sleep(0.05)
        pytest.fail("It never came.")

    yield wait
    sender.close()


def status_of(message):
    return Message.objects.get(pk=message.pk).status


def heard(text):
    return Message.objects.filter(direction="in", body=text).first()


def has_opted_out(lead):
    return Lead.objects.get(pk=lead.pk).opted_out_at


def test_whatsapp_goes_out_is_delivered_answered_and_stopped(connect, write, make_lead, until, settings):
    with twilio.TwilioServer(duplicate=0.5, reorder=0.5, seed=3) as server:
        settings.TWILIO_BASE_URL = server.url
        keys = {"account_sid": twilio.SID, "auth_token": twilio.TOKEN}
        account = connect("whatsapp", Provider.TWILIO, "+56222222222", keys)
        lead = make_lead(phone_raw="+56 9 8765 4321")
        message = write(lead, account=account, body="Hola, Ñuñoa.")
        until(lambda: status_of(message) == Status.DELIVERED)
        assert [one["body"] for one in server.accepted] == ["Hola, Ñuñoa."]
        assert {status for _sid, _state, status in server.told} <= {200, 204}
        hook = connecting.hook_of(account, keys)
        assert server.write_from_lead(hook, inbound("¿Sigue disponible?", 1)) == 200
        until(lambda: heard("¿Sigue disponible?"))
        assert server.write_from_lead(hook, inbound("Por favor no me escriban más", 2)) == 200
        assert until(lambda: has_opted_out(lead))
        assert server.write_from_lead(hook, {**inbound("Falso", 3), "AccountSid": "AC1"}) == 403


@pytest.mark.parametrize(("number", "code"), [("+15006063016", "63016"), ("+15007063024", "63024")])
def test_a_refusal_comes_back_with_its_code(connect, write, make_lead, until, settings, inside, broker, number, code):
    """At once, or in a report after it was taken."""
    with twilio.TwilioServer() as server:
        settings.TWILIO_BASE_URL = server.url
        keys = {"account_sid": twilio.SID, "auth_token": twilio.TOKEN}
        account = connect("whatsapp", Provider.TWILIO, "+56222222222", keys)
        message = write(make_lead(phone_raw=PHONE), account=account)
        with inside(broker):
            Message.objects.filter(pk=message.pk).update(address=number)  # no number of a country fails on purpose
        until(lambda: status_of(message) == Status.FAILED)
        with inside(broker):
            assert Message.objects.get(pk=message.pk).error_code == code


def test_telegram_goes_out_is_answered_and_blocked(connect, write, make_lead, until, settings):
    with telegram.TelegramServer() as server:
        settings.TELEGRAM_BASE_URL = server.url
        account = connect("telegram", Provider.TELEGRAM, "", {"bot_token": telegram.TOKEN})
        lead = make_lead(phone_raw=PHONE)
        message = write(lead, account=account, body="Hola")
        until(lambda: status_of(message) == Status.SENT)
        chat = until(lambda: ChannelIdentity.objects.get(lead=lead)).address
        assert [(one["to"], one["body"]) for one in server.accepted] == [(chat, "Hola")]
        assert server.write_from_lead(int(chat), "Mañana puedo") == 204
        assert until(lambda: heard("Mañana puedo")).lead_id == lead.pk
        server.webhook["secret_token"] = "otro"
        assert server.write_from_lead(int(chat), "Falso") == 403


def test_mail_goes_out_over_smtp(connect, write, make_lead, until, fresh):
    with smtp.SmtpServer(login=True) as server:
        keys = {
            "host": "127.0.0.1", "port": str(server.port), "security": "none", "user": smtp.USER, "password": smtp.PASSWORD
        }  # fmt: skip
        account = connect("email", Provider.SMTP, "ventas@andes.cl", keys)
        lead = make_lead(phone_raw=PHONE, email="camila@example.com")
        message = write(lead, account=account, subject="Tu visita", body="Te esperamos.", html="<p>Te esperamos.</p>")
        until(lambda: status_of(message) == Status.SENT)
        [mail] = server.messages
        assert (mail["To"], mail["Subject"]) == ("camila@example.com", "Tu visita")
        assert fresh(message).provider_ref == mail["Message-ID"] == f"<{message.public_id}@andes.cl>"


def inbound(body, number):
    return {
        "SmsMessageSid": f"SM{number:032x}", "MessageSid": f"SM{number:032x}", "SmsSid": f"SM{number:032x}", "NumMedia": "0",
        "AccountSid": twilio.SID, "ApiVersion": "2010-04-01", "SmsStatus": "received", "ProfileName": "Camila",
        "WaId": PHONE[1:], "Body": body, "From": f"whatsapp:{PHONE}", "To": "whatsapp:+56222222222",
    }  # fmt: skip
