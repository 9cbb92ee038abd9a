"""`/live/`: the news of `core.live_hub` as server-sent events, raw ASGI beside Django.

    retry: 2000
    event: leads
    data: {"leads":[{"id":"…","stage":"agendado","was":"entrada"}],"page":"…"}

`event: gap` says that something may have been missed. Comments keep proxies from closing.
"""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs

from a2wsgi.asgi_typing import HTTPScope, Receive, Send
from django.db import DatabaseError

from core.live import News
from core.live_hub import Ear, Hub, Listener

_LAST_WORD = 1.0  # seconds for a browser to take the end of its stream
_RETRY = b"retry: 2000\n\n"
_HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]

Who = Callable[[str], Listener | None]


class Stream:
    """The ASGI application of `/live/`."""

    def __init__(self, hub: Hub, who: Who, *, cookie: str, heartbeat: float) -> None:
        """Take the hub, whose a session is (asked in a thread), its cookie's name, the longest silence in seconds."""
        self._hub, self._who, self._cookie, self._heartbeat = hub, who, cookie, heartbeat

    async def __call__(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        """One open page: 401 without a session of a brokerage, 403 for other sites' pages, 405 but for GET."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        if scope["method"] != "GET":
            return await _refuse(send, 405)
        if headers.get(b"sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return await _refuse(send, 403)
        if self._hub.closed:
            return await _refuse(send, 503)
        session = _cookie(headers.get(b"cookie", ""), self._cookie)
        try:
            who = await self._hub.ask(self._who, session) if session else None
        except DatabaseError:  # away for a moment: the browser asks again
            return await _refuse(send, 503)
        if who is None:
            return await _refuse(send, 401)
        ear = self._hub.join(who, age=_age(scope["query_string"]))
        try:
            await self._run(ear, receive, send)
        finally:
            self._hub.leave(ear)

    async def _run(self, ear: Ear, receive: Receive, send: Send) -> None:
        """Until the browser leaves, the hub says it is over, or the browser takes nothing any more."""
        await send({"type": "http.response.start", "status": 200, "headers": _HEADERS})
        gone = asyncio.create_task(_gone(receive))
        parts = {gone, asyncio.create_task(_write(ear, send, self._heartbeat)), asyncio.create_task(ear.over.wait())}
        try:
            await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in parts:
                part.cancel()
            await asyncio.gather(*parts, return_exceptions=True)
        if not gone.done() or gone.cancelled():
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(_LAST_WORD):
                    await _end(send)


def frame(news: News | None) -> bytes:
    """News as an event of the stream; None is a gap."""
    if news is None:
        return b"event: gap\ndata: {}\n\n"
    data = json.dumps({**news.facts, "page": news.page}, separators=(",", ":"))
    return f"event: {news.topic}\ndata: {data}\n\n".encode()


async def _write(ear: Ear, send: Send, heartbeat: float) -> None:
    await _send(send, _RETRY)
    while True:
        said = b": \n\n"
        with suppress(TimeoutError):
            async with asyncio.timeout(heartbeat):
                said = frame(await ear.news.get())
        await _send(send, said)


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _end(send: Send) -> None:
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"cache-control", b"no-store"), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await _end(send)


def _cookie(header: str, name: str) -> str:
    try:
        found = SimpleCookie(header).get(name)
    except CookieError:
        return ""
    return found.value if found else ""


def _age(query: bytes) -> float:
    """How many seconds the page has been loading, of `?age=<milliseconds>`."""
    text = parse_qs(query.decode("latin-1")).get("age", [""])[0]
    return int(text) / 1000 + 1 if text.isascii() and text.isdigit() and len(text) < 8 else 0.0  # noqa: PLR2004
