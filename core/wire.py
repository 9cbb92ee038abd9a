"""One request to somebody else's server, which may be slow, broken or hostile. Never called inside a transaction.

Standard library on purpose: the connection goes to the address that was checked (TLS still proves the name), one
deadline covers name, connection and answer, no redirect is followed and little is read. And a connection of its own
for each request: one that was kept and closed meanwhile could not be told from an answer that was lost.
"""

import http.client
import io
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

from core import destinations
from core.destinations import Destination, Resolver


class Unreached(Exception):
    """No byte of the request left; its cause says why: no name, nobody there, no handshake, an address not allowed."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a request may take and how much of its answer is read."""

    connect: float
    total: float
    read_bytes: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; the body ends where reading ended."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def request(
    method: str,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    patience: Patience,
    resolver: Resolver = destinations.resolve,
) -> Reply:
    """Ask once. Raises Unreached when nothing was sent, and anything at all when the answer did not come."""
    until = time.monotonic() + patience.total
    try:
        to = destinations.parse(url)
        plain = connect(to.host, to.port, patience=patience, until=until, resolver=resolver)
    except Exception as error:
        raise Unreached from error
    with plain:
        try:
            held = tls().wrap_socket(plain, server_hostname=to.host) if to.scheme == "https" else plain
        except Exception as error:
            raise Unreached from error
        with held:
            return _exchange(Timed(held, until), to, method, body, headers, patience.read_bytes)


def connect(host: str, port: int, *, patience: Patience, until: float, resolver: Resolver) -> socket.socket:
    """A connection to the first of a host's addresses that takes one; all of them must be allowed."""
    found = destinations.addresses(host, port, lambda host, port: _in_time(resolver, host, port, patience.connect))
    error: OSError = socket.gaierror(socket.EAI_NONAME, host)
    by = min(until, time.monotonic() + patience.connect)
    for address in found:
        try:
            made = socket.create_connection((address, port), timeout=left(by))
        except OSError as refused:
            error = refused
        else:
            made.settimeout(left(by))  # for the handshake; afterwards `Timed` says how long
            return made
    raise error


def _exchange(
    timed: "Timed", to: Destination, method: str, body: bytes, headers: Mapping[str, str], most: int
) -> Reply:
    connection = http.client.HTTPConnection(to.host, to.port)
    connection.sock = timed  # as much of a socket as http.client needs
    connection.auto_open = 0
    connection.putrequest(method, to.target, skip_host=True, skip_accept_encoding=True)
    wanted = {"Host": to.host_header, "Content-Length": str(len(body)), "Connection": "close", **headers}
    for name, value in wanted.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    response = connection.getresponse()
    return Reply(response.status, {name.lower(): value for name, value in response.getheaders()}, _read(response, most))


def _read(response: http.client.HTTPResponse, most: int) -> bytes:
    """The beginning of the body; one that stalls after its status does not undo the status."""
    found = b""
    with suppress(OSError, http.client.HTTPException, ValueError):
        while len(found) < most and (more := response.read1(most - len(found))):
            found += more
    return found


def _in_time(resolver: Resolver, host: str, port: int, seconds: float) -> list[str]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    box: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            box.put(list(resolver(host, port)))
        except Exception as error:  # noqa: BLE001 -- told to the caller
            box.put(error)

    threading.Thread(target=look, daemon=True, name="wire-name").start()
    try:
        found = box.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(host) from None
    if isinstance(found, Exception):
        raise found
    return found


def left(until: float) -> float:
    """The seconds until a deadline; raises TimeoutError after it."""
    seconds = until - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


@cache
def tls() -> ssl.SSLContext:
    """How certificates are checked."""
    return ssl.create_default_context()


class Timed:
    """A socket for http.client whose every read and write ends at one deadline: drops do not prolong it."""

    def __init__(self, inner: socket.socket, until: float, most: int | None = None) -> None:
        self.inner, self.until, self.most = inner, until, most

    def sendall(self, data: bytes) -> None:
        """Send all of it in time."""
        self.inner.settimeout(left(self.until))
        self.inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client reads the answer from."""
        return io.BufferedReader(_Reader(self.inner, self.until, self.most))

    def close(self) -> None:
        """Nothing: whoever opened the socket closes it."""


class _Reader(io.RawIOBase):
    def __init__(self, inner: socket.socket, until: float, most: int | None) -> None:
        super().__init__()
        self.inner, self.until, self.most = inner, until, most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override] # any buffer
        self.inner.settimeout(left(self.until))
        read = self.inner.recv_into(buffer)
        if self.most is not None:
            self.most -= read
            if self.most < 0:
                raise ConnectionAbortedError("It says too much.")
        return read
