"""News of the messages, for the apps above."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from messaging.models import Message


@dataclass(frozen=True, slots=True)
class MessagesSettled:
    """Outbound messages got a new state: sent, delivered, failed, suppressed, unconfirmed… They are as stored."""

    messages: Sequence[Message]
    at: datetime


@dataclass(frozen=True, slots=True)
class MessageReceived:
    """A lead wrote. Consent, conversation and contact are recorded already."""

    message: Message
    at: datetime
