"""What Twilio's SDK sends its requests through: core.wire instead of a pool of kept connections."""

import base64
import time
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

from django.conf import settings
from twilio.http import HttpClient
from twilio.http.response import Response

from core import wire


class Wire(HttpClient):  # type: ignore[misc] # the SDK ships no types
    """One connection a request, one deadline for all of them, no retry, no redirect and no log."""

    def __init__(self, patience: wire.Patience) -> None:
        self.is_async = False
        self.patience = patience
        self.until: float | None = None
        self.last: wire.Reply | None = None
        """The answer to the last request; None while there is none."""

    def request(
        self,
        method: str,
        uri: str,
        params: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        """Send one request of the SDK."""
        self.last = None
        self.until = self.until or time.monotonic() + self.patience.total  # not before: the SDK imports much at first
        said = dict(headers or {})
        if auth:
            said["Authorization"] = "Basic " + base64.b64encode(":".join(auth).encode()).decode()
        body = urlencode(_given(data), doseq=True).encode()
        patience = wire.Patience(self.patience.connect, wire.left(self.until), self.patience.read_bytes)
        self.last = wire.request(method, _url(uri, params), body, said, patience=patience)
        return Response(self.last.status, self.last.body.decode("utf-8", "replace"), self.last.headers)


def _given(values: Mapping[str, object] | None) -> dict[str, object]:
    return {name: value for name, value in (values or {}).items() if isinstance(value, str | int | list)}


def _url(uri: str, params: Mapping[str, object] | None) -> str:
    """The SDK's address with its query; at the stand-in of a test where there is one."""
    parts = urlsplit(uri)
    query = "&".join(filter(None, [parts.query, urlencode(_given(params), doseq=True)]))
    if settings.TWILIO_BASE_URL:
        stand_in = urlsplit(settings.TWILIO_BASE_URL)
        parts = parts._replace(scheme=stand_in.scheme, netloc=stand_in.netloc)
    return urlunsplit(parts._replace(query=query))
