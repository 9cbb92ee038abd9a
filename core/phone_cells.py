"""Phones as text: a cell such as "998248519 / 997457446 (mamá)" taken apart, before any numbering plan is asked."""

import re
import unicodedata

MAX_CELL = 400
"""Characters of one cell that are looked at; more is prose, not phones."""
FEWEST_DIGITS = 6
"""A piece with fewer digits is no second number but an extension or a note: "227272603/4"."""
MOST_DIGITS = 15
"""E.164's own limit."""

_SEPARATORS = re.compile(r"\s*(?:[/;|,\n]|\s(?:y|o|e|ou|or|and)\s|\s[-–—]\s|(?<=\d)(?=\+\d))\s*", re.IGNORECASE)
_SCIENTIFIC = re.compile(r"^\+?(\d)(?:[.,](\d{1,14}))?e\+?(\d{1,2})$", re.IGNORECASE)
EXTENSION = re.compile(r"\b(?:anexo|anx|ext(?:ensi[oó]n)?|int(?:erno)?|ramal)\b\.?\s*:?\s*\d{1,6}", re.IGNORECASE)
_NOTE_EDGES = " .,:;()[]-–—/_'\"+*#"


def fold_digits(text: str) -> str:
    """Full-width, Arabic-Indic and other decimal digits (and the full-width plus) to ASCII; invisible characters go."""
    folded = []
    for char in text:
        digit = unicodedata.decimal(char, None)
        if digit is not None:
            folded.append(str(digit))
        elif unicodedata.category(char) == "Zs":
            folded.append(" ")
        elif unicodedata.category(char) not in {"Cf", "Cs"} and char != "\0":
            folded.append("+" if char == "＋" else char)
    return "".join(folded)


def digits_of(text: str) -> str:
    """The ASCII digits of a text, in order."""
    return "".join(char for char in text if char in "0123456789")


def pieces(text: str) -> list[str]:
    """The numbers of a cell as typed, each with the words around it."""
    if _SCIENTIFIC.match(text):
        return [text]
    found: list[str] = []
    for piece in _SEPARATORS.split(text):
        count = len(digits_of(piece))
        if found and count == 0:
            found[-1] = f"{found[-1]} {piece}".strip()
        elif count > MOST_DIGITS:
            found.extend(_glued(piece))
        elif count >= FEWEST_DIGITS or (count and not found):
            found.append(piece)
    return found


def _glued(piece: str) -> list[str]:
    """Two numbers with only a space between them, "998248519 997457446", apart; otherwise the piece as it is."""
    parts = piece.split()
    return parts if all(len(digits_of(part)) >= FEWEST_DIGITS + 2 for part in parts) else [piece]


def digits_lost(text: str) -> bool:
    """A spreadsheet rounded the number away: "9.98E+8"."""
    match = _SCIENTIFIC.match(text.strip())
    return match is not None and int(match[3]) != len(match[2] or "")


def unscientific(text: str) -> str:
    """A spreadsheet's "9.98248519E+8" back to digits, when none were lost; else the text."""
    match = _SCIENTIFIC.match(text.strip())
    return match[1] + (match[2] or "") if match else text


def note_of(piece: str) -> str:
    """The words beside the digits: "whatsapp", "mamá", "anexo 12"."""
    if _SCIENTIFIC.match(piece.strip()):
        return ""
    extension = EXTENSION.search(piece)
    words = re.sub(r"[\d+()\[\]]+", " ", EXTENSION.sub("", piece))
    words = " ".join(word for word in words.split() if any(char.isalpha() for char in word))
    parts = [words.strip(_NOTE_EDGES), extension[0] if extension else ""]
    return ", ".join(part for part in parts if part)
