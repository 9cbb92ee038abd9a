"""How often and how much: what a country allows for one person, what a brokerage adds, and its budgets of a day."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from messaging.gate.evidence import Facts, Sent
from messaging.gate.verdict import FINE, Check, Ruling, Said

_TURN = timedelta(minutes=1)
_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


def caps(facts: Facts, now: datetime) -> Said:
    """Whether the person got enough already: in the last 24 hours, in the last seven days. Answers are free."""
    if facts.message.is_reply or facts.plays:
        return FINE[Check.CAPS]
    found = [said for said in (_of_country(facts, now), *_of_brokerage(facts, now)) if said is not None]
    return max(found, key=lambda each: each.until or now, default=FINE[Check.CAPS])


def budget(facts: Facts, now: datetime) -> Said:
    """Whether the account, and for automatic messages the brokerage, has messages left today (UTC, as meters count)."""
    today = now.astimezone(UTC).date()
    account, meter, limits = facts.account, facts.meter, facts.limits
    if account and account.per_day is not None:
        begun = meter.begun_today if meter and meter.day == today else 0
        if said := _spent("account_full", begun, account.per_day, facts, now):
            return said
    if limits and limits.daily_budget is not None and facts.is_automatic and not facts.message.is_reply:
        begun = facts.today.begun if facts.today.day == today else 0
        if said := _spent("budget_spent", begun, limits.daily_budget, facts, now):
            return said
    return FINE[Check.BUDGET]


def _spent(code: str, begun: int, most: int, facts: Facts, now: datetime) -> Said | None:
    """The wait until tomorrow; with others of the same moment before it, until it is known how many of them left."""
    data = (("most", most),)
    if begun >= most:
        tomorrow = datetime.combine(now.astimezone(UTC).date() + _DAY, time(0), UTC)
        return Said(Check.BUDGET, Ruling.WAIT, code, tomorrow, data)
    if begun + facts.before >= most:
        return Said(Check.BUDGET, Ruling.WAIT, "nearly_spent", now + _TURN, data)
    return None


def _of_country(facts: Facts, now: datetime) -> Said | None:
    rule = facts.clock.rules.on(now.astimezone(facts.clock.zones[0]).date())
    if rule is None or rule.cap is None:
        return None
    most, days = rule.cap
    counted = [each for each in facts.sent if each.purpose == facts.message.purpose]
    return _full("country_cap", counted, (most, timedelta(days=days)), facts, now)


def _of_brokerage(facts: Facts, now: datetime) -> list[Said | None]:
    limits = facts.limits
    if limits is None or not facts.is_automatic:
        return []
    automatic = [each for each in facts.sent if each.automatic]
    wanted = (("own_day_cap", limits.per_day, _DAY), ("own_week_cap", limits.per_week, _WEEK))
    return [_full(code, automatic, (most, span), facts, now) for code, most, span in wanted if most is not None]


def _full(code: str, sent: Sequence[Sent], cap: tuple[int, timedelta], facts: Facts, now: datetime) -> Said | None:
    """The wait until there is room; with others of the same moment before it, until it is known whether they left."""
    most, span = cap
    inside = [each.at for each in sent if each.at > now - span]
    data = (("most", most), ("days", span.days))
    if most == 0:
        return Said(Check.CAPS, Ruling.REFUSE, code, None, data)
    if len(inside) >= most:
        return Said(Check.CAPS, Ruling.WAIT, code, inside[most - 1] + span, data)
    if len(inside) + facts.ahead >= most:
        return Said(Check.CAPS, Ruling.WAIT, "turn", now + _TURN, data)
    return None
