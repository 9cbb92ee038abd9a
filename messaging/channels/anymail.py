"""E-mail through a provider's HTTP interface, by django-anymail. Its reports carry our try's key in their metadata."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import requests
from anymail.exceptions import AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.utils.module_loading import import_string
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

from core import wire
from messaging.channels import answers, mail
from messaging.channels.esps import ESPS, Esp
from messaging.letters import Answer, Letter, Outcome, SendClass


class Anymail:
    """One key at one provider."""

    send_class = SendClass.ECHO
    fields: Sequence[str] = ("esp", "api_key", "domain", "from_name")

    def send(self, letter: Letter) -> Answer:
        """Hand one e-mail over."""
        try:
            composed = mail.compose(letter)
        except mail.BadAddress:
            return Answer(Outcome.REJECTED, code="bad_address")
        composed.metadata = {"attempt": str(letter.attempt)}  # type: ignore[attr-defined] # anymail reads it
        esp = ESPS.get(letter.credentials.get("esp", ""))
        if esp is None:
            return Answer(Outcome.REJECTED, code="no_provider")
        adapter = _Wired()
        try:
            return _send(_backend(esp, letter.credentials), composed, adapter)
        except Exception as error:  # noqa: BLE001 -- whatever a provider provokes is its answer
            return _failed(error, adapter)

    def look_up(self, letter: Letter, *, begun_at: datetime) -> Answer:
        """They are not asked: they report."""
        return answers.unknown("echo")

    def check(self, sender: str, credentials: Mapping[str, str]) -> Answer:
        """Read what the key may read anyway."""
        esp = ESPS.get(credentials.get("esp", ""))
        if esp is None:
            return Answer(Outcome.REJECTED, code="no_provider")
        url = _stand_in(esp.asks.format(domain=quote(credentials.get("domain", ""), safe="")))
        signed = esp.signs(credentials.get("api_key", ""))
        try:
            reply = wire.request("GET", url, b"", {"Accept": "application/json", **signed}, patience=answers.PATIENCE)
        except Exception as error:  # noqa: BLE001 -- the same
            return answers.broken(error)
        if HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES:
            return answers.accepted(esp.label)
        return _refused(reply)


channel = Anymail()


class _Wired(BaseAdapter):
    """What anymail's session sends through: core.wire instead of a pool of kept connections."""

    def __init__(self) -> None:
        super().__init__()
        self.last: wire.Reply | None = None
        self.failure: Exception | None = None

    def send(self, request: requests.PreparedRequest, *_args: Any, **_kwargs: Any) -> requests.Response:  # noqa: ANN401
        """One request of the session, which is the only one."""
        body = request.body.encode() if isinstance(request.body, str) else bytes(request.body or b"")  # type: ignore[arg-type] # nobody streams here
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() != "accept-encoding"}
        try:
            url = _stand_in(str(request.url))
            self.last = wire.request(str(request.method), url, body, headers, patience=answers.PATIENCE)
        except Exception as error:
            self.failure = error
            raise requests.ConnectionError from error
        made = requests.Response()
        made.status_code, made.headers = self.last.status, CaseInsensitiveDict(self.last.headers)
        made._content, made.encoding = self.last.body, "utf-8"  # noqa: SLF001 -- how its own tests make one
        made.request, made.url = request, str(request.url)
        return made

    def close(self) -> None:
        """Nothing is kept open."""


def _backend(esp: Esp, credentials: Mapping[str, str]) -> Any:  # noqa: ANN401 -- one of anymail's classes
    wanted: dict[str, Any] = {esp.key: credentials.get("api_key", "")}
    if esp.needs_domain:
        wanted["sender_domain"] = credentials.get("domain", "")
    return import_string(esp.backend)(ignore_unsupported_features=True, **wanted)


def _send(backend: Any, composed: Any, adapter: _Wired) -> Answer:  # noqa: ANN401 -- anymail has no types
    backend.open()
    try:
        backend.session.trust_env, backend.session.max_redirects = False, 0
        backend.session.mount("https://", adapter)
        backend.send_messages([composed])
    finally:
        backend.close()
    if not composed.anymail_status.message_id:
        return _failed(AnymailError(), adapter)
    return answers.accepted(composed.anymail_status.message_id, status=HTTPStatus.OK)


def _failed(error: Exception, adapter: _Wired) -> Answer:
    """What came of a request that was no success; one that was never made cannot be."""
    if adapter.failure is not None:
        return answers.broken(adapter.failure)
    if adapter.last is None:
        return Answer(Outcome.REJECTED, code="not_composed", detail=type(error).__name__)
    if adapter.last.status >= HTTPStatus.BAD_REQUEST:
        return _refused(adapter.last)
    if isinstance(error, AnymailRecipientsRefused):
        return Answer(Outcome.REJECTED, code="recipient_refused", status=adapter.last.status)
    return answers.unknown("garbage", status=adapter.last.status)


def _refused(reply: wire.Reply) -> Answer:
    """A refusal with whatever the provider calls code and message."""
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    code = said.get("ErrorCode") or said.get("code") or reply.status
    detail = said.get("Message") or said.get("message") or ""
    return answers.refused(reply.status, code, detail, wait=answers.retry_after(reply.headers))


def _stand_in(url: str) -> str:
    """The provider's address, or that of a test's stand-in."""
    if not settings.MAIL_API_BASE_URL:
        return url
    other = urlsplit(settings.MAIL_API_BASE_URL)
    return urlunsplit(urlsplit(url)._replace(scheme=other.scheme, netloc=other.netloc))
