"""What a template may hold in its hands: plain values that know how they are written, and gaps where there is none."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Self

from liquid import Undefined

LONGEST = 300
_NOTHING = frozenset(("none", "null", "nan", "undefined", "n/a", "-", "sin nombre", "s/n", "desconocido", "no name"))
_UNSEEN = frozenset("\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\u2028\u2029")
_BRACES = str.maketrans("", "", "{}")


class Gap(Undefined):
    """A variable the lead has no value for: false in a condition, its fallback in the text, else told as missing."""

    __slots__ = ("fallback", "label", "missing")

    def __init__(self, name: str, *, label: str = "", fallback: str = "", missing: list[str] | None = None) -> None:
        super().__init__(name)
        self.label, self.fallback = label, fallback
        self.missing = [] if missing is None else missing

    def __str__(self) -> str:
        if self.fallback:
            return self.fallback
        if self.name not in self.missing:
            self.missing.append(self.name)
        return f"[{self.label or self.name}]"

    __hash__ = Undefined.__hash__


class Figure(float):
    """A number that conditions compare and texts show as people of the template's language write it."""

    write: Callable[[Decimal], str]
    exact: Decimal
    text: str

    def __new__(cls, exact: Decimal, write: Callable[[Decimal], str]) -> Self:
        """The number `exact`, written by `write`."""
        made = super().__new__(cls, exact)
        made.exact, made.write = exact, write
        return made

    def __str__(self) -> str:
        if not hasattr(self, "text"):
            self.text = self.write(self.exact)
        return self.text

    def rounded(self, digits: int) -> "Figure":
        """The same with at most so many decimals."""
        return Figure(round(self.exact, digits), self.write)


class Flag:
    """Yes or no: conditions read the truth, texts the word."""

    __slots__ = ("truth", "word")

    def __init__(self, word: str, *, truth: bool) -> None:
        self.word, self.truth = word, truth

    def __str__(self) -> str:
        return self.word

    def __liquid__(self) -> bool:
        return self.truth


class Moment(str):
    """A day or an hour in words; `date` may write it another way."""

    __slots__ = ("locale", "when")
    when: date | datetime | time
    locale: str

    def __new__(cls, text: str, when: date | datetime | time, locale: str) -> Self:
        """The words and what they stand for."""
        made = super().__new__(cls, text)
        made.when, made.locale = when, locale
        return made


Value = str | Figure | Flag | Moment | Gap


def plain(text: object) -> str:
    """A value on one line: no control characters, no marks that turn a line around, no braces, no "None"."""
    kept = _seen(str(text)[: LONGEST * 2].translate(_BRACES))
    words = " ".join(kept.split())[:LONGEST].strip()
    return "" if words.lower() in _NOTHING else words


def readable(text: str) -> str:
    """A text of several lines without what no screen shows."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").translate(_BRACES).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(_seen(line).rstrip() for line in lines)).strip()


def _seen(text: str) -> str:
    """Without what no screen shows; white space of any kind stays."""
    if text.isprintable():
        return text
    return "".join(char for char in text if char.isprintable() or _shows(char))


def _shows(char: str) -> bool:
    if char < "\x7f":
        return char in "\t\n\r"
    return char not in _UNSEEN and unicodedata.category(char) not in {"Cc", "Cs", "Cn", "Co"}
