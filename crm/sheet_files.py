"""Rows of cells as files that spreadsheets open.

A cell that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV injection), full-width signs
included, because Excel folds them. Phones go out as text.
"""

import csv
import io
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

_E164 = re.compile(r"\+\d+")  # in a cell of type text a number stays what it is
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def escaped(value: str) -> str:
    """A text that no spreadsheet runs."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def as_csv(rows: Iterable[list[Any]]) -> bytes:
    """UTF-8 with a byte order mark, without which Excel garbles accents."""
    text = io.StringIO()
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([_as_text(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[Any]], *, title: str) -> bytes:
    """A workbook of one sheet, written row by row."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(sheet: Any, value: Any) -> Any:  # noqa: ANN401 -- openpyxl's sheet, and what it takes
    """A cell: texts as texts, also "=1"; times as local times, because a workbook knows no zone."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None, microsecond=0)
    if not isinstance(value, str):
        return value
    text = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell = WriteOnlyCell(sheet, text if _E164.fullmatch(text) else escaped(text))
    cell.data_type, cell.number_format = "s", "@"
    return cell


def _as_text(value: Any) -> str:  # noqa: ANN401 -- a column's value
    if value is None:
        return ""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return escaped(value) if isinstance(value, str) else str(value)
