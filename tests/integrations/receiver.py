"""A receiver of webhooks that behaves as badly as asked: a real server on 127.0.0.1."""

import json
import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Request:
    line: str
    headers: dict
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def status(code, body=b"ok", **headers):
    """Answers with a status."""
    lines = [f"HTTP/1.1 {code} Whatever", f"Content-Length: {len(body)}", *(f"{k}: {v}" for k, v in headers.items())]
    return lambda peer: peer.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def hang(peer):
    """Says nothing until the other side gives up."""
    with suppress(OSError):
        peer.recv(1)


def close(_peer):
    """Cuts the connection."""


def garbage(peer):
    peer.sendall(b"\x00\xffSSH-2.0-nothing\r\n\r\n")


def flood(peer):
    """A body without end."""
    peer.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    with suppress(OSError):
        while True:
            peer.sendall(b"x" * 65536)


def headers_without_end(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\n")
    with suppress(OSError):
        while True:
            peer.sendall(b"X-Pad: " + b"y" * 1000 + b"\r\n")


def drip(peer):
    """A status line, a letter at a time."""
    with suppress(OSError):
        for letter in b"HTTP/1.1 200 OK\r\n" * 100:
            peer.sendall(bytes([letter]))
            time.sleep(0.05)


def dripping_body(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    with suppress(OSError):
        while True:
            peer.sendall(b".")
            time.sleep(0.05)


def chunked_nonsense(peer):
    peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nnot a chunk")


def continues(peer):
    with suppress(OSError):
        while True:
            peer.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")


@dataclass
class Receiver:
    """`receiver.answers = status(500)`; what came is in `receiver.seen`, the most at once in `receiver.most_at_once`."""

    answers: object = field(default_factory=lambda: status(204, b""))
    seen: list = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    def __post_init__(self):
        self._lock, self._peers, self._threads = threading.Lock(), [], []
        self._server = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self._server.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._go(self._serve)

    def _go(self, target, *args):
        self._threads.append(threading.Thread(target=target, args=args, daemon=True))
        self._threads[-1].start()

    def _serve(self):
        with suppress(OSError):
            while True:
                peer, _ = self._server.accept()
                self._peers.append(peer)
                self._go(self._one, peer)

    def _one(self, peer):
        with peer, suppress(OSError, ValueError):
            peer.settimeout(20)
            request = self._read(peer)
            with self._lock:
                self.seen.append(request)
                self.at_once += 1
                self.most_at_once = max(self.most_at_once, self.at_once)
            try:
                self.answers(peer)
            finally:
                with self._lock:
                    self.at_once -= 1

    @staticmethod
    def _read(peer):
        def more():
            if not (some := peer.recv(65536)):
                raise OSError("hung up before all was said")  # an empty answer, for ever: the thread would never end
            return some

        data = b""
        while b"\r\n\r\n" not in data:
            data += more()
        head, _, body = data.partition(b"\r\n\r\n")
        line, *rest = head.decode().split("\r\n")
        headers = {name.lower(): value for name, value in (each.split(": ", 1) for each in rest)}
        while len(body) < int(headers["content-length"]):
            body += more()
        return Request(line, headers, body)

    def stop(self):
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # closing alone does not wake the thread that accepts
        self._server.close()
        for peer in self._peers:  # whoever still waits for an answer is told that none comes
            with suppress(OSError):
                peer.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=5)
            assert not thread.is_alive(), "it would go on through all later tests"
