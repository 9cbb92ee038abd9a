"""A simulation as the page shows it: figures, a calendar, its days, and each lead's line of time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone

from accounts.models import User
from campaigns import words
from campaigns.enums import StepAction
from campaigns.simulation import Line, Outcome, Way
from campaigns.simulation.outcome import LEFT, SENT, SKIPPED
from messaging.gate.words import Words
from templates_app.enums import TemplateChannel

_WAYS_A_PAGE = 100
_LINES_A_DAY = 100
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Told:
    """A line with its lead, its step's name, and the hour there where that is another one."""

    way: Way
    line: Line
    action: str
    channel: str
    there: datetime | None = None

    @property
    def look(self) -> str:
        """Of its result, among the looks of log rows."""
        return "sent" if self.line.became == SENT else "skipped" if self.line.became == SKIPPED else "failed"


@dataclass(slots=True)
class Day:
    """A day of the calendar. `inside` is false before the beginning and after the end."""

    day: date
    inside: bool
    sent: int = 0
    kept: int = 0
    left: int = 0
    reasons: Sequence[tuple[Words, int]] = ()
    lines: list[Told] = field(default_factory=list)
    more: int = 0

    @property
    def busy(self) -> bool:
        """Whether anything happens."""
        return bool(self.lines)


def told(outcome: Outcome, user: User, *, page: int = 1, lead: str = "") -> dict[str, Any]:
    """What the template shows, in the days of whoever looks; a lead that is asked for stands first."""
    outcome.zone = str(user.zone)
    days = _days(outcome)
    ways = sorted(
        outcome.ways, key=lambda way: (way.public_id != lead, not way.lines, way.name.casefold(), way.lead_id)
    )
    first = (page - 1) * _WAYS_A_PAGE
    said = outcome.wait_words()
    shown = ways[first : first + _WAYS_A_PAGE]
    return {
        "outcome": outcome,
        "entered": len(outcome.entered),
        "refused": len(outcome.ways) - len(outcome.entered),
        "kept": outcome.reasons().total() - sum(bool(way.refused) for way in outcome.ways),
        "exits": _said(outcome.exits().items(), outcome),
        "reasons": _said(outcome.reasons().items(), outcome),
        "waits": [(said[code], times) for code, times in outcome.waits().most_common()],
        "weeks": [days[at : at + _WEEK] for at in range(0, len(days), _WEEK)],
        "days": [day for day in days if day.busy],
        "ways": [(way, [_told(way, line) for line in way.lines], words.of(way.refused)) for way in shown],
        "page": page,
        "paged": len(ways) > _WAYS_A_PAGE,
        "before": page - 1 if page > 1 else None,
        "after": page + 1 if first + _WAYS_A_PAGE < len(ways) else None,
    }


def _days(outcome: Outcome) -> list[Day]:
    """Whole weeks, Monday first, up to the last day on which something happens."""
    lines = sorted(
        (_told(way, line) for way in outcome.ways for line in way.lines if _matters(line)),
        key=lambda each: (each.line.at, each.way.lead_id),
    )
    begins = outcome.day_of(outcome.start)
    last = outcome.day_of(lines[-1].line.at) if lines else begins
    monday = begins - timedelta(days=begins.weekday())
    ends = last + timedelta(days=_WEEK - 1 - last.weekday())
    found = {}
    for ahead in range((ends - monday).days + 1):
        day = monday + timedelta(days=ahead)
        found[day] = Day(day, inside=begins <= day <= outcome.day_of(outcome.until))
    for each in lines:
        found[outcome.day_of(each.line.at)].lines.append(each)
    for each_day in found.values():
        _count(each_day, outcome)
    return list(found.values())


def _matters(line: Line) -> bool:
    """What a calendar of messages shows: those that leave, those that do not, and who leaves."""
    return line.is_message or line.became != SENT


def _count(day: Day, outcome: Outcome) -> None:
    became = Counter(each.line.became for each in day.lines)
    day.sent, day.kept, day.left = became[SENT], became[SKIPPED], became[LEFT]
    why = Counter(each.line.reason for each in day.lines if each.line.reason)
    day.reasons = _said(why.items(), outcome)
    day.more = max(0, len(day.lines) - _LINES_A_DAY)
    day.lines = day.lines[:_LINES_A_DAY]


def _said(counted: Iterable[tuple[str, int]], outcome: Outcome) -> list[tuple[Words, int]]:
    """Reasons in words with how often, the most frequent first; two that say the same are one."""
    traces = {line.reason: line.trace for way in outcome.ways for line in way.blocks}
    found: Counter[Words] = Counter()
    for reason, times in counted:
        found[words.of(reason, traces.get(reason))] += times
    return found.most_common()


def _told(way: Way, line: Line) -> Told:
    there = None
    if line.zone:
        local = line.at.astimezone(ZoneInfo(line.zone))
        there = local if local.utcoffset() != timezone.localtime(line.at).utcoffset() else None
    channel = str(TemplateChannel(line.channel).label) if line.channel else ""
    return Told(way, line, str(StepAction(line.action).label), channel, there)
