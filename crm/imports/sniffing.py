"""What a file is by its bytes, never by its name: the kind, the encoding, the delimiter."""

import codecs
import unicodedata
from collections import Counter

from crm.imports.csv_rows import records
from crm.imports.unreadable import UnreadableFile

SAMPLE = 1_000_000
"""Bytes looked at to tell an encoding."""
DELIMITERS = (";", ",", "\t", "|")

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"BM", "image_bmp"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\x1f\x8b", "zip"),
    (b"Rar!", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "zip"),
    (b"BZh", "zip"),
    (b"\xfd7zXZ", "zip"),
    (b"\x7fELF", "not_text"),
    (b"SQLite format 3", "not_text"),
)
BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "windows-1252",
    "latin-1",
    "mac-roman",
    "cp850",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
)
_LETTERS = frozenset("áéíóúñüÁÉÍÓÚÑÜçãõâêôÇÃÕ")
_WEB = (b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<?xml")
_SINGLE_BYTE = ("windows-1252", "mac-roman", "cp850")
_UNDEFINED_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")


def refuse_strangers(data: bytes) -> None:
    """Raise UnreadableFile for what is plainly no text and no XLSX."""
    if not data.strip(b"\x00 \t\r\n"):
        raise UnreadableFile("empty")
    for magic, code in MAGIC:
        if data.startswith(magic):
            if code == "image_bmp" and b"\x00" not in data[:32]:
                continue  # a column that begins with BM
            raise UnreadableFile(code.removesuffix("_bmp"))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        raise UnreadableFile("image")
    if data[:200].removeprefix(codecs.BOM_UTF8).lstrip().lower().startswith(_WEB):
        raise UnreadableFile("web_page")


def is_zip(data: bytes) -> bool:
    """Whether it may be an XLSX."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08"))


def encoding_of(data: bytes) -> tuple[str, bool]:
    """The encoding, and whether some bytes do not fit it.

    UTF-8 (with or without BOM), UTF-16 and UTF-32, Windows-1252, Mac Roman, DOS 850, Latin-1. Raises UnreadableFile
    when the bytes are no text in any of them.
    """
    encoding, damaged = _encoding_of(data)
    _require_text(data[:100_000].decode(encoding, "replace"))
    return encoding, damaged


def is_encoding(name: str) -> bool:
    """Whether a name is one of the encodings a person may settle on."""
    return name in ENCODINGS


def delimiter_of(text: str) -> str:
    """The delimiter that cuts the sample into the most regular table; ";" when nothing does.

    A first line "sep=," (Excel's hint) is believed.
    """
    first = text.lstrip("\ufeff")[:10].splitlines()[:1]
    if first and first[0].lower().startswith("sep=") and len(first[0]) == 5:  # noqa: PLR2004 -- "sep=" and one sign
        return first[0][4]
    lines = text.splitlines(keepends=True)[:200]
    return max(DELIMITERS, key=lambda sign: (_regularity(lines, sign), -DELIMITERS.index(sign)))


def _regularity(lines: list[str], sign: str) -> float:
    """How well a delimiter cuts lines into rows of one width: the share of the commonest width, times that width."""
    widths = [len(cells) for cells, _codes in records(((line, False) for line in lines), sign) if any(cells)]
    if not widths:
        return 0.0
    width, count = max(Counter(widths).items(), key=lambda item: (item[0] > 1, item[1], item[0]))
    share = count / len(widths)
    return 0.0 if width == 1 else share * share * min(width, 30) + share


def _encoding_of(data: bytes) -> tuple[str, bool]:
    for bom, name in BOMS:
        if data.startswith(bom):
            return name, False
    wide = _wide(data[:4000])
    if wide:
        return wide, False
    if _is_utf8(data):
        return "utf-8", False
    if _mostly_utf8(data[:SAMPLE]):
        return "utf-8", True
    return _single_byte(data[:SAMPLE]), False


def _wide(head: bytes) -> str:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > half * 0.4 and even < half * 0.05:
        return "utf-16-le"
    if half and even > half * 0.4 and odd < half * 0.05:
        return "utf-16-be"
    return ""


def _is_utf8(data: bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for start in range(0, len(data), SAMPLE):
            decoder.decode(data[start : start + SAMPLE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _mostly_utf8(data: bytes) -> bool:
    """A UTF-8 file with a few broken bytes: ten good accents for each bad one."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(char in _LETTERS for char in text) >= 10 * broken


def _single_byte(data: bytes) -> str:
    """The old encoding under which the high bytes are the letters of Spanish and Portuguese."""
    high = Counter(byte for byte in data if byte >= 0x80)  # noqa: PLR2004 -- beyond ASCII
    scores = {
        name: sum(count for byte, count in high.items() if bytes([byte]).decode(name, "replace") in _LETTERS)
        for name in _SINGLE_BYTE
    }
    best = max(_SINGLE_BYTE, key=lambda name: scores[name])
    return "latin-1" if best == "windows-1252" and _UNDEFINED_1252 & high.keys() else best


def _require_text(text: str) -> None:
    strange = sum(unicodedata.category(char) == "Cc" and char not in "\t\r\n\f\v\0\x1a" for char in text)
    strange += text.count("\ufffd") + max(0, text.count("\0") - len(text) // 10)
    if strange > max(10, len(text) // 50):
        raise UnreadableFile("not_text")
