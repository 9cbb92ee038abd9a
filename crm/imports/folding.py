"""Text cleaned for storing, and folded for comparing or for searching in place."""

import unicodedata

from core.text import fold, normal

__all__ = ["clean", "clean_lines", "fold", "normal", "same_length_fold"]

_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
MOST_MARKS = 2
"""Combining marks kept on one letter; stacks of a thousand are an attack on the screen."""


def same_length_fold(text: str) -> str:
    """Lower case without accents, character by character, so that a place found here is the same place in the text."""
    return "".join(_fold_char(char) for char in text)


def clean(text: str) -> str:
    """The text as people see it: composed, without control, direction and zero-width characters, spaces single."""
    return " ".join(clean_lines(text).split())


def clean_lines(text: str) -> str:
    """As `clean`, but line breaks stay: for comments."""
    kept: list[str] = []
    marks = 0
    for char in normal("NFC", text.replace("\r\n", "\n").replace("\r", "\n")):
        marks = marks + 1 if unicodedata.combining(char) else 0
        if char == "\n" or (marks <= MOST_MARKS and unicodedata.category(char) not in _INVISIBLE):
            kept.append(char)
        elif char in "\t\v\f":
            kept.append(" ")
    return "\n".join(" ".join(line.split()) for line in "".join(kept).split("\n")).strip()


def _fold_char(char: str) -> str:
    base = unicodedata.normalize("NFD", char)[:1]
    return base.lower()[:1] or char
