"""The providers, one module each, behind one protocol; a module is imported when it is first used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Protocol
from uuid import UUID

from messaging.enums import Provider
from messaging.letters import Answer, Letter, SendClass


class Channel(Protocol):
    """A provider. Its functions do network calls and nothing else: no database, no clock but timeouts, no retry.

    connect within 3 s, all within 12 s; no redirects followed. They never raise for what a provider does: every
    misbehaviour is an Answer.
    """

    send_class: SendClass
    fields: Sequence[str]
    """The credentials an account needs, by name; labels stand in messaging.forms."""

    def send(self, letter: Letter) -> Answer:
        """Hand one letter over."""
        ...

    def look_up(self, letter: Letter, *, begun_at: datetime) -> Answer:
        """Ask what became of a letter (LOOKUP only): ACCEPTED with its ref, NOT_SENT when absent, UNKNOWN."""
        ...

    def check(self, sender: str, credentials: Mapping[str, str]) -> Answer:
        """Whether the credentials work; sends nothing. ACCEPTED with the provider's name of us, or why not."""
        ...


_MODULES = {
    Provider.SANDBOX: "messaging.channels.sandbox",
    Provider.SMTP: "messaging.channels.smtp",
    Provider.ANYMAIL: "messaging.channels.anymail",
    Provider.TWILIO: "messaging.channels.twilio",
    Provider.TELEGRAM: "messaging.channels.telegram",
}


@cache
def of(provider: str) -> Channel:
    """The channel of a provider."""
    found: Channel = import_module(_MODULES[Provider(provider)]).channel
    return found


def message_id(message: UUID, domain: str) -> str:
    """The Message-ID of a message: the same for each attempt, so that receivers drop a second copy."""
    return f"<{message}@{domain}>"
