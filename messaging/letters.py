"""What is handed to a channel and what comes back: plain values, so that channels touch no database.

outbox.begin → Letter → channel.send → Answer → outbox.record
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

from messaging.enums import Status


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on its way through one attempt. `attempt` is all the provider learns of us besides the text."""

    attempt: UUID
    message: UUID
    channel: str
    sender: str
    """The account's own address: a number, an e-mail address, a bot."""
    to: str
    body: str
    credentials: Mapping[str, str] = field(repr=False)
    subject: str = ""
    html: str = ""
    content_sid: str = ""
    content_variables: Mapping[str, str] = field(default_factory=dict)
    callback: str = ""
    """Where the provider reports what became of it; carries the attempt."""
    unsubscribe: str = ""
    """Where one click takes the person off the list; empty where that makes no sense."""
    reply_to: str = ""
    taken: frozenset[str] = frozenset()
    """Where a lost answer is looked up: the names of other messages, which cannot be this one's."""


class Outcome(Enum):
    """What a channel knows about a try."""

    ACCEPTED = "accepted"  # the provider has it, and said by which name
    REJECTED = "rejected"  # the provider will never take it
    LATER = "later"  # provably not taken; the provider says when to come again
    NOT_SENT = "not sent"  # provably never left: refused, no such host, no handshake
    UNKNOWN = "unknown"  # everything else: timeouts, 5xx, cut connections, answers that make no sense


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try. `code` is the provider's own; messaging.faults says it in words."""

    outcome: Outcome
    ref: str = ""
    code: str = ""
    detail: str = ""
    status: int | None = None
    wait: timedelta | None = None
    """How long the provider wants to be left alone; the whole account waits."""


class SendClass(Enum):
    """What can be learnt about a try whose answer was lost (docs/sending.md)."""

    LOCAL = "local"  # it never leaves the house: sent and recorded in one transaction
    LOOKUP = "lookup"  # the provider can be asked
    ECHO = "echo"  # the provider calls back with the attempt
    BLIND = "blind"  # nobody will ever tell


@dataclass(frozen=True, slots=True)
class Report:
    """What a provider tells by itself: SENT, DELIVERED, READ or FAILED with its code."""

    status: Status
    at: datetime
    attempt: UUID | None = None
    """Our key, where it came back."""
    ref: str = ""
    """The provider's name of the message."""
    code: str = ""
