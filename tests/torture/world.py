"""What is sent in a torture: three brokerages, an account of every class each, leads, and messages that name themselves."""

import secrets
from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from accounts.models import Broker
from core import tenancy
from core.actors import Actor
from crm import consent, leads
from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from messaging import accounts, outbox
from messaging.drafts import Draft
from messaging.enums import Direction, Provider, Status
from messaging.models import ChannelAccount, ChannelIdentity, Message, SendScope

BATCH = 200
CLASSES = (
    (Channel.TELEGRAM, "telegram"),
    (Channel.WHATSAPP, "twilio"),
    (Channel.EMAIL, "smtp"),
    (Channel.WHATSAPP, "sandbox"),
)
ENDS = {
    Status.SENT, Status.DELIVERED, Status.READ, Status.FAILED, Status.UNCONFIRMED, Status.EXPIRED, Status.SUPPRESSED,
    Status.CANCELLED,
}  # fmt: skip


class World:
    """The brokerages of one run; `credentials` says how each provider is reached."""

    def __init__(self, credentials, *, brokers, leads):
        # What a run that was broken off left queued would be sent with ours.
        Broker.objects.update(is_active=False)
        self.now = timezone.now()
        self.marks, self.leads, self.written = {}, leads, 0
        self.brokers = [self._broker(number, credentials) for number in range(brokers)]

    def _broker(self, number, credentials):
        name = f"torture-{secrets.token_hex(4)}"
        broker = Broker.objects.create(name=name, slug=name)
        with tenancy.use(broker.pk):
            broker.accounts = {
                provider: self._account(channel, provider, number, credentials.get(provider, {}))
                for channel, provider in CLASSES
            }
            broker.scope = SendScope.objects.create(key="campaign:1")
            broker.leads = [self._lead(broker, index, number) for index in range(self.leads)]
        return broker

    def _account(self, channel, provider, number, credentials):
        unique = secrets.token_hex(6)
        address = {"smtp": f"{unique}@torture.example", "sandbox": ""}.get(
            provider, f"+5622{secrets.randbelow(10**7):07}"
        )
        wanted = accounts.Wanted(f"{provider} {number}", address, credentials)
        account = accounts.create(channel, Provider(provider), wanted, by=Actor.system(), now=self.now)
        ChannelAccount.objects.filter(pk=account.pk).update(per_second=400)
        return account

    def _lead(self, broker, index, number):
        phone = f"+569{number + 5}{index:07}"
        draft = leads.Draft({"name": f"Lead {index}", "phone_raw": phone, "email": f"lead{index}@b{number}.example"})
        lead = leads.create(draft, by=Actor.system(), now=self.now)
        ChannelIdentity.objects.create(
            lead=lead, account=broker.accounts["telegram"], address=f"{number + 5}{index:06}", bound_at=self.now
        )
        ground = Ground(ConsentBasis.REQUEST, ConsentSource.AGENT)
        consent.record(
            lead, ConsentState.GRANTED, ground, by=Actor.system(), at=self.now, purposes=tuple(ConsentPurpose)
        )
        Message.objects.bulk_create(
            Message(
                direction=Direction.IN,
                status=Status.RECEIVED,
                channel=channel,
                lead=lead,
                account=broker.accounts[provider],
                address="x",
                body="Hola",
                not_before=self.now,
                created_at=self.now,
                provider_ref=f"{provider}-{lead.pk}",
                **Actor.system().columns(),
            )
            for channel, provider in CLASSES
        )  # so that one may answer, at whatever hour this runs
        return lead

    def write(self, count, *, due=None):
        """Queue messages, spread over brokerages, classes and leads; every second one hangs on the campaign.

        They are due at once, or when `due(index)` says.
        """
        now, begin = timezone.now(), self.written
        for broker_number, broker in enumerate(self.brokers):
            mine = range(begin + broker_number, begin + count, len(self.brokers))
            for first in range(0, len(mine), BATCH):
                with tenancy.use(broker.pk):
                    some = mine[first : first + BATCH]
                    drafts = [self._draft(broker, index, due(index) if due else now) for index in some]
                    for message in outbox.enqueue(drafts, by=Actor.system(), now=now):
                        self.marks[message.body] = (broker.pk, message.pk)
        self.written += count  # only now: a crash in between is followed by the same messages again

    def write_one(self, number, provider):
        """One message through one kind of account."""
        broker = self.brokers[number % len(self.brokers)]
        [index] = [place for place, (_channel, name) in enumerate(CLASSES) if name == provider]
        with tenancy.use(broker.pk):
            now = timezone.now()
            draft = replace(
                self._draft(broker, number, now), channel=CLASSES[index][0], account=broker.accounts[provider]
            )
            [message] = outbox.enqueue([draft], by=Actor.system(), now=now)
            self.marks[message.body] = (broker.pk, message.pk)

    def _draft(self, broker, index, now):
        mark = f"m-{broker.pk}-{index}-{secrets.token_hex(4)}"
        channel, provider = CLASSES[(index // len(self.brokers)) % len(CLASSES)]
        return Draft(
            lead=broker.leads[index % self.leads], channel=channel, account=broker.accounts[provider], subject=mark, body=mark, dedupe_key=f"torture:{index}", is_reply=True,
            scope=broker.scope if index % 2 else None, not_before=now, expires_at=now + timedelta(hours=6),
        )  # fmt: skip

    def open_messages(self):
        """How many will still change by themselves."""
        return sum(self._count(broker) for broker in self.brokers)

    def _count(self, broker):
        with tenancy.use(broker.pk):
            return Message.objects.filter(direction=Direction.OUT).exclude(status__in=ENDS).count()

    def pause(self, broker, *, running):
        """Stop or start the campaign of a brokerage, as its owner would: it waits for what is being begun."""
        with tenancy.use(broker.pk):
            scope = SendScope.objects.select_for_update().get(pk=broker.scope.pk)
            scope.running = running
            scope.save()
            if running:
                Message.objects.filter(scope=scope, status=Status.QUEUED).update(not_before=timezone.now())

    def opt_out(self, broker, lead):
        """A person wants no more, of any kind."""
        with tenancy.use(broker.pk):
            ground = Ground(ConsentBasis.NONE, ConsentSource.CHAT)
            consent.record(
                lead, ConsentState.REVOKED, ground, by=Actor.system(), at=timezone.now(), purposes=tuple(ConsentPurpose)
            )
