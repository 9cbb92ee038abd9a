"""Channel accounts: sealed credentials, one preferred of a channel, one address worldwide, a job that connects them."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts import brokerages
from accounts.models import Broker
from core import crypto, tenancy
from core.actors import Actor
from core.models import AuditEntry
from messaging import accounts, connecting, founding
from messaging.accounts import Wanted
from messaging.enums import Health, Provider
from messaging.letters import Answer, Outcome
from messaging.models import ChannelAccount, ChannelMeter
from tests.servers import telegram, twilio

CANARY = "canario-secreto-7f3a"
KEYS = {"account_sid": twilio.SID, "auth_token": CANARY}


@pytest.fixture
def by(alice):
    return Actor.of(alice)


@pytest.fixture
def make(broker, inside, by):
    def build(provider=Provider.TWILIO, channel="whatsapp", address="+56222222222", of=None, **fields):
        with inside(of or broker):
            wanted = Wanted("Ventas", address, fields.pop("credentials", KEYS), **fields)
            actor = by if of is None else Actor.system()
            return accounts.create(channel, provider, wanted, by=actor, now=timezone.now())

    return build


def test_credentials_are_sealed_for_their_row(make, broker, inside):
    one, other = make(), make(address="+56233333333", credentials={"auth_token": "otro"})
    with inside(broker):
        assert accounts.credentials_of(one) == KEYS
        assert CANARY.encode() not in bytes(one.credentials)
        ChannelAccount.objects.filter(pk=other.pk).update(credentials=one.credentials)
        other.refresh_from_db()
        assert accounts.credentials_of(other) == {}
        with pytest.raises(crypto.Unreadable):
            accounts._opened(other)


def test_credentials_left_empty_are_kept(make, broker, inside, by):
    one = make()
    with inside(broker):
        wanted = Wanted("Otra", one.address, {"account_sid": "AC9", "from_name": ""})
        held = accounts.change(one, wanted, by=by, now=timezone.now())
        assert accounts.credentials_of(held) == {"account_sid": "AC9", "auth_token": CANARY}


def test_credentials_are_told_by_name_alone(make, broker, inside):
    one = make()
    with inside(broker):
        [entry] = AuditEntry.objects.filter(action="channel.created")
        assert (entry.data, entry.subject_id) == ({"credentials": ["account_sid", "auth_token"]}, one.public_id)
        tracked = list(one.history.values())
        assert len(tracked) == 1
        assert CANARY not in json.dumps(tracked, default=str)
    assert CANARY not in repr(Wanted("x", credentials=KEYS))


def test_an_account_has_one_meter_and_its_provider_s_speed(make, broker, inside):
    one = make(per_second=Decimal(5000))
    with inside(broker):
        assert ChannelMeter.objects.filter(account=one).count() == 1
    assert one.per_second == 80


def test_the_first_real_account_of_a_channel_is_preferred(make, broker, inside, by):
    with inside(broker):
        assert len(accounts.ensure_sandbox(by=by, now=timezone.now())) == 3
        assert accounts.ensure_sandbox(by=by, now=timezone.now()) == []
        assert accounts.for_channel("whatsapp").provider == Provider.SANDBOX
    one = make()
    with inside(broker):
        assert accounts.for_channel("whatsapp") == one
    two = make(address="+56244444444")
    with inside(broker):
        assert accounts.for_channel("whatsapp") == one
        accounts.prefer(two, by=by)
        assert accounts.for_channel("whatsapp") == two
        accounts.switch(two, on=False, by=by, now=timezone.now())
        assert accounts.for_channel("whatsapp") != two
        assert accounts.for_channel("call") is None


def test_an_address_is_one_account_s_worldwide(make, other_broker, inside, broker, by):
    make()
    with pytest.raises(accounts.Taken):
        make(of=other_broker)
    two = make(address="+56255555555")
    with inside(broker), pytest.raises(accounts.Taken):
        accounts.change(two, Wanted("Ventas", "+56222222222"), by=by, now=timezone.now())


def test_a_brokerage_has_a_bounded_number_of_accounts(make, monkeypatch):
    monkeypatch.setattr(accounts, "MOST", 1)
    make()
    with pytest.raises(accounts.TooMany):
        make(address="+56266666666")


def test_a_pause_says_why_and_ends(make, broker, inside, by):
    one = make()
    with inside(broker):
        accounts.pause(one, because="Se acabó el saldo", by=by, now=timezone.now())
        one.refresh_from_db()
        assert one.paused_because == "Se acabó el saldo"
        accounts.resume(one, by=by)
        one.refresh_from_db()
        assert one.paused_at is None


@pytest.mark.django_db(transaction=True)
def test_a_job_connects_a_bot_to_its_webhook(broker, inside, by, settings):
    with telegram.TelegramServer() as server:
        settings.WEBHOOKS_ANYWHERE, settings.TELEGRAM_BASE_URL = True, server.url
        with inside(broker):
            wanted = Wanted("Bot", "", {"bot_token": telegram.TOKEN})
            one = accounts.create("telegram", Provider.TELEGRAM, wanted, by=by, now=timezone.now())
        connecting.connect(broker.pk, one.pk, now=timezone.now())
        with inside(broker):
            one.refresh_from_db()
            secret = accounts.credentials_of(one)["webhook_secret"]
            assert (one.health, one.address, connecting.said_of(one)) == (Health.OK, "@andes_bot", None)
        assert server.webhook["url"] == f"{settings.PUBLIC_URL}/webhooks/telegram/{one.token}"
        assert server.webhook["secret_token"] == secret
        with inside(broker):
            accounts.switch(one, on=False, by=by, now=timezone.now())
        connecting.connect(broker.pk, one.pk, now=timezone.now())
        assert server.webhook == {}


@pytest.mark.django_db(transaction=True)
def test_a_job_tells_in_words_what_is_wrong(broker, inside, make, settings):
    with twilio.TwilioServer() as server:
        settings.WEBHOOKS_ANYWHERE, settings.TWILIO_BASE_URL = True, server.url
        one = make()
        connecting.connect(broker.pk, one.pk, now=timezone.now())
        with inside(broker):
            one.refresh_from_db()
            assert one.health == Health.FAILING
            assert "Auth Token" in str(connecting.said_of(one).sentence)


@pytest.mark.django_db(transaction=True)
def test_a_bot_of_another_brokerage_stays_its_own(broker, other_broker, inside, make, settings):
    with telegram.TelegramServer() as server:
        settings.WEBHOOKS_ANYWHERE, settings.TELEGRAM_BASE_URL = True, server.url
        keys = {"bot_token": telegram.TOKEN}
        mine = make(Provider.TELEGRAM, "telegram", "", credentials=keys)
        connecting.connect(broker.pk, mine.pk, now=timezone.now())
        theirs = make(Provider.TELEGRAM, "telegram", "", of=other_broker, credentials=keys)
        connecting.connect(other_broker.pk, theirs.pk, now=timezone.now())
        assert server.webhook["url"].endswith(mine.token)
        with inside(other_broker):
            theirs.refresh_from_db()
            assert (theirs.health, theirs.address) == (Health.FAILING, "")
            assert "otra cuenta" in str(connecting.said_of(theirs).sentence)


def test_an_answer_that_comes_after_a_change_is_not_written(make, broker, inside, by, settings):
    one = make(credentials={})
    with inside(broker):
        read = connecting._read(one.pk)
        accounts.change(one, Wanted("Otra", one.address), by=by, now=timezone.now() + timedelta(seconds=1))
        connecting._write(read, Answer(Outcome.REJECTED, code="20003"), timezone.now())
        one.refresh_from_db()
        assert one.health == Health.UNTESTED
    assert not tenancy.is_open()


def test_a_new_brokerage_has_simulated_phones(settings, inside, db):
    settings.TELEGRAM_BOT_TOKEN = telegram.TOKEN
    for slug, real in (("uno", 1), ("dos", 0)):
        made = brokerages.found(Broker(name=slug, slug=slug), now=timezone.now())
        with inside(made):
            found = ChannelAccount.objects.exclude(provider=Provider.SANDBOX)
            assert (ChannelAccount.objects.count(), found.count()) == (3 + real, real)
            assert all(one.is_default for one in found)


def test_the_environment_names_accounts_whose_keys_are_whole(settings):
    settings.TWILIO_ACCOUNT_SID, settings.TWILIO_AUTH_TOKEN = "AC1", "x"
    assert founding.named() == []
    settings.TWILIO_WHATSAPP_NUMBER = "+56222222222"
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "smtp.example.com"
    settings.EMAIL_USE_TLS, settings.DEFAULT_FROM_EMAIL = True, "Andes <Ventas@Andes.cl>"
    (twilio_kind, phone), (smtp_kind, mail) = founding.named()
    assert (twilio_kind, phone.address, smtp_kind) == (Provider.TWILIO, "+56222222222", Provider.SMTP)
    assert (mail.address, mail.credentials["security"], mail.credentials["from_name"]) == (
        "ventas@andes.cl",
        "starttls",
        "Andes",
    )
