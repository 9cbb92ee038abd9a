"""Redis is away: frozen for half of the time, then gone. Whatever is due is begun all the same, and no page fails.

The real engine and the real web, with the pauses of real use, and vendors that behave. Messages become due by
themselves, second by second; requests queue others and read. Each begin is then compared with when it was due.
"""

import json
import secrets
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from django.utils import timezone

from accounts import tokens
from accounts.models import User
from core import tenancy
from messaging import conversations
from messaging.enums import Direction
from messaging.models import Message, SendAttempt
from tests import server
from tests.torture import verdict
from tests.torture.harness import patiently
from tests.torture.run import Plan, Torture

EACH_SECOND = 5
"""Messages that become due, and as many requests, one half of them writing."""
LATEST = 5.0
PAUSES = {"SEND_LEASE_SECONDS": "15"}
WEB = {"API_RATE": "100000/min", "LOG_LEVEL": "ERROR"}
AFTER = 5  # seconds with Redis back


@dataclass
class Web:
    """What the pages answered."""

    url: str
    token: str
    codes: list = field(default_factory=list)
    seconds: list = field(default_factory=list)

    def call(self, path, body=None):
        """One request; its answer, or None when there was none."""
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        asked = Request(self.url + path, json.dumps(body).encode() if body else None, headers)
        started = time.monotonic()
        try:
            with urlopen(asked, timeout=30) as answer:
                code, told = answer.status, json.load(answer)
        except HTTPError as error:
            code, told = error.code, None
        except (URLError, OSError):
            code, told = 0, None
        self.codes.append(code)
        self.seconds.append(time.monotonic() - started)
        return told


def outage(seconds):
    """Counts, and milliseconds that end in `_ms`."""
    calm = Plan(messages=0, kills=0, freezes=0, crashes=0, seed=1, faults=0.0)
    with Torture(calm, pauses=PAUSES) as torture, server.running(REDIS_URL=torture.broker.url, **WEB) as web:
        _process, url = web
        for _ in range(torture.plan.senders):
            torture.nursery.start("engine")
        broker = torture.world.brokers[0]
        pages = Web(url, _token(broker))
        doors = _conversations(broker)
        time.sleep(5)
        _due(torture.world, seconds)
        with ThreadPoolExecutor(4) as pool:
            _away(torture, pool, pages, doors, seconds)
        deadline = time.monotonic() + 60
        while patiently(torture.world.open_messages) and time.monotonic() < deadline:
            time.sleep(0.5)
        told = verdict.of(torture.world, torture.vendors)
        return told | _lateness(torture.world) | _of(pages)


def _away(torture, pool, pages, doors, seconds):
    """Freeze Redis, kill it, bring it back; requests all the while, on the second or late."""
    broker, begin = torture.broker, time.monotonic()
    broker.process.send_signal(signal.SIGSTOP)
    for turn in range((seconds + AFTER) * EACH_SECOND):
        at = turn / EACH_SECOND
        if turn == seconds * EACH_SECOND // 2:
            broker.kill()
        if turn == seconds * EACH_SECOND:
            broker.start()
        time.sleep(max(0, begin + at - time.monotonic()))
        if turn % 2:
            pool.submit(pages.call, "/api/v1/leads/?limit=5")
        else:
            mark = f"web-{turn}-{secrets.token_hex(4)}"
            torture.world.marks[mark] = None
            body = {"channel": ("whatsapp", "email")[turn // 2 % 2], "subject": mark, "body": mark}
            pool.submit(pages.call, f"/api/v1/conversations/{doors[turn % len(doors)]}/send/", body)


def _token(broker):
    user = User.objects.create(email=f"web@{broker.slug}.example", broker=broker, role="admin", password="!")
    return tokens.issue(user=user, name="outage", scope="write", expires_at=None)[1]


def _conversations(broker):
    with tenancy.use(broker.pk):
        made = conversations.ensure(broker.leads, now=timezone.now())
        type(broker.leads[0]).objects.filter(pk__in=made).update(last_inbound_at=timezone.now())
        return [str(made[lead.pk].public_id) for lead in broker.leads]


def _due(world, seconds):
    """Messages that become due one after the other while Redis is away."""
    start = timezone.now()
    world.write(seconds * EACH_SECOND, due=lambda index: start + timedelta(seconds=index / EACH_SECOND))


def _lateness(world):
    """Between when a message was due and when its first try was begun."""
    late, open_ = [], 0
    for broker in world.brokers:
        with tenancy.use(broker.pk):
            firsts = dict(SendAttempt.objects.filter(number=1).values_list("message_id", "begun_at"))
            for message in Message.objects.filter(direction=Direction.OUT):
                begun = firsts.get(message.pk)
                open_ += begun is None
                late += [] if begun is None else [(begun - message.not_before).total_seconds()]
    late.sort()
    found = {"never_begun": open_, "too_late": sum(each > LATEST for each in late)}
    return found | {
        f"late_p{share}_ms": round(late[min(len(late) - 1, len(late) * share // 100)] * 1000) for share in (50, 99, 100)
    }


def _of(pages):
    slowest = sorted(pages.seconds)
    wrong = [code for code in pages.codes if code not in {200, 202}]
    return {
        "requests": len(pages.codes),
        "web_errors": len(wrong),
        "request_p50_ms": round(slowest[len(slowest) // 2] * 1000),
        "request_p100_ms": round(slowest[-1] * 1000),
    }


MUST_BE_ZERO = (*verdict.MUST_BE_ZERO, "never_begun", "too_late", "web_errors")
