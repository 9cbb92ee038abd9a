"""What the gate's checks look at: everything about one message, as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from accounts.models import Broker
from core.actors import ActorKind
from crm import consent
from crm.models import Lead
from messaging.enums import Provider
from messaging.gate.hours import FREE, Clock
from messaging.gate.rules import ALWAYS
from messaging.models import (
    ChannelAccount,
    ChannelIdentity,
    ChannelMeter,
    ContactLimits,
    Conversation,
    Message,
    SendScope,
    Suppression,
)
from templates_app.models import TemplateVersion

PEOPLE = frozenset({ActorKind.USER, ActorKind.PLATFORM})


@dataclass(frozen=True, slots=True)
class Sent:
    """An earlier message to the same lead that left, or may have: no replies."""

    at: datetime
    purpose: str
    automatic: bool


@dataclass(frozen=True, slots=True)
class Today:
    """How many messages all accounts of the brokerage began on a day of theirs."""

    day: date | None = None
    begun: int = 0


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known about one message when the gate is asked."""

    message: Message
    account: ChannelAccount | None
    scope: SendScope | None
    lead: Lead
    broker: Broker
    clock: Clock
    limits: ContactLimits | None = None
    meter: ChannelMeter | None = None
    today: Today = Today()
    ledger: consent.Ledger = consent.EMPTY
    suppressions: Sequence[Suppression] = ()
    conversation: Conversation | None = None
    version: TemplateVersion | None = None
    identity: ChannelIdentity | None = None
    sent: Sequence[Sent] = ()
    """Newest first."""
    ahead: int = 0
    """Messages to the same lead, no replies, that are being judged with this one, before it."""
    before: int = 0
    """Messages of the same account that are being judged with this one, before it."""
    heard: Mapping[int, datetime] = field(default_factory=dict)
    """When the lead last wrote, by the account it wrote to."""
    shut: Mapping[int, datetime] = field(default_factory=dict)
    """When a provider last refused free text to the lead, by the account."""

    @property
    def is_automatic(self) -> bool:
        """Whether no person wrote it."""
        return self.message.by_kind not in PEOPLE

    @property
    def heard_at(self) -> datetime | None:
        """When the lead last wrote, wherever."""
        return max(self.heard.values(), default=None)

    @property
    def heard_here(self) -> datetime | None:
        """When the lead last wrote to the account this message leaves from."""
        return self.heard.get(self.message.account_id)

    @property
    def is_shut(self) -> bool:
        """Whether the provider refused free text since the lead last wrote here, whatever our clock says."""
        heard, shut = self.heard_here, self.shut.get(self.message.account_id)
        return shut is not None and (heard is None or shut > heard)

    @property
    def plays(self) -> bool:
        """Whether it only rings a simulated phone of the demo brokerage, at any hour."""
        return bool(
            self.limits and self.limits.always_open and self.account and self.account.provider == Provider.SANDBOX
        )

    @property
    def hours(self) -> Clock:
        """When it may leave: what only plays keeps to its campaign's hours alone."""
        return replace(self.clock, rules=ALWAYS, own=FREE) if self.plays else self.clock
