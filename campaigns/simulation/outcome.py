"""What a simulation says: for each lead what each step came to and when, in the engine's own codes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from campaigns import words
from messaging.gate import words as gate
from messaging.gate.words import Words

SENT, SKIPPED, LEFT = "sent", "skipped", "left"


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a message did not leave when it might have: a code of the gate, and until when."""

    at: datetime
    until: datetime
    said: Mapping[str, Any]

    @property
    def code(self) -> str:
        """What held it back."""
        return str(self.said.get("code", ""))

    @property
    def words(self) -> Words:
        """The same in words."""
        return gate.of_stored(self.said, at=self.at)


@dataclass(frozen=True, slots=True)
class Line:
    """What one step came to for one lead. `sent`: done, of a message: left. `left`: the lead leaves the campaign."""

    number: int
    action: str
    became: str
    due: datetime
    at: datetime
    reason: str = ""
    channel: str = ""
    subject: str = ""
    body: str = ""
    zone: str = ""
    """Where the person lives, of a message."""
    trace: Mapping[str, Any] = field(default_factory=dict)
    waits: Sequence[Wait] = ()

    @property
    def is_message(self) -> bool:
        """Whether a message leaves."""
        return self.became == SENT and bool(self.channel)

    @property
    def words(self) -> Words:
        """Why, in words."""
        return words.of(self.reason, self.trace)


@dataclass(slots=True)
class Way:
    """A lead's way through the campaign. `refused` says why it does not enter at all, `next_at` where it is cut off."""

    lead_id: int
    public_id: str
    name: str
    refused: str = ""
    lines: list[Line] = field(default_factory=list)
    next_at: datetime | None = None
    ended: str = ""
    """An EndReason, once it is over."""

    @property
    def end(self) -> Words:
        """How it ended, in words."""
        return words.of(f"campaign:{self.ended}" if self.ended else "")

    @property
    def messages(self) -> list[Line]:
        """What it gets."""
        return [line for line in self.lines if line.is_message]

    @property
    def blocks(self) -> list[Line]:
        """What it does not get, or leaves at."""
        return [line for line in self.lines if line.became != SENT]


@dataclass(slots=True)
class Outcome:
    """A simulation. `cut` says that the time ran out before the weeks did. There are no costs: nobody knows prices."""

    start: datetime
    until: datetime
    zone: str
    ways: list[Way] = field(default_factory=list)
    cut: bool = False

    @property
    def sent(self) -> int:
        """How many messages leave."""
        return sum(len(way.messages) for way in self.ways)

    @property
    def entered(self) -> list[Way]:
        """The leads that come in."""
        return [way for way in self.ways if not way.refused]

    def day_of(self, at: datetime) -> date:
        """The brokerage's day of a moment."""
        return at.astimezone(ZoneInfo(self.zone)).date()

    def per_day(self) -> dict[date, Counter[str]]:
        """By the brokerage's day: how many of each became: sent (messages), skipped, left."""
        found: dict[date, Counter[str]] = {}
        for line in self._lines():
            if line.is_message or line.became != SENT:
                found.setdefault(self.day_of(line.at), Counter())[line.became] += 1
        return dict(sorted(found.items()))

    def reasons(self) -> Counter[str]:
        """How often each reason kept a step from being done, or a lead from coming in."""
        kept = Counter(line.reason for line in self._lines() if line.became == SKIPPED)
        return kept + Counter(way.refused for way in self.ways if way.refused)

    def exits(self) -> Counter[str]:
        """How often leads left before the end, by reason."""
        return Counter(line.reason for line in self._lines() if line.became == LEFT)

    def waits(self) -> Counter[str]:
        """How often each rule made a message wait."""
        return Counter(wait.code for line in self._lines() for wait in line.waits)

    def wait_words(self) -> dict[str, Words]:
        """What each of those rules says, at one of its moments, by its code."""
        found = {wait.code: wait for line in self._lines() for wait in line.waits}
        return {code: gate.of_code(code, each.said.get("data"), at=each.at) for code, each in found.items()}

    def _lines(self) -> list[Line]:
        return [line for way in self.ways for line in way.lines]
