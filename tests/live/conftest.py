"""Real streams: uvicorn in a process of its own, listeners as a browser makes them, news from real commits."""

import http.client
import json
import queue
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from tests import server

PATIENCE = 10


def pytest_collection_modifyitems(items):
    for item in items:
        if "/live/" in item.nodeid:
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="session")
def served(django_db_setup, django_db_blocker):
    """The address of config.asgi under uvicorn; one process for all tests of a worker."""
    with django_db_blocker.unblock(), server.running() as (_process, url):
        yield url


class Ear:
    """One open stream: `next()` gives (event, data), `ended` tells that the server closed it."""

    def __init__(self, url, session, path="/live/", **headers):
        parts = urlsplit(url)
        self.connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
        cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        self.connection.request("GET", path, headers={**cookie, **headers})
        self.socket = self.connection.sock
        self.response = self.connection.getresponse()
        self.status, self.headers = self.response.status, self.response.headers
        self.session = session
        self.events, self.ended = queue.Queue(), threading.Event()
        self.comments = 0
        self.reader = threading.Thread(target=self._read, daemon=True)
        if self.status == 200:
            self.reader.start()

    def _read(self):
        event = None
        try:
            while line := self.response.readline():
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name == "event":
                    event = value
                elif name == "data":
                    self.events.put((event, json.loads(value)))
                elif name == "":
                    self.comments += bool(line.strip())
        except (OSError, http.client.HTTPException, AttributeError, ValueError):
            pass  # closed under our hands
        finally:
            self.ended.set()

    def next(self, within=PATIENCE):
        return self.events.get(timeout=within)

    def hears_nothing(self, for_=0.4):
        try:
            return self.events.get(timeout=for_)
        except queue.Empty:
            return None

    def close(self):
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # wakes the reader, which holds a lock that closing waits for
        if self.status == 200:
            self.reader.join(5)
        self.response.close()
        self.connection.close()


@pytest.fixture
def session_of():
    """`session_of(user)`: the key of a session opened for a person."""

    def open_(user):
        session = SessionStore()
        session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), "accounts.backends.SignIn"
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.save()
        return session.session_key

    return open_


@pytest.fixture
def listen(served, session_of):
    """`listen(user)`: an open stream of that person, heard from before it returns."""
    ears = []

    def open_(user=None, *, session=None, path="/live/", **headers):
        ear = Ear(served, session or (session_of(user) if user else ""), path, **headers)
        ears.append(ear)
        return ear

    yield open_
    for ear in ears:
        ear.close()


@pytest.fixture
def settled(broker, inside, listen, alice):
    """Waits until the server's ear is at PostgreSQL: what was told before has been heard."""
    from core import live

    def wait():
        ear = listen(alice)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            with inside(broker):
                live.tell("ping", {})
            if ear.hears_nothing(0.2):
                ear.close()
                return
        raise AssertionError("the server hears nothing")

    return wait
