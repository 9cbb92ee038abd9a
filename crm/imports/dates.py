"""Dates as people and spreadsheets write them. The day comes first, as everywhere in Latin America."""

import re
from datetime import date, timedelta
from typing import NamedTuple

from crm.imports.folding import fold
from crm.imports.remarks import DATE_ABSURD, DATE_FUTURE, DATE_SWAPPED, DATE_UNREADABLE, Remark, remark

OLDEST_YEAR = 1990
"""No brokerage's lead is older than its spreadsheet program."""
SERIALS = (32_874, 73_050)
"""Excel's day numbers of 1990-01-01 and 2099-12-31."""
EXCEL_EPOCH = date(1899, 12, 30)
MONTHS = {
    "ene": 1, "jan": 1, "feb": 2, "fev": 2, "mar": 3, "abr": 4, "apr": 4, "may": 5, "mai": 5, "jun": 6, "jul": 7,
    "ago": 8, "aug": 8, "sep": 9, "set": 9, "oct": 10, "out": 10, "nov": 11, "dic": 12, "dez": 12, "dec": 12,
}  # fmt: skip

_NUMERIC = re.compile(r"(\d{1,2})\s?[-/. ]\s?(\d{1,2})\s?[-/. ]\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
_WORDS = re.compile(r"(\d{1,2})\s*(?:de |-|/|\.|o )?\s*([a-z]{3,10})\.?\s*(?:de |del |-|/|,|\.)?\s*(\d{4}|\d{2})")
_CLOCK = re.compile(
    r"[t ,]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?: ?[ap]\.? ?m\.?)?(?:z|[+-]\d{2}:?\d{2})?(?: ?hrs?\.?)?$"
)
_WEEKDAY = re.compile(r"^(?:lunes|martes|miercoles|jueves|viernes|sabado|domingo)[ ,]+")
_NOTHING = re.compile(r"(?:|no .*|sin .*|s/?[if]|n/?[ad]|[-–—.?_* ]+|0|0?0/0?0/0?0+)")
_SERIAL = re.compile(r"(\d{5})(?:[.,]\d{1,12})?")


class DateReading(NamedTuple):
    """`value` is None when there is no date to use; `remark` says why, or what was guessed."""

    value: date | None
    remark: Remark | None = None


def read_date(cell: str, today: date) -> DateReading:
    """Read dd-mm-yyyy, d/m/yy, ISO (with or without a time), "3 de marzo de 2026", an Excel day number.

    A date after `today`, before 1990 or not in the calendar is not used and leaves a warning; the month comes first
    only when the day cannot. Never raises.
    """
    text = _WEEKDAY.sub("", fold(cell[:80]))
    if _NOTHING.fullmatch(text):
        return DateReading(None)
    found = _parts(_CLOCK.sub("", text))
    if found is None:
        return DateReading(None, remark(DATE_UNREADABLE, cell))
    value, swapped = found
    if value is None or value.year < OLDEST_YEAR:
        return DateReading(None, remark(DATE_ABSURD, cell))
    if value > today:
        return DateReading(None, remark(DATE_FUTURE, cell))
    return DateReading(value, remark(DATE_SWAPPED, cell) if swapped else None)


def any_date(cell: str) -> date | None:
    """A date in any of these spellings, past or to come; None when it is none. Never raises."""
    found = _parts(_CLOCK.sub("", _WEEKDAY.sub("", fold(cell[:80]))))
    return found[0] if found else None


def _parts(text: str) -> tuple[date | None, bool] | None:
    """The date and whether the month came first; None when it is no date, a None date when no calendar has it."""
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _date(int(match[1]), int(match[2]), int(match[3])), False
    if match := _NUMERIC.fullmatch(text):
        return _day_first(int(match[1]), int(match[2]), _year(match[3]))
    if (match := _WORDS.fullmatch(text)) and match[2][:3] in MONTHS:
        return _date(_year(match[3]), MONTHS[match[2][:3]], int(match[1])), False
    if (match := _SERIAL.fullmatch(text)) and SERIALS[0] <= int(match[1]) <= SERIALS[1]:
        return EXCEL_EPOCH + timedelta(days=int(match[1])), False
    return None


def _day_first(first: int, second: int, year: int) -> tuple[date | None, bool]:
    straight = _date(year, second, first)
    if straight is not None:
        return straight, False
    return _date(year, first, second), True


def _year(text: str) -> int:
    return int(text) + (2000 if len(text) == 2 else 0)  # noqa: PLR2004 -- "26" is 2026; nobody's lead is from 1926


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
