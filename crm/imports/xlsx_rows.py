"""Rows of an XLSX workbook, read as a stream. A zip that would grow out of bounds is refused before it is opened."""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time
from itertools import chain, islice, zip_longest

from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from crm.imports.unreadable import UnreadableFile

MOST_PARTS = 2_000
LARGEST_WHOLE = 300_000_000
"""Bytes of all parts, unpacked: more than a million ordinary rows."""
LARGEST_HELD = 80_000_000
"""Bytes of the parts a reader must hold at once (shared strings, styles)."""
WIDEST = 1_000
"""Columns read at most, so that one stray cell in column XFD does not make every row 16,384 wide."""
PEEK = 200

_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_HELD = ("sharedstrings", "styles", "workbook.xml", "theme")


@dataclass(frozen=True, slots=True)
class Worksheet:
    """The first worksheet with content. `others` names further ones that have content too and are not read."""

    title: str
    rows: Iterator[list[str]]
    others: tuple[str, ...]


def worksheet_of(data: bytes) -> Worksheet:
    """Open a workbook. Raises UnreadableFile, also later while rows are read."""
    with_formulas = _inspect(data)
    try:
        values = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        formulas = load_workbook(io.BytesIO(data), read_only=True, keep_links=False) if with_formulas else None
        return _first_with_content(values, formulas)
    except UnreadableFile:
        raise
    except Exception as error:  # a damaged file makes openpyxl raise nearly anything
        raise UnreadableFile("damaged") from error


def _inspect(data: bytes) -> bool:
    """Refuse bombs and strangers; True when a sheet holds formulas."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            _require_workbook({part.filename for part in parts})
            _require_sane_size(parts)
            return any([_has_formulas(archive, part) for part in parts if _is_xml(part)])  # noqa: C419 -- all are checked
    except UnreadableFile:
        raise
    except Exception as error:  # as above: BadZipFile, zlib.error, NotImplementedError, RuntimeError …
        raise UnreadableFile("damaged") from error


def _is_xml(part: zipfile.ZipInfo) -> bool:
    return part.filename.lower().endswith((".xml", ".rels", ".vml"))


def _require_workbook(names: set[str]) -> None:
    if "xl/workbook.bin" in names:
        raise UnreadableFile("binary_excel")
    if "content.xml" in names and "mimetype" in names:
        raise UnreadableFile("open_document")
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/") for name in names):
        raise UnreadableFile("zip")


def _require_sane_size(parts: list[zipfile.ZipInfo]) -> None:
    held = sum(part.file_size for part in parts if any(word in part.filename.lower() for word in _HELD))
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or whole > LARGEST_WHOLE or held > LARGEST_HELD:
        raise UnreadableFile("bomb")


def _has_formulas(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Whether a part is a sheet with formulas. Entity declarations, which no spreadsheet has, are refused."""
    with archive.open(part) as stream:
        head = stream.read(4_096)
        if _DOCTYPE.search(head.replace(b"\0", b"")):
            raise UnreadableFile("bomb")
        if not part.filename.startswith("xl/worksheets/"):
            return False
        tail = b""
        while head:
            if b"<f>" in tail + head or b"<f " in tail + head:
                return True
            tail = head[-3:]
            head = stream.read(1_000_000)
    return False


def _first_with_content(values: Workbook, formulas: Workbook | None) -> Worksheet:
    found: tuple[str, Iterator[list[str]]] | None = None
    others: list[str] = []
    for name in _readable(values):
        rows = _rows(values, formulas, name)
        head = list(islice(rows, PEEK))
        if any(any(row) for row in head):
            if found is None:
                found = (name, chain(head, rows))
            else:
                others.append(name)
    if found is None:
        raise UnreadableFile("empty")
    return Worksheet(found[0], found[1], tuple(others))


def _readable(book: Workbook) -> list[str]:
    """Names of the visible worksheets; chart sheets have no rows. All of them when every one is hidden."""
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "iter_rows")]
    return [sheet.title for sheet in sheets if sheet.sheet_state == "visible"] or [sheet.title for sheet in sheets]


def _rows(values: Workbook, formulas: Workbook | None, name: str) -> Iterator[list[str]]:
    shown = _raw_rows(values, name)
    try:
        if formulas is None:
            yield from ([_text(value) for value in row] for row in shown)
            return
        for row, written in zip_longest(shown, _raw_rows(formulas, name), fillvalue=()):
            pairs = zip_longest(row, written)
            yield [_text(formula if value is None else value) for value, formula in pairs]
    except Exception as error:  # as above
        raise UnreadableFile("damaged") from error


def _raw_rows(book: Workbook, name: str) -> Iterable[tuple[object, ...]]:
    sheet = book[name]
    sheet.reset_dimensions()  # the stored size is often wrong and would cut rows off
    return sheet.iter_rows(values_only=True, max_col=WIDEST)


def _text(value: object) -> str:
    """A cell as its reader sees it: 998248519.0 is a phone without a point, a date is ISO."""
    match value:
        case None:
            return ""
        case str():
            return value.replace("\0", "")
        case bool():
            return "Sí" if value else "No"
        case float() if value.is_integer() and abs(value) < 1e15:  # noqa: PLR2004 -- doubles are exact up to there
            return str(int(value))
        case datetime() if value.time() == time.min:
            return value.date().isoformat()
    return str(value)
