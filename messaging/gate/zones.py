"""Where a person lives, as far as anybody can tell: their country, and the time zones it may be."""

from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel.core import get_global

from core import text
from messaging.policies.areas import AREAS, PLACES

_MOST_DIGITS = 4
_CODE_DIGITS = (1, 2, 3)


def country_of(phone: str, country: str) -> str:
    """The country a number belongs to, else the one the lead was entered with."""
    return _region(phone) or country


def zones_of(
    *, time_zone: str, phone: str, country: str, place: str, home: str, home_zone: str
) -> tuple[ZoneInfo, ...]:
    """The zones a person may live in, best knowledge first.

    What was entered; what the number's area tells; at home (the brokerage's country) the brokerage's own, and beside
    it the zone of the place the person looks for a property in, since they may live there; else every zone of the
    country. Where several are left it has to be a good hour in all of them.
    """
    if (entered := _zone(time_zone)) is not None:
        return (entered,)
    if (told := _by_area(phone)) is not None:
        return (told,)
    where, own = country_of(phone, country), _zone(home_zone) or ZoneInfo("UTC")
    if where == home:
        there = _by_place(where, place)
        return (own,) if there is None or there == own else (own, there)
    return _all_of(where) or (own,)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, ValueError, OSError):  # not a zone, not a name, a folder of zones
        return None


@lru_cache(maxsize=4096)
def _region(phone: str) -> str:
    own = phonenumbers.COUNTRY_CODE_TO_REGION_CODE
    codes = (own[int(digits)] for n in _CODE_DIGITS if (digits := phone[1 : 1 + n]).isdecimal() and int(digits) in own)
    regions = next(codes, ())
    if phone.startswith("+") and len(regions) == 1:  # reading the whole number takes thirty times as long
        return regions[0]
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone, None)) or ""
    except phonenumbers.NumberParseException:
        return ""


def _by_area(phone: str) -> ZoneInfo | None:
    digits = phone.removeprefix("+")
    for code, areas in AREAS.items():
        if digits.startswith(code):
            rest = digits.removeprefix(code)
            found = (areas.get(rest[:length]) for length in range(_MOST_DIGITS, -1, -1))
            return next((ZoneInfo(each) for each in found if each), None)
    return None


def _by_place(country: str, place: str) -> ZoneInfo | None:
    if not place:
        return None
    said = f" {text.fold(place)} "
    return next((ZoneInfo(zone) for name, zone in PLACES.get(country, {}).items() if f" {name} " in said), None)


@lru_cache(maxsize=256)
def _all_of(country: str) -> tuple[ZoneInfo, ...]:
    found = (_zone(name) for name in get_global("territory_zones").get(country, ()))
    return tuple(each for each in found if each is not None)
