"""Folding of text for comparing: no accents, no case, single spaces."""

import unicodedata
from typing import Literal

_SHORT = 500
_MOST_MARKS = 30
"""Combining marks on one letter that any language needs (UAX #15, stream-safe text)."""


def fold(text: str) -> str:
    """The text without accents and case, with single spaces: "  Ñuñoa  Centro" becomes "nunoa centro"."""
    decomposed = normal("NFKD", text)
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).lower().split())


def normal(form: Literal["NFC", "NFD", "NFKC", "NFKD"], text: str) -> str:
    """The text in a normal form of Unicode, in linear time: Python sorts a run of marks by swapping neighbours."""
    if len(text) > _SHORT and not text.isascii():
        text = _with_few_marks(text)
    return unicodedata.normalize(form, text)


def _with_few_marks(text: str) -> str:
    kept: list[str] = []
    marks = 0
    for char in text:
        marks = marks + 1 if unicodedata.combining(char) else 0
        if marks <= _MOST_MARKS:
            kept.append(char)
    return "".join(kept)
