"""What an event of a provider says, in words of ours; a report about a message of ours is messaging.letters.Report."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any
from uuid import UUID

from messaging.enums import EventKind
from messaging.letters import Report


@dataclass(frozen=True, slots=True)
class Told:
    """One verified event, to be kept under the provider's name of it."""

    key: str
    kind: EventKind
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Somebody wrote. `address` is what the account knows them by: digits, a chat, an e-mail address."""

    ref: str
    """The provider's name of the message: it is heard once."""
    address: str
    at: datetime
    text: str = ""
    subject: str = ""
    name: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    also: tuple[str, ...] = ()
    """Other names of the same person at the account."""
    attachments: tuple[Mapping[str, str], ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What else came with it: the button pressed, the message answered."""
    referral: Mapping[str, str] = field(default_factory=dict)
    """The advertisement that brought them."""
    link: str = ""
    """The digest of the binding link they opened."""


@dataclass(frozen=True, slots=True)
class Door:
    """A person shut the channel from their side, or opened it again."""

    address: str
    is_open: bool


class Complaint(Enum):
    """What a receiver of e-mail told the provider about an address."""

    BOUNCED = "bounced"  # there is no such mailbox
    SPAM = "spam"
    UNSUBSCRIBED = "unsubscribed"


@dataclass(frozen=True, slots=True)
class Returned:
    """Something about an address, and the report that comes with it when the message was ours."""

    address: str
    complaint: Complaint
    attempt: UUID | None = None
    ref: str = ""
    report: Report | None = None


News = Heard | Door | Returned | Report
