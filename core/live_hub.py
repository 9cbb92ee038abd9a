"""One ear per web process: hears the notifications of `core.live` and hands them to the open pages.

It lives in the event loop of the server, on one connection of its own. A listener that does not keep up is cut, and so
is one who may not listen any more; its browser comes back, or not. After a gap in hearing every page is told to look.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, TypeVar

import psycopg
import structlog

from core.live import CHANNEL, News

log = structlog.get_logger(__name__)
A = TypeVar("A")
B = TypeVar("B")

QUEUE = 64
"""News a listener may be behind."""
STREAMS = 16
"""Open pages of one person in one process; the oldest is cut."""
REMEMBERED = 60.0
"""Seconds that news is kept for a page that was still loading."""
_ALIVE = 20.0  # seconds of silence after which the connection is tried
_LONGEST_WAIT = 5.0


@dataclass(frozen=True, slots=True)
class Listener:
    """Who listens: a person, their brokerage, whether they run it, and the session that says so."""

    session_key: str
    user_id: int
    broker_id: int
    is_admin: bool


@dataclass(eq=False, slots=True)
class Ear:
    """One open page. `over` is set when it shall hear no more."""

    who: Listener
    news: asyncio.Queue[News | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def put(self, news: News | None) -> None:
        """Hand it over; None stands for a gap. An ear that is full is over."""
        try:
            self.news.put_nowait(news)
        except asyncio.QueueFull:
            self.over.set()


StillThere = Callable[[Collection[Listener]], Collection[Listener]]


class Hub:
    """The open pages of one process, by brokerage."""

    def __init__(self, conninfo: Callable[[], dict[str, Any]], still_there: StillThere, *, recheck: float) -> None:
        """Take how to connect, and who of those given may still listen, asked in a thread every `recheck` seconds."""
        self._conninfo, self._still_there, self._recheck = conninfo, still_there, recheck
        self._ears: dict[int, dict[Ear, None]] = {}
        self._recent: deque[tuple[float, News]] = deque(maxlen=500)
        self._tasks: list[asyncio.Task[None]] = []
        self._missed = False
        self.closed = False
        self.threads = ThreadPoolExecutor(2, "live")  # each has a connection of Django's: two, however many listen

    def start(self) -> None:
        """Begin to hear, unless it does already; needs a running loop."""
        if not self._tasks and not self.closed:
            self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._watch())]

    def close(self) -> None:
        """End every stream and hear no more: the process stops."""
        self.closed = True
        for ear in list(self._all()):
            ear.over.set()
        for task in self._tasks:
            task.cancel()

    def join(self, who: Listener, *, age: float = 0.0) -> Ear:
        """A new open page, which hears from now on, and first what was told while it loaded (`age` seconds)."""
        self.start()
        ear = Ear(who)
        ears = self._ears.setdefault(who.broker_id, {})
        own = [other for other in ears if other.who.user_id == who.user_id]
        for oldest in own[: max(0, len(own) - STREAMS + 1)]:
            oldest.over.set()
        ears[ear] = None
        since = time.monotonic() - min(age, REMEMBERED)
        for at, news in self._recent:
            if at >= since and _hears(ear, news):
                ear.put(news)
        return ear

    def leave(self, ear: Ear) -> None:
        """The page is gone."""
        ears = self._ears.get(ear.who.broker_id, {})
        ears.pop(ear, None)
        if not ears:
            self._ears.pop(ear.who.broker_id, None)

    def _all(self) -> Iterator[Ear]:
        return (ear for ears in self._ears.values() for ear in ears)

    def _deliver(self, payload: str) -> None:
        try:
            news = News.read(payload)
        except (ValueError, KeyError, TypeError):
            log.warning("live_unreadable")
            return
        self._recent.append((time.monotonic(), news))
        for ear in self._ears.get(news.broker_id, ()):
            if _hears(ear, news):
                ear.put(news)

    async def _hear(self) -> None:
        wait = 0.1
        while not self.closed:
            try:
                async with await psycopg.AsyncConnection.connect(**self._conninfo(), autocommit=True) as connection:
                    wait = 0.1
                    await self._listen(connection)
            except (psycopg.Error, OSError) as error:  # TimeoutError is an OSError
                log.warning("live_deaf", why=type(error).__name__)
            self._missed = True
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)

    async def _listen(self, connection: psycopg.AsyncConnection[Any]) -> None:
        await connection.execute(f"LISTEN {CHANNEL}")
        if self._missed:
            self._missed = False
            for ear in self._all():
                ear.put(None)
        while True:
            async for notice in connection.notifies(timeout=_ALIVE):
                self._deliver(notice.payload)
            async with asyncio.timeout(_ALIVE):
                await connection.execute("SELECT 1")

    async def _watch(self) -> None:
        """Cut those who may not listen any more: signed out, deactivated, of another role, of a closed brokerage."""
        failed = 0
        while True:
            await asyncio.sleep(self._recheck)
            listening = {ear.who for ear in self._all()}
            try:
                allowed = await self.ask(self._still_there, listening) if listening else set()
            except Exception:  # noqa: BLE001 -- the database is away: once is no reason, twice is
                failed += 1
                allowed = set() if failed > 1 else listening
            else:
                failed = 0
            for ear in list(self._all()):
                if ear.who in listening and ear.who not in allowed:
                    ear.over.set()

    async def ask(self, question: Callable[[A], B], subject: A) -> B:
        """Ask the database something, in one of the hub's threads."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, question, subject)


def _hears(ear: Ear, news: News) -> bool:
    return ear.who.broker_id == news.broker_id and news.is_for(ear.who.user_id, is_admin=ear.who.is_admin)
