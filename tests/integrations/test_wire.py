"""One POST to a server that misbehaves: a plain answer, in bounded time and memory."""

import pytest

from integrations import wire
from integrations.enums import Failure
from tests.integrations import receiver as bad


@pytest.fixture(autouse=True)
def _here(anywhere, impatient):
    pass


@pytest.mark.parametrize(
    ("behaviour", "status", "failure"),
    [
        (bad.status(200), 200, None),
        (bad.status(204, b""), 204, None),
        (bad.status(299), 299, None),
        (bad.status(301, Location="http://127.0.0.1:1/"), 301, Failure.STATUS),
        (bad.status(302, Location="http://169.254.169.254/"), 302, Failure.STATUS),
        (bad.status(400), 400, Failure.STATUS),
        (bad.status(410), 410, Failure.STATUS),
        (bad.status(500, b"boom"), 500, Failure.STATUS),
        (bad.hang, None, Failure.TIMEOUT),
        (bad.drip, None, Failure.TIMEOUT),
        (bad.headers_without_end, None, Failure.BROKEN),
        (bad.continues, None, Failure.TIMEOUT),
        (bad.close, None, Failure.BROKEN),
        (bad.garbage, None, Failure.BROKEN),
        (bad.flood, 200, None),
        (bad.dripping_body, 200, None),
        (bad.chunked_nonsense, 200, None),
    ],
)
def test_a_receiver_that_misbehaves_costs_a_bounded_time(receiver, behaviour, status, failure):
    receiver.answers = behaviour
    answer = wire.post(receiver.url, b"{}", {"X-Mine": "1"})
    assert (answer.status, answer.failure) == (status, failure)
    assert answer.ms < 1500
    assert len(answer.text) <= wire.KEPT_CHARACTERS
    assert len(receiver.seen) == 1


def test_what_is_sent_is_whole(receiver):
    body = '{"á": 1}'.encode() * 50_000
    assert wire.post(receiver.url + "?a=b", body, {"Content-Type": "application/json"}).is_good
    [request] = receiver.seen
    assert (request.line, request.body) == ("POST /hook?a=b HTTP/1.1", body)
    assert request.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert request.headers["connection"] == "close"


def test_nobody_there_is_refused(receiver):
    receiver.stop()
    assert wire.post(receiver.url, b"", {}).failure in {Failure.REFUSED, Failure.BROKEN}


def test_no_tls_there_is_broken(receiver):
    receiver.answers = bad.garbage
    assert wire.post(receiver.url.replace("http:", "https:"), b"", {}).failure in {Failure.BROKEN, Failure.TIMEOUT}


def test_an_answer_keeps_nothing_a_column_cannot_hold(receiver):
    receiver.answers = bad.status(500, b"\x00\xff\x1b[31mrojo\n" + b"\xed\xa0\x80")
    assert "\x00" not in (text := wire.post(receiver.url, b"", {}).text)
    assert "rojo\n" in text
