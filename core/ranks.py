"""Order on the board: fractional ranks, so that a drag writes one row.

A rank is a string over 62 digits, read as a fraction 0.d1d2d3… and compared byte by byte (collation "C"). Between any
two different ranks there is always another. The rank of a newcomer comes from the clock, so it lands on top of its
column without reading the column.
"""

import secrets
from datetime import datetime

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_BASE = len(DIGITS)
_CLOCK_DIGITS = 10
_CLOCK_END = _BASE**_CLOCK_DIGITS - 1
_SALT_DIGITS = 3


def top(at: datetime) -> str:
    """A rank above everything ranked before `at` (aware): later instants sort first."""
    remaining = _CLOCK_END - int(at.timestamp() * 1_000_000)
    digits = []
    for _ in range(_CLOCK_DIGITS):
        remaining, digit = divmod(remaining, _BASE)
        digits.append(DIGITS[digit])
    salt = "".join(secrets.choice(DIGITS) for _ in range(_SALT_DIGITS))
    return "".join(reversed(digits)) + salt + "V"  # never ends in "0": nothing fits between "x" and "x0"


def between(above: str, below: str) -> str:
    """A rank that sorts after `above` and before `below`; an empty string stands for the open end.

    Raises ValueError when `above` does not sort before `below`.
    """
    if below and above >= below:
        msg = f"No rank fits between {above!r} and {below!r}."
        raise ValueError(msg)
    rank = ""
    bounded = bool(below)
    for position in range(len(above) + len(below) + 2):
        low = DIGITS.index(above[position]) if position < len(above) else 0
        high = _BASE
        if bounded:
            high = DIGITS.index(below[position]) if position < len(below) else 0
        if high - low > 1:
            return rank + DIGITS[(low + high) // 2]
        rank += DIGITS[low]
        bounded = bounded and high == low
    msg = f"No rank fits between {above!r} and {below!r}."
    raise ValueError(msg)
