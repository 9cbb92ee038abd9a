"""Messages through a provider that says yes at once: claim, gate, begin, record, and nothing on the wire.

Cost per message at 1,000, 10,000 and 100,000 queued ones; it should be the same. `./corredor bench send_100k`
"""

import os
import resource
import secrets
import time
from datetime import timedelta
from multiprocessing import get_context

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

from django.db import connection  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import Broker  # noqa: E402
from bench import show  # noqa: E402
from bench.filling import analyze, brokerage  # noqa: E402
from core import heap, tenancy  # noqa: E402
from core.actors import Actor  # noqa: E402
from crm import consent  # noqa: E402
from crm.consent import Ground  # noqa: E402
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState  # noqa: E402
from crm.models import Consent, Lead  # noqa: E402
from messaging import channels, outbox  # noqa: E402
from messaging.drafts import Draft  # noqa: E402
from messaging.letters import Answer, Outcome, SendClass  # noqa: E402
from messaging.models import ChannelAccount, ChannelIdentity, ChannelMeter, Message  # noqa: E402
from messaging.sending.sender import Sender  # noqa: E402

SIZES = [int(size) for size in os.environ.get("SENDS", "1000,10000,100000").split(",")]
A_LEAD = 2  # messages, whatever the size: what the gate reads of a person grows with what they got
BATCH = 1_000
AT_ONCE = 200


class Null:
    """Takes everything."""

    send_class = SendClass.BLIND

    def send(self, letter):
        return Answer(Outcome.ACCEPTED, ref=str(letter.attempt))


def main():
    """Each size on a brokerage of its own."""
    heap.settle()  # as the engine does
    channels.of = lambda _provider: Null()
    show([_run(size) for size in SIZES])


def _run(size):
    broker, _person = brokerage(f"send-{size}-{secrets.token_hex(3)}", size // A_LEAD)
    # What a run that was broken off left queued would be sent, and counted, with ours.
    Broker.objects.exclude(pk=broker.pk).update(is_active=False)
    _elsewhere(_queue, broker, size)
    analyze()
    sender = Sender(at_once=AT_ONCE)
    counter = Counter()
    started, cpu = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(counter):
        while sender.look():
            pass
    seconds, busy = time.perf_counter() - started, time.process_time() - cpu
    sender.close()
    with tenancy.use(broker.pk):
        assert Message.objects.filter(status="sent").count() == size
    return {
        "messages": size,
        "seconds": round(seconds, 1),
        "a second": round(size / seconds),
        "a second per core of ours": round(size / busy),
        "statements per message": round(counter.statements / size, 3),
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _elsewhere(act, *args):
    """In a process of its own: what filling takes is no part of the peak."""
    connection.close()
    child = get_context("fork").Process(target=act, args=args)
    child.start()
    child.join()
    assert child.exitcode == 0


class Counter:
    """Statements, counted on their way to the database."""

    statements = 0

    def __call__(self, execute, sql, params, many, context):
        self.statements += 1
        return execute(sql, params, many, context)


def _queue(broker, size):
    now = timezone.now()
    with tenancy.use(broker.pk):
        account = ChannelAccount.objects.create(
            channel="telegram", provider="telegram", name="Null", token=secrets.token_urlsafe(32), per_second=9999,
            created_at=now, **Actor.system().columns(),
        )  # fmt: skip
        ChannelMeter.objects.create(account=account, tokens=9999, tokens_at=now)
        leads = list(Lead.objects.order_by("pk"))
        for first in range(0, len(leads), BATCH):
            _agreed(leads[first : first + BATCH], account, now)
    for first in range(0, size, BATCH):
        numbers = range(first, min(first + BATCH, size))
        with tenancy.use(broker.pk):
            drafts = [_draft(leads[number % len(leads)], number, account, now) for number in numbers]
            outbox.enqueue(drafts, by=Actor.system(), now=now)


def _agreed(leads, account, now):
    """They gave their consent, and wrote just now: one may answer at any hour."""
    ChannelIdentity.objects.bulk_create(
        ChannelIdentity(lead=lead, account=account, address=str(lead.pk), bound_at=now) for lead in leads
    )
    asked = Ground(ConsentBasis.REQUEST, ConsentSource.AGENT)
    Consent.objects.bulk_create(_granted(lead, asked, now) for lead in leads)
    by = Actor.system().columns()
    Message.objects.bulk_create(
        Message(
            direction="in", status="received", channel=account.channel, lead=lead, account=account, not_before=now,
            created_at=now, **by,
        ) for lead in leads
    )  # fmt: skip


def _granted(lead, ground, now):
    purpose = ConsentPurpose.TRANSACTIONAL
    return consent.entry(lead, ConsentState.GRANTED, ground, by=Actor.system(), at=now, purpose=purpose)


def _draft(lead, number, account, now):
    return Draft(
        lead=lead, channel=Channel.TELEGRAM, account=account, body=f"Hola {number}", dedupe_key=f"bench:{number}",
        is_reply=True, not_before=now, expires_at=now + timedelta(days=1),
    )  # fmt: skip


if __name__ == "__main__":
    main()
