"""One POST to somebody else's server, which may be slow, broken or hostile. Never called inside a transaction.

Standard library on purpose: the connection goes to the address that was checked (TLS still proves the name), one
deadline covers name, connection and answer, no redirect is followed and little is read.
"""

import http.client
import io
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache

import structlog

from integrations import destinations
from integrations.destinations import Destination, Resolver
from integrations.enums import Failure

log = structlog.get_logger(__name__)

CONNECT_SECONDS, TOTAL_SECONDS = 3.0, 10.0
READ_BYTES, KEPT_CHARACTERS = 4096, 1000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a POST: a status with the beginning of the body, or why there is none."""

    status: int | None
    text: str
    failure: Failure | None
    ms: int

    @property
    def is_good(self) -> bool:
        """Whether the receiver took it: any 2xx."""
        return self.failure is None


def post(url: str, body: bytes, headers: Mapping[str, str], *, resolver: Resolver = destinations.resolve) -> Answer:
    """Send a body. Whatever happens comes back as an Answer; nothing raises."""
    began = time.monotonic()
    status, text, failure = None, "", None
    try:
        status, text = _exchange(destinations.parse(url), body, headers, resolver, began + TOTAL_SECONDS)
        failure = None if http.HTTPStatus.OK <= status < http.HTTPStatus.MULTIPLE_CHOICES else Failure.STATUS
    except Exception as error:  # noqa: BLE001 -- a stranger's server: whatever it provokes is its answer
        failure = _failure(error)
    return Answer(status, text, failure, round((time.monotonic() - began) * 1000))


def _failure(error: Exception) -> Failure:
    if isinstance(error, destinations.Unsuitable):
        return Failure.FORBIDDEN
    named = (
        (TimeoutError, Failure.TIMEOUT),
        (socket.gaierror, Failure.NAME),
        (UnicodeError, Failure.NAME),
        (ssl.SSLCertVerificationError, Failure.TLS),
        (ConnectionRefusedError, Failure.REFUSED),
        (OSError, Failure.BROKEN),
        (http.client.HTTPException, Failure.BROKEN),
    )
    for kind, failure in named:
        if isinstance(error, kind):
            return failure
    log.error("webhook_post_failed", exc_info=error)
    return Failure.BROKEN


def _exchange(
    to: Destination, body: bytes, headers: Mapping[str, str], resolver: Resolver, until: float
) -> tuple[int, str]:
    found = destinations.addresses(to, lambda host, port: _in_time(resolver, host, port))
    with _connect(to, found, until) as plain:
        held = _tls().wrap_socket(plain, server_hostname=to.host) if to.scheme == "https" else plain
        with held:
            timed = _Timed(held, until)
            connection = http.client.HTTPConnection(to.host, to.port)
            connection.sock = timed
            connection.auto_open = 0
            connection.putrequest("POST", to.target, skip_host=True, skip_accept_encoding=True)
            wanted = {"Host": to.host_header, "Content-Length": str(len(body)), "Connection": "close", **headers}
            for name, value in wanted.items():
                connection.putheader(name, value)
            connection.endheaders(body)
            return _read(connection.getresponse())


def _read(response: http.client.HTTPResponse) -> tuple[int, str]:
    """The status and the beginning of the body; a body that stalls after its status does not undo the status."""
    found = b""
    with suppress(OSError, http.client.HTTPException, ValueError):
        while len(found) < READ_BYTES and (more := response.read1(READ_BYTES - len(found))):
            found += more
    return response.status, _CONTROL.sub("", found.decode("utf-8", "replace"))[:KEPT_CHARACTERS]


def _connect(to: Destination, found: list[str], until: float) -> socket.socket:
    """A connection to the first of the checked addresses that takes one."""
    error: OSError = socket.gaierror(socket.EAI_NONAME, to.host)
    by = min(until, time.monotonic() + CONNECT_SECONDS)
    for address in found:
        try:
            made = socket.create_connection((address, to.port), timeout=_left(by))
        except OSError as refused:
            error = refused
        else:
            made.settimeout(_left(by))  # for the handshake; afterwards `_Timed` says how long
            return made
    raise error


def _in_time(resolver: Resolver, host: str, port: int) -> list[str]:
    """Resolve in a thread of its own: the system's resolver knows no deadline."""
    box: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def look() -> None:
        try:
            box.put(list(resolver(host, port)))
        except Exception as error:  # noqa: BLE001 -- told to the caller
            box.put(error)

    threading.Thread(target=look, daemon=True, name="webhook-name").start()
    try:
        found = box.get(timeout=CONNECT_SECONDS)
    except queue.Empty:
        raise TimeoutError(host) from None
    if isinstance(found, Exception):
        raise found
    return found


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


class _Timed:
    """A socket for http.client whose every read and write ends at one deadline: drops do not prolong it."""

    def __init__(self, inner: socket.socket, until: float) -> None:
        self.inner, self.until = inner, until

    def sendall(self, data: bytes) -> None:
        """Send all of it in time."""
        self.inner.settimeout(_left(self.until))
        self.inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What http.client reads the answer from."""
        return io.BufferedReader(_Reader(self.inner, self.until))

    def close(self) -> None:
        """Nothing: whoever opened the socket closes it."""


class _Reader(io.RawIOBase):
    def __init__(self, inner: socket.socket, until: float) -> None:
        super().__init__()
        self.inner, self.until = inner, until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override] # any buffer
        self.inner.settimeout(_left(self.until))
        return self.inner.recv_into(buffer)
