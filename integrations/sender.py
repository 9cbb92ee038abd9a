"""The engine's sender: claims what is due, lets threads do the HTTP, records what came of it.

The threads never touch the database. Every endpoint has few deliveries on their way at once (the SQL function sees to
it: four, or one while it fails), so a slow one takes a few threads and no more.
"""

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime

import structlog
from django.utils import timezone

from core import crypto, tenancy
from integrations import deliveries, wire
from integrations.deliveries import Attempt
from integrations.wire import Answer

log = structlog.get_logger(__name__)

AT_ONCE = 32
BUDGET = 2.0  # seconds of one look: the engine has other things to do
GLANCE = 0.25  # seconds until new deliveries are looked for while others are on their way


class Sender:
    """Sends deliveries of every brokerage; `look` does as much as fits into its time and returns."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="webhook")
        self._running: dict[Future[Answer], Attempt] = {}

    def __call__(self, *, now: datetime) -> None:
        """The engine's look."""
        self.look()

    def look(self) -> None:
        """Record what is answered, send what is due; again while there is something and the time lasts."""
        end = time.monotonic() + BUDGET
        while True:
            self._record()
            self._start()
            if not self._running or time.monotonic() >= end:
                return
            wait(self._running, timeout=GLANCE, return_when=FIRST_COMPLETED)

    def close(self) -> None:
        """Let what is on its way arrive and record it; nothing new is sent."""
        wait(self._running, timeout=wire.TOTAL_SECONDS + wire.CONNECT_SECONDS)
        self._record()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _start(self) -> None:
        room = self.at_once - len(self._running)
        if room <= 0:
            return
        for broker_id, delivery_id in deliveries.due(now=timezone.now(), most=room):
            attempt = take(broker_id, delivery_id)
            if attempt is not None:
                self._running[self._pool.submit(wire.post, attempt.url, attempt.body, attempt.headers)] = attempt

    def _record(self) -> None:
        for done in [future for future in self._running if future.done()]:
            attempt = self._running[done]
            deliveries.record(attempt, done.result(), now=timezone.now())
            del self._running[done]  # only now: a database that was away meanwhile is told at the next look


def take(broker_id: int, delivery_id: int) -> Attempt | None:
    """Claim a delivery in a short transaction; one whose secret cannot be read is logged and put off."""
    try:
        with tenancy.use(broker_id):
            return deliveries.claim(delivery_id, now=timezone.now())
    except crypto.Unreadable:
        log.exception("webhook_secret_unreadable", broker_id=broker_id, delivery_id=delivery_id)
        with tenancy.use(broker_id):
            deliveries.postpone(delivery_id, now=timezone.now())
        return None
