"""The engine: loops that need no Redis.

It wakes workers for work whose wake-up or worker was lost, and does what the table `config/loops.py` lists.
"""

import signal
import time
from collections.abc import Callable
from datetime import datetime
from functools import cache
from types import FrameType

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections
from django.utils import timezone
from django.utils.module_loading import import_string
from kombu.exceptions import OperationalError as BrokerDown

from core import health, heap, jobs

log = structlog.get_logger(__name__)

HEARTBEAT_EVERY = 20.0  # seconds
Loop = Callable[..., object]


@cache
def _loops() -> tuple[Loop, ...]:
    found: tuple[Loop, ...] = import_string(settings.ENGINE_LOOPS)
    return found


class Command(BaseCommand):
    """`manage.py run_engine`: runs until SIGTERM or SIGINT."""

    help = "Run the engine's loops until told to stop."
    stopping = False

    def handle(self, *args: object, **options: object) -> None:
        """Look, wake, sleep; a database that is away is waited for."""
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        _loops()
        heap.settle()
        beaten = -HEARTBEAT_EVERY
        while not self.stopping:
            busy, now = False, time.monotonic()
            try:
                busy = self._look(beat=now - beaten >= HEARTBEAT_EVERY)
                beaten = now if now - beaten >= HEARTBEAT_EVERY else beaten
            except OperationalError as error:
                log.warning("engine_waits_for_database", error=str(error))
                close_old_connections()
            if not busy:
                time.sleep(settings.ENGINE_PAUSE)
        for loop in _loops():
            if close := getattr(loop, "close", None):  # one that has something under way finishes it
                close()

    def _look(self, *, beat: bool) -> bool:
        """Once through everything; whether something has more to do at once."""
        if beat:
            health.beat("engine")
        busy = [self._run(loop, timezone.now()) for loop in _loops()]
        self._wake_jobs()
        return any(busy)

    def _wake_jobs(self) -> None:
        for broker_id, job_id in jobs.stalled():
            try:
                jobs.wake(broker_id, job_id)
            except BrokerDown as error:
                log.warning("engine_waits_for_broker", error=str(error))
                return

    def _run(self, loop: Loop, now: datetime) -> bool:
        """One loop's look; its mistake is told and stops nobody else's work."""
        try:
            return loop(now=now) is True
        except OperationalError:
            raise
        except Exception:
            log.exception("engine_loop_failed", loop=repr(loop))
            return False

    def _stop(self, signum: int, frame: FrameType | None) -> None:
        self.stopping = True
