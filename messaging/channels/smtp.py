"""E-mail through a server of the brokerage's own. Once the text has gone, a lost answer can mean anything."""

import re
import smtplib
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from core import destinations, wire
from messaging.channels import answers, mail
from messaging.letters import Answer, Letter, Outcome, SendClass

PORTS = frozenset({25, 465, 587, 2525})
_GREETING, _CLOSING, _GOOD, _FOR_EVER = 220, 421, (250, 251), 500
_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_MOST_SAID = 100_000


class Smtp:
    """One mailbox at one server."""

    send_class = SendClass.BLIND
    fields: Sequence[str] = ("host", "port", "security", "user", "password", "from_name")

    def send(self, letter: Letter) -> Answer:
        """Hand one e-mail over."""
        try:
            composed = mail.compose(letter)
            sender = mail.address(letter.sender)
        except mail.BadAddress:
            return Answer(Outcome.REJECTED, code="bad_address")
        text = composed.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg] # Django's own
        ref = composed.extra_headers["Message-ID"]
        return _during(letter.credentials, lambda session: session.deliver(sender, composed.to[0], text, ref))

    def look_up(self, letter: Letter, *, begun_at: datetime) -> Answer:
        """Servers tell nobody what they took."""
        return answers.unknown("blind")

    def check(self, sender: str, credentials: Mapping[str, str]) -> Answer:
        """Sign in, and say no more."""
        return _during(credentials, lambda _session: answers.accepted(credentials.get("host", "")))


channel = Smtp()


def _during(credentials: Mapping[str, str], act: Callable[["_Session"], Answer]) -> Answer:
    """Do something in a conversation; what breaks before the text went has sent nothing."""
    try:
        session = _Session(credentials)
    except Exception as error:  # noqa: BLE001 -- whatever a server provokes is its answer
        return _unsent(error)
    try:
        return act(session)
    except Exception as error:  # noqa: BLE001 -- the same
        refused = not session.is_under_way or isinstance(error, smtplib.SMTPDataError)  # it did not want the text
        return _unsent(error) if refused else answers.broken(error)
    finally:
        session.leave()


class _Session(smtplib.SMTP):
    """A conversation with one deadline, to an address that was checked, up to where mail can be handed over."""

    is_under_way = False
    """Whether the text of a mail may have gone."""

    def __init__(self, credentials: Mapping[str, str]) -> None:
        self.until = time.monotonic() + answers.PATIENCE.total
        super().__init__(local_hostname=urlsplit(settings.PUBLIC_URL).hostname or "localhost")
        self.security = credentials.get("security") or "starttls"
        self._host = credentials.get("host", "").strip().lower()  # what TLS proves
        port = int(credentials.get("port") or 587)
        if self.security == "none" or port not in PORTS:
            destinations.only_in_development()
        try:
            self._sign_in(port, credentials.get("user", ""), credentials.get("password", ""))
        except BaseException:
            self.close()
            raise

    def _sign_in(self, port: int, user: str, password: str) -> None:
        code, said = self.connect(self._host, port)
        if code != _GREETING:
            raise smtplib.SMTPConnectError(code, said)
        self.ehlo_or_helo_if_needed()
        if self.security == "starttls":
            self.starttls(context=wire.tls())
            self.ehlo_or_helo_if_needed()
        if not (user + password).isascii():
            raise smtplib.SMTPAuthenticationError(535, b"Only plain letters can be sent.")
        if user:
            self.login(user, password)

    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:  # smtplib's own hook
        plain = wire.connect(host, port, patience=answers.PATIENCE, until=self.until, resolver=destinations.resolve)
        if self.security != "tls":
            return plain
        try:
            return wire.tls().wrap_socket(plain, server_hostname=host)
        except OSError:
            plain.close()
            raise

    def send(self, s: Any) -> None:  # noqa: ANN401 -- text or bytes
        """Send all of it in time."""
        if self.sock is not None:
            self.sock.settimeout(wire.left(self.until))
        super().send(s)

    def getreply(self) -> tuple[int, bytes]:
        """Read one reply in time, and not without end."""
        if self.file is None and self.sock is not None:
            self.file = wire.Timed(self.sock, self.until, _MOST_SAID).makefile("rb")
        return super().getreply()

    def deliver(self, sender: str, to: str, text: bytes, ref: str) -> Answer:
        """One e-mail to one person, command by command: which of them failed says what became of it."""
        commands: Sequence[Callable[[], tuple[int, bytes]]] = (lambda: self.mail(sender), lambda: self.rcpt(to))
        for command in commands:
            code, said = command()
            if code not in _GOOD:
                return _refused(code, said) if code >= HTTPStatus.BAD_REQUEST else _nothing("garbage")
        self.is_under_way = True
        code, said = self.data(text)
        return answers.accepted(ref, status=code) if code in _GOOD else _refused(code, said)

    def leave(self) -> None:
        """Say goodbye; how that goes changes nothing any more."""
        with suppress(OSError, smtplib.SMTPException):
            self.quit()
        self.close()


def _unsent(error: BaseException) -> Answer:
    """A conversation that broke before the text went: nothing left, or the server said why not."""
    if isinstance(error, smtplib.SMTPResponseException):
        is_reply = error.smtp_code >= HTTPStatus.BAD_REQUEST and isinstance(error.smtp_error, bytes)
        return _refused(error.smtp_code, error.smtp_error) if is_reply else _nothing("garbage")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _nothing("tls")
    return _nothing(answers.unreached(error))


def _nothing(code: str) -> Answer:
    return Answer(Outcome.NOT_SENT, code=code)


def _refused(code: int, said: bytes | str) -> Answer:
    """A refusal: 5xx for ever, 4xx for now; 421 means the whole server. Both are answers: nothing was taken."""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    enhanced = _ENHANCED.match(text)
    word = answers.clean(f"{code} {enhanced[1]}" if enhanced else code, 40)
    detail = answers.clean(text, 300)
    if code >= _FOR_EVER:
        return Answer(Outcome.REJECTED, code=word, detail=detail, status=code)
    if code < HTTPStatus.BAD_REQUEST:
        return answers.unknown("garbage", text, status=code)
    wait = timedelta(minutes=1) if code == _CLOSING else None
    return Answer(Outcome.LATER, code=word, detail=detail, status=code, wait=wait)
