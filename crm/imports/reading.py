"""A file's bytes as a table: its kind, encoding and delimiter, where the header is, and its rows as a stream."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import NamedTuple

from crm.imports.columns import header_words, text_column
from crm.imports.csv_rows import Cells, lines_of, records
from crm.imports.remarks import (
    BAD_BYTES,
    CELL_TOO_LONG,
    EXTRA_CELLS,
    OTHER_SHEETS,
    PREAMBLE,
    Remark,
    remark,
)
from crm.imports.sniffing import delimiter_of, encoding_of, is_encoding, is_zip, refuse_strangers
from crm.imports.unreadable import UnreadableFile
from crm.imports.xlsx_rows import worksheet_of

LARGEST_FILE = 50_000_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
MOST_ROWS = 1_048_576
"""Rows of a full Excel sheet."""
LOOK_AHEAD = 40
"""Rows looked at to find the header, the width and the columns."""
HEADER_WITHIN = 20
KEPT_OF_LONG_CELL = 1_000
BLANK_RUN = 100
"""Of more blank rows than this in a run the rest is passed over: formatted emptiness, not rows."""


class Row(NamedTuple):
    """A data row. `number` counts from 1 after the header, as rows stand in the sheet, blank ones included."""

    number: int
    cells: list[str]
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. `rows` can be walked once and may raise UnreadableFile on a file damaged further down.

    `encoding` is "xlsx" and `delimiter` "" for a workbook. `header` is empty and `header_row` 0 without a header; else
    the row it stands in, from 1. `samples` are the first data rows, for guessing and preview. `remarks` are about the
    file as a whole.
    """

    encoding: str
    delimiter: str
    header: list[str]
    header_row: int
    width: int
    rows: Iterator[Row]
    samples: list[list[str]]
    remarks: tuple[Remark, ...] = ()


def read(data: bytes, *, has_header: bool | None = None, encoding: str = "", delimiter: str = "") -> Sheet:
    """Open a CSV (any common encoding and delimiter) or XLSX by its content; the name plays no part.

    `has_header`, `encoding` (one of sniffing.ENCODINGS) and `delimiter` (one character) overrule the guess, anything
    else leaves it; a workbook has no use for the last two. Raises UnreadableFile and nothing else, whatever the bytes.
    """
    if len(data) > LARGEST_FILE:
        raise UnreadableFile("too_big")
    if is_zip(data):
        return _workbook(data, has_header=has_header)
    refuse_strangers(data)
    return _text_file(data, has_header=has_header, encoding=encoding, delimiter=delimiter)


def _workbook(data: bytes, *, has_header: bool | None) -> Sheet:
    sheet = worksheet_of(data)
    about = (remark(OTHER_SHEETS, ", ".join(sheet.others)),) if sheet.others else ()
    return _sheet(((row, ()) for row in sheet.rows), _Form("xlsx", "", about), has_header=has_header)


def _text_file(data: bytes, *, has_header: bool | None, encoding: str, delimiter: str) -> Sheet:
    guessed, damaged = encoding_of(data)
    if is_encoding(encoding) and encoding != guessed:
        guessed, damaged = encoding, False
    if data.count(b"\n") > 2 * MOST_ROWS:
        raise UnreadableFile("too_many_rows")
    text = "".join(line for line, _cut in islice(lines_of(data[:400_000], guessed), 300))
    if len(delimiter) != 1 or delimiter in '"\r\n':
        delimiter = delimiter_of(text)
    rows = records(lines_of(data, guessed), delimiter)
    if text.lstrip("\ufeff")[:4].lower() == "sep=":
        next(rows, None)
    return _sheet(rows, _Form(guessed, delimiter, (remark(BAD_BYTES),) if damaged else ()), has_header=has_header)


@dataclass(frozen=True, slots=True)
class _Form:
    encoding: str
    delimiter: str
    remarks: tuple[Remark, ...]


def _sheet(rows: Iterator[Cells], form: _Form, *, has_header: bool | None) -> Sheet:
    head = list(islice(rows, LOOK_AHEAD))
    at = _header_index([cells for cells, _codes in head], has_header=has_header)
    header = _trimmed(head[at][0]) if at is not None else []
    start = 0 if at is None else at + 1
    samples = [cells for cells, _codes in head[start:] if any(cells)]
    width = _width(header, samples)
    if not width:
        raise UnreadableFile("empty")
    if width > MOST_COLUMNS:
        raise UnreadableFile("too_many_columns")
    header = [cell.strip() for cell in header] + [""] * (width - len(header) if header else 0)
    preamble = " ".join(cell for cells, _codes in head[: at or 0] for cell in cells if cell.strip())
    frame = _Frame(width, text_column(header, samples, width), form.delimiter or " ")
    return Sheet(
        form.encoding,
        form.delimiter,
        header,
        0 if at is None else at + 1,
        width,
        rows=_numbered(chain(head[start:], rows), frame),
        samples=[frame.fit(cells)[0] for cells in samples],
        remarks=form.remarks + ((remark(PREAMBLE, preamble),) if preamble else ()),
    )


