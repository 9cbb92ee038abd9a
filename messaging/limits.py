"""What a brokerage adds to its country's rules, and the switch that stops everything."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction

from accounts.models import Broker
from core import audit
from core.actors import Actor
from crm.enums import ConsentPurpose
from messaging.gate import rules
from messaging.gate.history import MOST_COUNTED
from messaging.gate.hours import Clock, Own
from messaging.gate.rules import Rule, Rules
from messaging.models import ContactLimits

MOST_A_WEEK = MOST_COUNTED
_WEEK = 7


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an admin may set. Nothing set leaves the country's rule alone."""

    opens: time | None = None
    closes: time | None = None
    days: tuple[int, ...] = ()
    per_day: int | None = None
    per_week: int | None = None
    daily_budget: int | None = None


class Looser(ValueError):
    """The brokerage wants more than its country allows; `field` is which, `bound` what the country says."""

    def __init__(self, field: str, bound: time | None = None) -> None:
        super().__init__(field)
        self.field = field
        self.bound = bound


class NoHourLeft(ValueError):
    """With these hours and days no moment of the week is left for a purpose."""

    def __init__(self, purpose: str) -> None:
        super().__init__(purpose)
        self.purpose = purpose


def of_brokerage() -> ContactLimits:
    """The brokerage's own limits; an unsaved row without any while nothing was set."""
    return ContactLimits.objects.first() or ContactLimits()


def save(wanted: Wanted, *, broker: Broker, by: Actor, now: datetime) -> ContactLimits:
    """Store the brokerage's own limits. Raises Looser and NoHourLeft: they only tighten, and leave something."""
    _check(wanted, list(in_force(broker.country, now.astimezone(broker.zone).date())))
    with audit.by(by), transaction.atomic():
        row = _held(by, now)
        row.opens, row.closes, row.days = wanted.opens, wanted.closes, list(wanted.days)
        row.per_day, row.per_week, row.daily_budget = wanted.per_day, wanted.per_week, wanted.daily_budget
        _store(row, by, now)
    return row


def stop(*, by: Actor, now: datetime) -> ContactLimits:
    """Let nothing of the brokerage leave from now on, whoever wrote it; returns once nobody is just about to send.

    What becomes due meanwhile is not sent, and not later either.
    """
    with audit.by(by), transaction.atomic():
        row = _held(by, now)
        if row.stopped_at is None:
            row.stopped_at = now
            _store(row, by, now)
            audit.note("sending.stopped", by=by, now=now)
    return row


def resume(*, by: Actor, now: datetime) -> ContactLimits:
    """Let messages leave again."""
    with audit.by(by), transaction.atomic():
        row = _held(by, now)
        if row.stopped_at is not None:
            row.stopped_at = None
            _store(row, by, now)
            audit.note("sending.resumed", by=by, now=now)
    return row


def open_always(*, by: Actor, now: datetime) -> ContactLimits:
    """For the demo brokerage: its simulated phones ring at any hour. It opens nothing for a real provider."""
    with audit.by(by), transaction.atomic():
        row = _held(by, now)
        row.always_open = True
        _store(row, by, now)
    return row


def in_force(country: str, day: date) -> Iterator[Rule]:
    """The country's rules on a day, for all channels and for those that differ; the strictest of all without any."""
    every = rules.load()
    for purpose in ConsentPurpose:
        for channel in dict.fromkeys(["", *(each.channel for each in every if each.country == country)]):
            rule = rules.pick(every, country=country, channel=channel, purpose=purpose).on(day)
            if rule is not None and (not channel or rule.channel == channel):
                yield rule


def coming(country: str, day: date) -> list[Rule]:
    """The country's rules that are not in force yet: without a date, or of a later day."""
    return [each for each in rules.load() if each.country == country and (each.starts is None or each.starts > day)]


def _check(wanted: Wanted, found: list[Rule]) -> None:
    if not found:
        return
    earliest, latest = min(each.opens for each in found), max(each.closes for each in found)
    if wanted.opens and wanted.opens < earliest:
        raise Looser("opens", earliest)
    if wanted.closes and wanted.closes > latest:
        raise Looser("closes", latest)
    if not frozenset(wanted.days) <= frozenset().union(*(each.days for each in found)):
        raise Looser("days")
    for rule in found:
        if not _leaves_an_hour(rule, Own(wanted.opens, wanted.closes, frozenset(wanted.days))):
            raise NoHourLeft(rule.purpose)


def _leaves_an_hour(rule: Rule, own: Own) -> bool:
    """Whether some day of a week is left, holidays aside."""
    clock = Clock(Rules(rule.country, (rule,)), (), "", own)
    first = (rule.starts or date.min) + timedelta(days=1)
    return any(clock.span(first + timedelta(days=day)) for day in range(_WEEK))


def _held(by: Actor, now: datetime) -> ContactLimits:
    """The row, made when there is none, held until the transaction ends: whoever sends holds it too."""
    ContactLimits.objects.get_or_create(defaults={"updated_at": now, **by.columns()})
    return ContactLimits.objects.select_for_update().get()


def _store(row: ContactLimits, by: Actor, now: datetime) -> None:
    for name, value in by.columns().items():
        setattr(row, name, value)
    row.updated_at = now
    row.save()
