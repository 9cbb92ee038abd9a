"""What the stand-ins have in common: a small HTTP server, an oracle in a file, and a plan of misbehaviours."""

import argparse
import asyncio
import json
import os
import random
import threading
import time
from collections import deque
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

KINDS = ("accept_close", "accept_hang", "accept_500", "accept_garbage", "no_503", "429", "close", "slow")
"""`accept_*` took the message and the answer is lost; `no_503`, `429` and `close` took nothing; `slow` is only slow."""
ACCEPTS = frozenset({"", "slow", "accept_close", "accept_hang", "accept_500", "accept_garbage"})


class Oracle:
    """One line per acceptance, appended in one write before anything is answered: it survives whoever is killed."""

    def __init__(self, path=None):
        self.accepted = []
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644) if path else None

    def write(self, **entry):
        self.accepted.append(entry)
        if self._file is not None:
            os.write(self._file, (json.dumps({"at": time.time(), **entry}) + "\n").encode())

    def close(self):
        if self._file is not None:
            os.close(self._file)
            self._file = None


class Plan(deque):
    """What to do wrong: what was planned, else by chance."""

    def __init__(self, chance=0.0, seed=0, kinds=KINDS):
        super().__init__()
        self.chance, self.kinds, self.random = chance, tuple(kinds), random.Random(seed)

    def next(self):
        if self:
            return self.popleft()
        return self.random.choice(self.kinds) if self.random.random() < self.chance else ""


@dataclass
class Call:
    method: str
    path: str
    query: dict
    headers: dict
    body: bytes

    @property
    def form(self):
        return {name: values[-1] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass
class Reply:
    status: int = 200
    body: object = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def wire(self):
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        lines = [f"HTTP/1.1 {self.status} X", f"Content-Length: {len(body)}", "Content-Type: application/json"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


class Looped:
    """A server with a loop in a thread of its own."""

    def __init__(self, *, log=None, faults=0.0, seed=0, kinds=KINDS, hang=15.0, host="127.0.0.1", port=0):
        self.oracle, self.plan = Oracle(log), Plan(faults, seed, kinds)
        self.hang, self.host, self.port = hang, host, port
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True, name=type(self).__name__)

    @property
    def accepted(self):
        return self.oracle.accepted

    def start(self):
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self.open(), self.loop).result(10)
        return self

    def stop(self):
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()
        self.oracle.close()

    async def open(self):
        raise NotImplementedError

    async def close(self):
        raise NotImplementedError

    async def _stop(self):
        await self.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def _run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.run_forever()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exception):
        self.stop()


class HttpServer(Looped):
    """`answer(call)` says what a provider would; `misbehave` what it does instead."""

    server = None

    @property
    def url(self):
        return f"http://{self.host}:{self.port}"

    async def open(self):
        self.server = await asyncio.start_server(self._serve, self.host, self.port, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]

    async def close(self):
        self.server.close()

    async def answer(self, call):
        raise NotImplementedError

    async def _serve(self, reader, writer):
        try:
            call = await read_call(reader)
            reply = await self.answer(call)
            if reply is not None:
                writer.write(reply.wire())
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.CancelledError, ValueError):
            pass
        finally:
            writer.close()

    async def misbehave(self, fault, good, no_503, slow_down):
        """What is sent instead of a good answer; None closes the connection without a word."""
        if fault == "accept_hang":
            await asyncio.sleep(self.hang)
        if fault in {"accept_close", "accept_hang", "close"}:
            return None
        if fault == "slow":
            await asyncio.sleep(0.3)
        replies = {
            "accept_500": Reply(500, b"<html>Internal Server Error</html>"),
            "accept_garbage": Reply(200, b'{"half": '),
            "no_503": no_503,
            "429": slow_down,
        }
        return replies.get(fault, good)


async def read_call(reader):
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    method, target, _version = head[0].split(" ")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    parts = urlsplit(target)
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    return Call(method, parts.path, query, headers, body)


async def post(url, body, headers, seconds=10.0):
    """POST to our own product; the status, or None when nobody is there."""
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port or 80)
            lines = [f"POST {target} HTTP/1.1", f"Host: {parts.netloc}", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in headers.items()]
            writer.write("\r\n".join([*lines, "Connection: close", "", ""]).encode() + body)
            status = int((await reader.readline()).split()[1])
            writer.close()
            return status
    except (OSError, TimeoutError, IndexError, ValueError):
        return None


def arguments(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--log", required=True, help="a line of JSON per acceptance is appended here")
    parser.add_argument("--faults", type=float, default=0.0, help="the share of calls that go wrong")
    parser.add_argument("--kinds", default=",".join(KINDS), help="which faults, comma separated")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--hang", type=float, default=15.0, help="seconds of accept_hang")
    return parser


def common(options):
    return {
        "log": options.log,
        "faults": options.faults,
        "seed": options.seed,
        "kinds": options.kinds.split(","),
        "hang": options.hang,
        "port": options.port,
    }


def serve(server):
    """Run as a process: the port on the first line, then until killed."""
    server.start()
    print(server.port, flush=True)
    threading.Event().wait()
