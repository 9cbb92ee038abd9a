"""What an exchange with a provider means for us; the same reading for all of them (docs/channels.md has the table)."""

import re
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from core import destinations, wire
from messaging.letters import Answer, Outcome

PATIENCE = wire.Patience(connect=3, total=12, read_bytes=1_000_000)
"""Three seconds under a worker's lease: who was still waiting when it ended would be taken for dead."""
MOST_WAIT = timedelta(hours=1)
_CODE, _DETAIL, _REF = 40, 300, 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
_UNREACHED = (
    (destinations.Unsuitable, "forbidden"),
    (ssl.SSLError, "tls"),
    (socket.gaierror, "dns"),
    (UnicodeError, "dns"),
    (TimeoutError, "connect_timeout"),
)


def accepted(ref: object, *, status: int | None = None) -> Answer:
    """The provider has it under this name."""
    return Answer(Outcome.ACCEPTED, ref=clean(ref, _REF), status=status)


def refused(status: int, code: object, detail: object, *, wait: timedelta | None = None) -> Answer:
    """An answer that is no success: later, never, or nobody can tell."""
    outcome = Outcome.UNKNOWN
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        outcome, wait = Outcome.LATER, wait or timedelta(seconds=1)
    elif 400 <= status < 500 and status != HTTPStatus.REQUEST_TIMEOUT:  # noqa: PLR2004 -- the class of the status
        outcome = Outcome.REJECTED
    wait = wait if outcome is Outcome.LATER else None
    return Answer(outcome, code=clean(code, _CODE), detail=clean(detail, _DETAIL), status=status, wait=wait)


def unknown(code: str, detail: object = "", *, status: int | None = None) -> Answer:
    """Nobody can tell."""
    return Answer(Outcome.UNKNOWN, code=code, detail=clean(detail, _DETAIL), status=status)


def broken(error: BaseException) -> Answer:
    """An exchange that ended without an answer: it never left, or nobody can tell."""
    if isinstance(error, wire.Unreached):
        return Answer(Outcome.NOT_SENT, code=unreached(error.__cause__))
    return unknown("timeout" if isinstance(error, TimeoutError) else "broken")


def unreached(error: BaseException | None) -> str:
    """Why nobody was reached, in a word that messaging.faults explains."""
    return next((code for kind, code in _UNREACHED if isinstance(error, kind)), "refused")


def retry_after(headers: Mapping[str, str], *, now: datetime | None = None) -> timedelta | None:
    """What Retry-After asks for: seconds or a date, an hour at most; None where it says nothing sensible."""
    said = headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return capped(int(said[:9]))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return capped((until - (now or datetime.now(UTC))).total_seconds())


def capped(seconds: object) -> timedelta | None:
    """A wait of so many seconds, between one and an hour; None for what is no number."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or seconds != seconds:  # noqa: PLR0124 -- NaN
        return None
    return timedelta(seconds=min(max(seconds, 1), MOST_WAIT.total_seconds()))


def clean(value: object, most: int) -> str:
    """A stranger's text as a column holds it."""
    return _CONTROL.sub(" ", str(value or ""))[:most].strip()
