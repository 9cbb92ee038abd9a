"""The wiring of `/live/`: which database is heard, who may listen, and how the streams end with the process."""

import asyncio
import signal
import threading
from contextlib import suppress
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connection

from accounts import listening
from core.live_hub import Hub
from core.live_stream import Stream


def _conninfo() -> dict[str, Any]:
    """How Django connects, without what is Django's own."""
    params = connection.get_connection_params()
    return {name: params[name] for name in params.keys() - {"cursor_factory", "context"}} | {
        "application_name": "corredor-live",
        "connect_timeout": 5,
    }


hub = Hub(_conninfo, listening.still_there, recheck=settings.LIVE_RECHECK)
stream = Stream(hub, listening.who, cookie=settings.SESSION_COOKIE_NAME, heartbeat=settings.LIVE_HEARTBEAT)


def begin() -> None:
    """Hear from the start of the process, and end the streams when it is told to stop.

    The server waits for open responses before it tells the application that it stops; streams would keep it waiting.
    """
    hub.start()
    if threading.current_thread() is not threading.main_thread():
        return  # a server inside a test: only the main thread hears signals
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        _also(number, loop)


def _also(number: int, loop: asyncio.AbstractEventLoop) -> None:
    before = signal.getsignal(number)

    def stop(received: int, stack: FrameType | None) -> None:
        with suppress(RuntimeError):  # the loop has ended already
            loop.call_soon_threadsafe(hub.close)
        if callable(before):
            before(received, stack)

    signal.signal(number, stop)
