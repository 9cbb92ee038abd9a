"""When one may write: both nights the clocks change in Santiago, islands, holidays, and what must hold at any moment."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.gate.hours import Clock, Own, instant, is_holiday
from messaging.gate.rules import Rule, Rules
from tests.messaging.gate.build import ZONES, clock, local

SANTIAGO = ZoneInfo("America/Santiago")
COUNTRIES = ["CL", "CO", "PE", "MX", "AR", "BR"]


def rule(opens, closes, **more):
    known = {"days": frozenset(range(1, 8)), "consent": "none", "holidays": True, "starts": date(2020, 1, 1), **more}
    return Rules("CL", (Rule(country="CL", purpose="marketing", opens=opens, closes=closes, **known),))


def test_a_night_of_25_hours_waits_an_hour_longer():
    evening = datetime(2026, 4, 4, 23, 30, tzinfo=UTC)  # 20:30 on Holy Saturday; at 24:00 it becomes 23:00 again
    opens = clock(purpose="transactional").opening(datetime(2026, 4, 5, 1, 0, tzinfo=UTC))  # 22:00
    assert clock(purpose="transactional").is_open(evening)
    assert opens == datetime(2026, 4, 5, 12, 0, tzinfo=UTC)  # 08:00 at -04
    assert opens - datetime(2026, 4, 5, 0, 0, tzinfo=UTC) == timedelta(hours=12)  # 21:00 to 08:00, and one more


def test_a_night_of_23_hours_waits_an_hour_less():
    closed = datetime(2026, 9, 6, 1, 0, tzinfo=UTC)  # 21:00 at -04
    assert clock(purpose="transactional").opening(closed) == datetime(2026, 9, 6, 11, 0, tzinfo=UTC)  # 08:00 at -03


def test_a_time_that_does_not_exist_is_when_the_clocks_are_put_forward():
    assert instant(date(2026, 9, 6), time(0, 30), SANTIAGO) == datetime(2026, 9, 6, 4, 0, tzinfo=UTC)
    assert instant(date(2026, 9, 6), time(0, 0), SANTIAGO).astimezone(SANTIAGO).time() == time(1, 0)


def test_a_time_that_happens_twice_is_the_first():
    assert instant(date(2026, 4, 4), time(23, 30), SANTIAGO) == datetime(2026, 4, 5, 2, 30, tzinfo=UTC)


@pytest.mark.parametrize("night", [datetime(2026, 4, 4, 12, tzinfo=UTC), datetime(2026, 9, 5, 12, tzinfo=UTC)])
@pytest.mark.parametrize("zone", ["America/Santiago", "America/Coyhaique", "America/Punta_Arenas", "Pacific/Easter"])
@pytest.mark.parametrize(("opens", "closes"), [(time(8), time(21)), (time(0, 30), time(23, 30)), (time(0), time(1))])
def test_no_minute_of_the_nights_of_change_is_wrong(night, zone, opens, closes):
    """A day and a half, minute by minute: open exactly when the clock on the wall says so, waits end when it opens."""
    there = ZoneInfo(zone)
    known = Clock(rule(opens, closes), (there,), "CL")
    for minute in range(0, 36 * 60, 7):
        now = night + timedelta(minutes=minute)
        wall = now.astimezone(there).time()
        assert known.is_open(now) == (opens <= wall < closes)
        until = known.opening(now)
        assert until >= now
        assert opens <= until.astimezone(there).time() < closes


def test_each_place_has_its_own_night():
    """On the morning after the clocks go back it is nine in Aysén, eight in Santiago and six on Easter Island."""
    now = datetime(2026, 4, 6, 12, 0, tzinfo=UTC)
    opened = {
        zone: clock(zones=[zone]).is_open(now) for zone in ("America/Coyhaique", "America/Santiago", "Pacific/Easter")
    }
    assert opened == {"America/Coyhaique": True, "America/Santiago": False, "Pacific/Easter": False}


def test_with_several_zones_it_must_be_a_good_hour_in_all():
    both = clock(zones=["America/Santiago", "Pacific/Easter"])
    opens = both.opening(local("CL", 2026, 11, 25, 3, 0))
    assert opens.astimezone(ZoneInfo("Pacific/Easter")).time() == time(9)
    assert both.why_closed(local("CL", 2026, 11, 25, 9, 30)) == "hours"


def test_zones_that_never_agree_are_never_open():
    never = Clock(rule(time(9), time(10)), (ZoneInfo("America/Santiago"), ZoneInfo("Asia/Tokyo")), "CL")
    assert never.opening(datetime(2026, 11, 25, 12, tzinfo=UTC)) is None


def test_a_monday_that_moves_is_a_holiday():
    assert is_holiday("CO", date(2026, 11, 2))  # All Saints' Day, kept on Monday
    assert clock("CO").why_closed(local("CO", 2026, 11, 2, 10)) == "holiday"
    assert clock("CO").opening(local("CO", 2026, 10, 31, 15)) == local("CO", 2026, 11, 3, 8)  # Saturday after three


def test_a_country_without_a_calendar_has_no_holidays():
    assert not is_holiday("XX", date(2026, 12, 25))


def test_the_brokerage_only_tightens():
    own = clock(own=Own(opens=time(7), closes=time(23), days=frozenset({1, 2})))
    assert own.span(date(2026, 11, 23)) == (time(9), time(20))
    assert own.span(date(2026, 11, 25)) is None
    assert clock(own=Own(opens=time(11), closes=time(12))).why_closed(local("CL", 2026, 11, 25, 10)) == "own_hours"


def test_a_rule_of_tomorrow_holds_from_tomorrow():
    days = {
        "days": frozenset(range(1, 8)),
        "holidays": True,
        "consent": "none",
        "country": "CL",
        "purpose": "marketing",
    }
    old = Rule(opens=time(8), closes=time(21), starts=date(2026, 1, 1), ends=date(2026, 11, 25), **days)
    new = Rule(opens=time(10), closes=time(18), starts=date(2026, 11, 26), **days)
    changing = Clock(Rules("CL", (old, new)), (SANTIAGO,), "CL")
    assert changing.opening(local("CL", 2026, 11, 25, 21)) == local("CL", 2026, 11, 26, 10)
    coming = Rule(opens=time(10), closes=time(11), starts=None, **days)
    assert Clock(Rules("CL", (old, coming)), (SANTIAGO,), "CL").is_open(local("CL", 2026, 11, 25, 20))


MOMENTS = st.datetimes(datetime(2025, 9, 1), datetime(2030, 12, 31), timezones=st.just(UTC))
TIMES = st.times().map(lambda at: at.replace(second=0, microsecond=0, tzinfo=None))
SPANS = st.tuples(TIMES, TIMES).map(sorted).filter(lambda pair: pair[0] < pair[1])


@settings(max_examples=400, deadline=None)
@given(
    now=MOMENTS,
    span=SPANS,
    own=st.none() | SPANS,
    days=st.sets(st.integers(1, 7), min_size=1),
    holidays=st.booleans(),
    saturday=st.none() | TIMES,
    country=st.sampled_from(COUNTRIES),
    zones=st.sets(st.sampled_from([*ZONES.values(), "America/Coyhaique", "Pacific/Easter", "America/Tijuana"]), min_size=1, max_size=3),
)  # fmt: skip
def test_a_wait_always_ends_at_an_allowed_moment(now, span, own, days, holidays, saturday, country, zones):
    rules = rule(*span, days=frozenset(days), holidays=holidays, saturday_closes=saturday)
    own = Own(*own) if own else Own()
    known = Clock(rules, tuple(map(ZoneInfo, sorted(zones))), country, own)
    until = known.opening(now)
    if known.is_open(now):
        assert until == now
    if until is None:
        return
    assert until >= now
    for zone in known.zones:
        wall = until.astimezone(zone)
        assert span[0] <= wall.time() < span[1]
        assert (own.opens or time(0)) <= wall.time() < (own.closes or time(23, 59, 59, 999999))
        assert wall.isoweekday() in days
        assert holidays or not is_holiday(country, wall.date())
