"""One ASGI callable, one port: Django as WSGI in a fixed pool of threads.

Under its own ASGI handler Django makes a thread, and with it a database connection, per request. What needs asyncio
(sockets, server-sent events) gets a named route beside Django here.
"""

import os

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import Receive, Scope, Send

from config.wsgi import application as django
from core import heap

# isort: split
from config import live  # after config.wsgi, which loads the apps

_THREADS = int(os.environ.get("WEB_THREADS", "16"))
_pages = WSGIMiddleware(django, workers=_THREADS)  # type: ignore[arg-type] # a response is an iterable of bytes


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Dispatch by the kind of connection."""
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
    elif scope["type"] == "http" and scope["path"] == "/live/":
        await live.stream(scope, receive, send)
    elif scope["type"] == "http":
        await _pages(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008})  # no socket is served yet


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            heap.settle()
            live.begin()
        else:
            live.hub.close()
        await send({"type": f"{message['type']}.complete"})  # type: ignore[misc,arg-type]
        if message["type"] == "lifespan.shutdown":
            return