@dataclass(frozen=True, slots=True)
class _Frame:
    """The table's width, and the column that takes what is too much: the free text, where stray delimiters are."""

    width: int
    text_column: int
    joint: str

    def fit(self, cells: list[str]) -> tuple[list[str], str]:
        """The cells in the table's width, and the text that surplus cells were joined to, "" when there were none."""
        extra = len(cells) - self.width
        if extra <= 0:
            return cells + [""] * -extra, ""
        if not any(cell.strip() for cell in cells[self.width :]):
            return cells[: self.width], ""
        at = self.text_column
        joined = self.joint.join(cells[at : at + extra + 1])
        return [*cells[:at], joined, *cells[at + extra + 1 :]], joined


def _numbered(rows: Iterable[Cells], frame: _Frame) -> Iterator[Row]:
    """Number the rows. Blank ones count, but those after the last filled one are the sheet's end, not rows."""
    blank: list[int] = []
    for number, (cells, codes) in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise UnreadableFile("too_many_rows")
        if not any(cell.strip() for cell in cells):
            if len(blank) < BLANK_RUN:
                blank.append(number)
            continue
        yield from (Row(gap, [""] * frame.width) for gap in blank)
        blank.clear()
        yield _row(number, cells, codes, frame)


def _row(number: int, cells: list[str], codes: tuple[str, ...], frame: _Frame) -> Row:
    fitted, joined = frame.fit(cells)
    found = [remark(code, " ".join(fitted)[:200]) for code in codes]
    if joined:
        found.append(remark(EXTRA_CELLS, joined))
    too_long = [cell for cell in fitted if len(cell) > LONGEST_CELL]
    if too_long or CELL_TOO_LONG in codes:
        found = [remark(CELL_TOO_LONG, (too_long or fitted)[0][:200])]
        fitted = [cell[:KEPT_OF_LONG_CELL] for cell in fitted]
    return Row(number, fitted, tuple(found))


def _header_index(head: list[list[str]], *, has_header: bool | None) -> int | None:
    """Where the header stands: the first row most of whose words name columns, else a first row of words over data."""
    filled = [index for index, cells in enumerate(head) if any(cell.strip() for cell in cells)]
    if not filled or has_header is False:
        return None
    for index in filled[:HEADER_WITHIN]:
        words = [cell for cell in head[index] if cell.strip()]
        named = header_words(words)
        enough = named >= 2 or (named == 1 and len(words) == 1)  # noqa: PLR2004 -- one alone may be a word of a title
        if enough and named * 3 >= len(words) and sum(_is_datum(word) for word in words) * 2 < len(words):
            return index
    first = filled[0]
    rest = [head[index] for index in filled[1:]]
    return first if has_header or _looks_like_header(head[first], rest) else None


def _looks_like_header(cells: list[str], rest: list[list[str]]) -> bool:
    """Distinct short words without digits, over columns that do hold digits or addresses."""
    words = [cell.strip() for cell in cells if cell.strip()]
    distinct = len(words) > 1 and len(set(words)) == len(words) == len(_trimmed(cells))
    if not distinct or any(_is_datum(word) or len(word) > 40 for word in words):  # noqa: PLR2004 -- a title, not a sentence
        return False
    return any(sum(_is_datum(row[at]) for row in rest if at < len(row)) * 2 > len(rest) for at in range(len(cells)))


def _is_datum(cell: str) -> bool:
    return "@" in cell or any(char.isdigit() for char in cell)


def _trimmed(cells: list[str]) -> list[str]:
    """Without the blank cells at the end."""
    filled = [at for at, cell in enumerate(cells) if cell.strip()]
    return cells[: filled[-1] + 1] if filled else []


def _width(header: list[str], samples: list[list[str]]) -> int:
    """Columns of the table: the header's, or more when most rows have more."""
    widths = Counter(len(_trimmed(cells)) for cells in samples)
    if not header:
        return max(widths, default=0)
    wider = [width for width, count in widths.items() if width > len(header) and count * 2 > len(samples) > 2]  # noqa: PLR2004
    return max([len(header), *wider])
