"""Tables as a page shows them and a file holds them."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from crm.sheet_files import escaped

Plain = str | int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What is read, where it leads, and the bare value for a file (the text where there is none).

    `heat` 0 to 5 tints the cell; `face` draws a person's initials before the text.
    """

    text: str
    url: str = ""
    value: Plain = None
    heat: int = 0
    face: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading; numbers stand to the right; `minor` ones are left out on a phone."""

    label: str
    number: bool = True
    minor: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under headings; the first cell of a row names it. `key` is its name in addresses."""

    key: str
    label: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    file_url: str = ""

    @property
    def lines(self) -> list[tuple[Cell, list[tuple[Column, Cell]]]]:
        """Each row's name, and its other cells beside their columns."""
        return [(row[0], list(zip(self.columns[1:], row[1:], strict=True))) for row in self.rows]

    def csv(self) -> bytes:
        """UTF-8 with a byte order mark, as Excel wants it; no cell is taken for a formula."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow([escaped(column.label) for column in self.columns])
        writer.writerows([_plain(cell) for cell in row] for row in self.rows)
        return text.getvalue().encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name and figure in words, its share of the longest, a part of it hatched, a tick somewhere along."""

    label: str
    text: str
    share: float
    url: str = ""
    note: str = ""
    hatched: float = 0.0
    tick: float | None = None
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a page: a heading, a sentence on what is counted, bars if they tell more, and the table behind them."""

    title: str
    about: str
    table: Table
    bars: Sequence[Bar] = ()
    legend: Sequence[tuple[str, str]] = ()
    more_url: str = ""
    days: "Days | None" = None


@dataclass(frozen=True, slots=True)
class Days:
    """Columns over the days of a range: (day in words, number)."""

    columns: Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Stat:
    """A figure that stands alone, and where it leads."""

    label: str
    value: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """What a page of figures shows; `is_empty` when there is nothing to count yet."""

    stats: Sequence[Stat] = ()
    blocks: Sequence[Block] = field(default_factory=list)
    is_empty: bool = False

    def table(self, key: str) -> Table | None:
        """The table of that name."""
        return next((block.table for block in self.blocks if block.table.key == key), None)


def shares(numbers: Iterable[float]) -> list[float]:
    """Each number as a share of the largest."""
    known = list(numbers)
    top = max(known, default=0) or 1
    return [number / top for number in known]


def _plain(cell: Cell) -> str:
    if cell.value is None:
        return escaped(cell.text.replace("\n", " · "))
    return escaped(cell.value) if isinstance(cell.value, str) else str(cell.value)
