"""The sending loop: claims, asks the gate, lets threads do the calls, records; and looks after what got stuck.

Threads never touch the database and never wait for it. A letter that was begun leaves at once or, if its process was
frozen meanwhile, not at all: its lease tells others when to look.
"""

import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import datetime
from functools import partial
from operator import attrgetter

import structlog
from django.conf import settings
from django.utils import timezone

from core import failpoints, mishaps, tenancy
from messaging import channels
from messaging.letters import Answer, Outcome
from messaging.sending import overdue, reaping, recording, resolving
from messaging.sending.beginning import Begun, begin
from messaging.sending.claiming import Claim, claim
from messaging.sending.resolving import Question
from messaging.sending.workers import Retired, Worker

log = structlog.get_logger(__name__)

AT_ONCE = 32
BUDGET = 2.0  # seconds of one look: the engine has other things to do
GLANCE = 0.25
GATHER = 0.01  # seconds: answers that come together are recorded together, and their places claimed in one
LATE = Answer(Outcome.NOT_SENT, code="late", detail="the sender was frozen before the call")


class Sender:
    """Sends messages of every brokerage. One thread uses it: the one whose connection holds its worker's lock."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self.at_once = at_once
        self._pool = ThreadPoolExecutor(at_once, thread_name_prefix="send")
        self._letters: dict[Future[Answer], Begun] = {}
        self._questions: dict[Future[Answer], Question] = {}
        self._worker: Worker | None = None

    def __call__(self, *, now: datetime) -> bool:
        """The engine's look: mend what got stuck, then send as much as fits into the time. True: there is more."""
        self._living_worker()  # first of all: only its session is thrown out when it freezes inside a transaction
        overdue.expire(now=now)
        reaping.reap(now=now, mine=self._worker, in_flight={each.claim.attempt for each in self._letters.values()})
        self._ask(now)
        return self.look()

    def look(self) -> bool:
        """Send what is due until nothing is, or the time is over: then True, and the next look goes on."""
        end = time.monotonic() + BUDGET
        while True:
            self._living_worker()
            self._record()
            started = self._start()
            if not (started or self._letters or self._questions):
                return False
            if time.monotonic() >= end:
                return True
            self._gather(patience=0 if started else GLANCE)

    def close(self) -> None:
        """Let what is on its way arrive and record it; nothing new is begun."""
        wait([*self._letters, *self._questions], timeout=settings.SEND_LEASE.total_seconds())
        self._record()
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._worker is not None:
            self._worker.stop()

    def _gather(self, *, patience: float) -> None:
        """Wait for a first answer, then a moment for those that come with it: each transaction serves them all."""
        under_way = [*self._letters, *self._questions]
        wait(under_way, timeout=patience, return_when=FIRST_COMPLETED)
        wait(under_way, timeout=GATHER)

    def _start(self) -> int:
        """Claim and begin as many as there is room for; returns how many were claimed."""
        room = self.at_once - len(self._letters)
        if room <= 0:
            return 0
        worker = self._living_worker()
        now = timezone.now()
        claims = claim(worker, now=now, most=room)
        failpoints.reached("send.claimed")
        for broker_id, theirs in tenancy.apart(claims, attrgetter("broker_id")).items():
            for begun in _begin(broker_id, theirs, worker):
                late = time.monotonic() + settings.SEND_LEASE.total_seconds() / 3
                self._letters[self._pool.submit(_send, begun, late)] = begun
        return len(claims)

    def _living_worker(self) -> Worker:
        if self._worker is None or not self._worker.is_alive():
            self._worker = Worker()
        return self._worker

    def _ask(self, now: datetime) -> None:
        for question in resolving.due(now=now):
            look_up = partial(channels.of(question.provider).look_up, question.letter, begun_at=question.begun_at)
            self._questions[self._pool.submit(look_up)] = question

    def _record(self) -> None:
        done = [future for future in self._letters if future.done()]
        recording.record([(self._letters[one], one.result()) for one in done], now=timezone.now())
        for one in done:  # only now: a database that was away meanwhile is told at the next look
            del self._letters[one]
        asked = [future for future in self._questions if future.done()]
        resolving.answered([(self._questions[one], _answer_of(one)) for one in asked], now=timezone.now())
        for one in asked:
            del self._questions[one]


def _answer_of(asked: Future[Answer]) -> Answer:
    try:
        return asked.result()
    except Exception:
        log.exception("look_up_failed")
        return Answer(Outcome.UNKNOWN, code="fault")


def _begin(broker_id: int, claims: list[Claim], worker: Worker) -> list[Begun]:
    """Begin them in one transaction; one that cannot be begun holds up no other."""

    def act(some: Sequence[Claim]) -> list[Begun]:
        return begin(broker_id, some, worker=worker, now=timezone.now())

    return mishaps.together("message_not_begun", act, claims, named=attrgetter("message_id"), but=(Retired,))


def _send(begun: Begun, late: float) -> Answer:
    """In a thread: the call, and nothing else. A fault of ours is an end nobody knows, like any other."""
    failpoints.reached("send.presend")
    if time.monotonic() > late:
        return LATE
    try:
        answer = channels.of(begun.provider).send(begun.letter)
    except Exception:
        log.exception("channel_failed", provider=begun.provider)
        return Answer(Outcome.UNKNOWN, code="fault")
    failpoints.reached("send.got")
    return answer
