"""When one may write: pure functions of a rule, a brokerage's own limits, a person's time zones and a moment.

Days are stepped as days of the calendar and an instant is made of each, so that nights of 23 and 25 hours are like
others. Where nobody knows which of several zones a person lives in, it must be a good hour in all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays as calendars

from messaging.gate.rules import Rules

_SATURDAY = 6
_FURTHEST_DAYS = 40
"""How far an opening is looked for: past every string of holidays."""
_MIDNIGHT = time(0)
_END = time(23, 59, 59, 999999)


@dataclass(frozen=True, slots=True)
class Own:
    """What a brokerage, or a campaign, adds: only ever less than the country allows."""

    opens: time | None = None
    closes: time | None = None
    days: frozenset[int] = frozenset()


FREE = Own()


@dataclass(frozen=True, slots=True)
class Clock:
    """Everything that decides about hours but the moment."""

    rules: Rules
    zones: tuple[ZoneInfo, ...]
    calendar: str
    """The country whose holidays count."""
    own: Own = FREE
    scope: Own = FREE
    """When the campaign it belongs to writes."""

    def why_closed(self, now: datetime) -> str:
        """Why one may not write now: holiday, weekday, hours, own_hours, scope_hours, no_rule; empty when one may."""
        return next((why for zone in self.zones if (why := self._closed_in(zone, now))), "")

    def is_open(self, now: datetime) -> bool:
        """Whether one may write at this moment."""
        return not self.why_closed(now)

    def opening(self, now: datetime) -> datetime | None:
        """The first moment from now on at which one may write; None when there is none for weeks."""
        at = now
        until = now + timedelta(days=_FURTHEST_DAYS)
        while at <= until:
            found = [self._opening_in(zone, at) for zone in self.zones]
            if any(each is None for each in found):
                return None
            latest = max(each for each in found if each)
            if latest == at:
                return at
            at = latest
        return None

    def span(self, day: date) -> tuple[time, time] | None:
        """From when until when one may write on a day, by the clock on the wall; None: not at all."""
        return self._span(day, self.own, self.scope)

    def _span(self, day: date, *added: Own) -> tuple[time, time] | None:
        rule = self.rules.on(day)
        if rule is None or any(day.isoweekday() not in days for days in (rule.days, *_named(added))):
            return None
        if not rule.holidays and is_holiday(self.calendar, day):
            return None
        saturday = rule.saturday_closes if day.isoweekday() == _SATURDAY else None
        opens = max(rule.opens, *(each.opens or _MIDNIGHT for each in added), _MIDNIGHT)
        closes = min(rule.closes, saturday or _END, *(each.closes or _END for each in added))
        return (opens, closes) if opens < closes else None

    def _closed_in(self, zone: ZoneInfo, now: datetime) -> str:
        local = now.astimezone(zone)
        day, at = local.date(), local.time()
        if _within(self.span(day), at):
            return ""
        rule = self.rules.on(day)
        if rule is None:
            return "no_rule"
        if not rule.holidays and is_holiday(self.calendar, day):
            return "holiday"
        if day.isoweekday() not in rule.days:
            return "weekday"
        if _within(self._span(day, self.own), at):
            return "scope_hours"
        return "own_hours" if _within(self._span(day), at) else "hours"

    def _opening_in(self, zone: ZoneInfo, now: datetime) -> datetime | None:
        if not self._closed_in(zone, now):
            return now
        today = now.astimezone(zone).date()
        for day in (today + timedelta(days=ahead) for ahead in range(_FURTHEST_DAYS)):
            span = self.span(day)
            opens = instant(day, span[0], zone) if span else None
            if opens and opens > now and not self._closed_in(zone, opens):
                return opens
        return None


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first moment at which a clock on the wall shows this time or later, in UTC.

    Where clocks are put forward some times do not exist: then it is the moment they are put forward at.
    """
    wall = datetime.combine(day, at, zone)
    moment = wall.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == wall.replace(tzinfo=None):
        return moment
    before, after = wall.replace(fold=1).astimezone(UTC), moment  # the clocks change between the two
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) / 2
        before, after = (before, middle) if middle.astimezone(zone).utcoffset() == offset else (middle, after)
    return after.replace(microsecond=0)


def is_holiday(country: str, day: date) -> bool:
    """Whether a day is a public holiday of the whole country."""
    return day in _year(country, day.year)


@lru_cache(maxsize=128)
def _year(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(calendars.country_holidays(country, years=year))
    except NotImplementedError:  # a country nobody keeps a calendar of
        return frozenset()


def _within(span: tuple[time, time] | None, at: time) -> bool:
    return span is not None and span[0] <= at < span[1]


def _named(added: Iterable[Own]) -> list[frozenset[int]]:
    """The days of those that name any."""
    return [each.days for each in added if each.days]


def own_days(days: Iterable[int]) -> frozenset[int]:
    """Days of a brokerage as the clock takes them; none means all."""
    return frozenset(days)
