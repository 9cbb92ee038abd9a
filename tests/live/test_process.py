"""The stream and the life of its process: gaps, sessions that end, a stop, browsers that take nothing."""

import signal
import socket
import time
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from accounts import listening
from core import live
from tests import server
from tests.live.conftest import Ear

_TERMINATE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE application_name = 'corredor-live' AND datname = current_database()
"""


@pytest.fixture(scope="session")
def watchful(django_db_setup, django_db_blocker):
    """A process that looks every second at who may still listen, and sends a comment twice a second."""
    with django_db_blocker.unblock(), server.running(LIVE_RECHECK="1", LIVE_HEARTBEAT="0.5") as (_process, url):
        yield url


@pytest.fixture
def served(watchful):
    return watchful


def test_signed_out_deactivated_demoted_and_closed_are_cut(listen, session_of, broker, make_user, alice, bob):
    dora, stays = make_user("dora@andes.cl", broker), make_user("eva@andes.cl", broker)
    out, gone, demoted, kept = listen(bob), listen(dora), listen(alice), listen(stays)
    SessionStore(out.session).delete()
    dora.is_active = False
    dora.save()
    alice.role = "agent"
    alice.save()
    for ear in (out, gone, demoted):
        assert ear.ended.wait(5)
    assert not kept.ended.is_set()
    broker.is_active = False
    broker.save()
    assert kept.ended.wait(5)


def test_silent_stream_is_kept_open_by_comments(listen, alice):
    ear = listen(alice)
    time.sleep(1.3)
    assert ear.comments >= 2


def test_lost_connection_is_made_anew_and_pages_are_told_of_the_gap(listen, settled, inside, broker, alice):
    settled()
    ear = listen(alice)
    with connection.cursor() as cursor:
        cursor.execute(_TERMINATE)
        assert cursor.fetchone()[0] >= 1
    assert ear.next() == ("gap", {})
    with inside(broker):
        live.tell("leads", live.MANY)
    assert ear.next() == ("leads", {"many": True, "page": ""})


def test_browser_that_takes_nothing_is_cut_and_the_others_hear_on(
    served, session_of, listen, inside, broker, alice, bob
):
    parts = urlsplit(served)
    slow = socket.create_connection((parts.hostname, parts.port))
    slow.sendall(
        f"GET /live/ HTTP/1.1\r\nHost: x\r\nCookie: {settings.SESSION_COOKIE_NAME}={session_of(alice)}\r\n\r\n".encode()
    )
    slow.recv(100)
    quick = listen(bob)
    for _ in range(40):
        for _ in range(40):
            with inside(broker):
                live.tell("leads", {"x": "y" * 7000})
        time.sleep(0.05)
    heard = sum(1 for _ in range(1600) if quick.next())
    assert heard == 1600
    slow.settimeout(10)
    _read_to_the_end(slow)


def _read_to_the_end(peer):
    """Until the other side has closed; raises TimeoutError when it does not."""
    with suppress(ConnectionResetError), peer:
        while peer.recv(1 << 16):
            pass


def test_stop_ends_open_streams_at_once(listen, session_of, alice, django_db_blocker):
    with server.running() as (process, url):
        ears = [Ear(url, session_of(alice)) for _ in range(5)]
        assert [ear.status for ear in ears] == [200] * 5
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(5) in {0, -signal.SIGTERM}
        took = time.monotonic() - began
        for ear in ears:
            assert ear.ended.wait(1)
            ear.close()
    assert took < 3


def test_who_may_go_on_is_two_statements_however_many_listen(alice, bob, session_of, django_assert_num_queries):
    listeners = {listening.who(session_of(user)) for user in (alice, alice, bob)}
    with django_assert_num_queries(2):
        assert listening.still_there(listeners) == listeners
