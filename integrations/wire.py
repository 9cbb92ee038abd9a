"""One POST to a receiver of webhooks (core.wire does it): whatever happens comes back as an Answer."""

import http.client
import re
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass

import structlog

from core import destinations, wire
from core.destinations import Resolver
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
    patience = wire.Patience(CONNECT_SECONDS, TOTAL_SECONDS, READ_BYTES)
    try:
        reply = wire.request("POST", url, body, headers, patience=patience, resolver=resolver)
        status, text = reply.status, _CONTROL.sub("", reply.body.decode("utf-8", "replace"))[:KEPT_CHARACTERS]
        failure = None if http.HTTPStatus.OK <= status < http.HTTPStatus.MULTIPLE_CHOICES else Failure.STATUS
    except Exception as error:  # noqa: BLE001 -- a stranger's server: whatever it provokes is its answer
        failure = _failure(error.__cause__ if isinstance(error, wire.Unreached) else error)
    return Answer(status, text, failure, round((time.monotonic() - began) * 1000))


def _failure(error: BaseException | None) -> Failure:
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
