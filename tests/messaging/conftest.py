"""Accounts, leads that may be written to, and a sender whose clock and channels are a test's own."""

import secrets
from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import Actor, ActorKind
from crm.enums import Channel
from crm.models import Lead
from messaging import accounts, channels, conversations, outbox
from messaging.drafts import Draft
from messaging.inbound import apply
from messaging.letters import Answer, Outcome, SendClass
from messaging.models import ChannelAccount, ChannelIdentity, ChannelMeter, Conversation, Message
from tests.messaging import inbound_tools as tools


@pytest.fixture
def make_account(broker, inside):
    def make(channel="whatsapp", provider="sandbox", in_broker=None, **fields):
        now = timezone.now()
        with inside(in_broker or broker):
            number = ChannelAccount.objects.count()
            account = ChannelAccount.objects.create(
                **{"name": f"{provider} {channel}", "token": f"token-{in_broker or broker}-{number}", "per_second": 1000,
                   "channel": channel, "provider": provider, "created_at": now, **Actor.system().columns(), **fields}
            )  # fmt: skip
            ChannelMeter.objects.create(account=account, tokens=1000, tokens_at=now)
            return account

    return make


def hear(lead, account, at):
    """A message of the lead's at an account: an answer to it may go, at any hour of the same day."""
    if account.channel == Channel.TELEGRAM:
        ChannelIdentity.objects.get_or_create(
            account=account, lead=lead, defaults={"address": f"7{lead.pk}", "bound_at": at}
        )
    Message.objects.create(
        direction="in", status="received", channel=account.channel, lead=lead, account=account, not_before=at, created_at=at,
        **Actor.system().columns(),
    )  # fmt: skip


@pytest.fixture
def write(broker, inside):
    """`write(lead, account=…)`: the answer of a person to a lead that has just written."""

    def ask(lead, *, key=None, now=None, in_broker=None, **fields):
        now = now or timezone.now()
        values = {
            "channel": Channel.WHATSAPP, "body": "Hola", "not_before": now, "expires_at": now + timedelta(days=1),
            "dedupe_key": key or f"test:{lead.pk}", "is_reply": True, **fields,
        }  # fmt: skip
        with inside(in_broker or broker):
            account = values.get("account") or ChannelAccount.objects.filter(channel=values["channel"]).first()
            values["channel"] = account.channel
            hear(lead, account, min(now, timezone.now()))
            return outbox.enqueue([Draft(lead=lead, **values)], by=Actor(ActorKind.USER), now=now)[0]

    return ask


@pytest.fixture
def fresh(broker, inside):
    """`fresh(message)`: as the database has it now."""

    def read(message):
        with inside(broker):
            return Message.objects.get(pk=message.pk)

    return read


class Scripted:
    """A provider that answers what a test wrote down, and counts what it was handed."""

    send_class = SendClass.BLIND
    fields = ()

    def __init__(self):
        self.letters, self.answers, self.found = [], [], []

    def send(self, letter):
        self.letters.append(letter)
        answer = self.answers.pop(0) if self.answers else Outcome.ACCEPTED
        if callable(answer):
            answer = answer(letter)
        return answer if isinstance(answer, Answer) else Answer(answer, ref=str(letter.attempt))

    def look_up(self, letter, *, begun_at):
        outcome = self.found.pop(0) if self.found else Outcome.NOT_SENT
        return Answer(outcome, ref=str(letter.attempt))


@pytest.fixture
def provider(monkeypatch):
    """In place of Telegram's module: a local stand-in on this side of the wire; the wire itself is tests/channels'."""
    scripted = Scripted()
    real = channels.of
    monkeypatch.setattr(channels, "of", lambda name: scripted if name == "telegram" else real(name))
    return scripted


def _with_credentials(broker, inside, account, credentials):
    """The account as a person would have set it up, its secrets known to the test."""
    with inside(broker):
        wanted = accounts.Wanted(account.name, account.address, credentials)
        return accounts.change(account, wanted, by=Actor.system(), now=timezone.now())


@pytest.fixture
def make_twilio(make_account, broker, inside):
    """`make_twilio(in_broker=…, name=…)`: a WhatsApp account at Twilio."""

    def make(in_broker=None, **fields):
        fields = {"token": secrets.token_urlsafe(32), **fields}
        account = make_account(channel="whatsapp", provider="twilio", in_broker=in_broker, **fields)
        known = {"account_sid": tools.SID, "auth_token": tools.AUTH_TOKEN}
        return _with_credentials(in_broker or broker, inside, account, known)

    return make


@pytest.fixture
def make_telegram(make_account, broker, inside):
    """`make_telegram(…)`: a bot."""

    def make(in_broker=None, **fields):
        fields = {"token": secrets.token_urlsafe(32), "address": "@andes_bot", **fields}
        account = make_account(channel="telegram", provider="telegram", in_broker=in_broker, **fields)
        known = {"bot_token": "1:x", "webhook_secret": tools.SECRET}
        return _with_credentials(in_broker or broker, inside, account, known)

    return make


@pytest.fixture
def apply_all():
    """Everything that providers told is applied."""

    def run():
        while apply.apply_waiting(now=timezone.now()):
            pass

    return run


@pytest.fixture
def wrote(broker, inside, make_account):
    """`wrote(lead, text)`: a message of the lead, stored as inbound ones are."""
    account = make_account()

    def store(lead, text="Hola", *, at=None, **more):
        now = at or timezone.now()
        with inside(broker):
            message = Message.objects.create(
                direction="in", status="received", channel="whatsapp", lead=lead, account=account,
                address=lead.phone_e164, body=text, not_before=now, created_at=now,
                **Actor.system().columns(),
            )  # fmt: skip
            conversations.heard(message, now=now, **more)
            Lead.objects.filter(pk=lead.pk).update(last_inbound_at=now)
        return message

    return store


@pytest.fixture
def thread(broker, inside):
    def read(lead):
        with inside(broker):
            return Conversation.objects.select_related("lead", "taken_by").get(lead=lead)

    return read
