"""The filters a template may use, written here: the library's own multiply, parse and format without bounds."""

import re
from collections.abc import Callable
from datetime import date as day
from datetime import datetime, time
from typing import Any

from babel.dates import format_date, format_datetime, format_time
from liquid import Undefined
from markupsafe import escape as to_html

from templates_app.values import Figure, Moment

_MOST_DIGITS = 4
_DIRECTIVES = {
    "d": "dd", "e": "d", "-d": "d", "m": "MM", "-m": "M", "Y": "yyyy", "y": "yy", "B": "MMMM", "b": "MMM", "A": "EEEE",
    "a": "EEE", "H": "HH", "I": "hh", "M": "mm", "p": "a",
}  # fmt: skip
_DIRECTIVE = re.compile(r"%(-?[A-Za-z])")
_OF_TIME = re.compile(r"%-?[HIMp]")


def default(value: Any, instead: Any = "") -> Any:  # noqa: ANN401 -- any value
    """The value, or `instead` where there is none."""
    return instead if isinstance(value, Undefined) or value is None or value == "" else value


def upcase(value: Any) -> str:  # noqa: ANN401
    """IN CAPITALS."""
    return str(value).upper()


def downcase(value: Any) -> str:  # noqa: ANN401
    """In small letters."""
    return str(value).lower()


def capitalize(value: Any) -> str:  # noqa: ANN401
    """The first letter large, the others small."""
    return str(value).capitalize()


def strip(value: Any) -> str:  # noqa: ANN401
    """Without spaces around."""
    return str(value).strip()


def escape(value: Any) -> str:  # noqa: ANN401
    """As HTML shows it; what is escaped already stays."""
    return to_html(value)


def round_(value: Any, digits: Any = 0) -> Any:  # noqa: ANN401
    """A number with fewer decimals; anything else as it is."""
    places = min(max(digits, 0), _MOST_DIGITS) if isinstance(digits, int) else 0
    return value.rounded(places) if isinstance(value, Figure) else value


def date(value: Any, pattern: Any = "") -> Any:  # noqa: ANN401
    """A day or an hour written another way; anything else as it is. Of strftime only what needs no width."""
    if not isinstance(value, Moment) or not isinstance(pattern, str) or not pattern:
        return value
    when = value.when
    if type(when) is day and _OF_TIME.search(pattern):
        return value
    written = _babel(pattern)
    if isinstance(when, datetime):
        return format_datetime(when, written, locale=value.locale)
    if isinstance(when, time):
        return format_time(when, written, locale=value.locale) if _OF_TIME.search(pattern) else value
    return format_date(when, written, locale=value.locale)


FILTERS: dict[str, tuple[Callable[..., Any], int]] = {
    "default": (default, 1),
    "upcase": (upcase, 0),
    "downcase": (downcase, 0),
    "capitalize": (capitalize, 0),
    "escape": (escape, 0),
    "strip": (strip, 0),
    "round": (round_, 1),
    "date": (date, 1),
}
"""By name: the filter and how many arguments it takes at most."""


def patterns(text: str) -> bool:
    """Whether a pattern of a date is one we write."""
    return all(found in _DIRECTIVES for found in _DIRECTIVE.findall(text)) and "%" not in _DIRECTIVE.sub("", text)


def _babel(pattern: str) -> str:
    """Strftime's pattern in Unicode's words, what stands between them quoted."""
    parts: list[str] = []
    at = 0
    for found in _DIRECTIVE.finditer(pattern):
        parts += [_quoted(pattern[at : found.start()]), _DIRECTIVES.get(found[1], "")]
        at = found.end()
    return "".join([*parts, _quoted(pattern[at:])])


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if text else ""
