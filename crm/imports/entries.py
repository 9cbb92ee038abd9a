"""The rows of an import's file, each read and ready to be placed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from accounts.models import Broker
from core.money import Unit
from crm.custom_values import Definition
from crm.imports.columns import Column
from crm.imports.reading import Sheet
from crm.imports.values import Defaults, RowReading, fingerprint, read_row


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the file. `numbers` are its phones that can be dialled (E.164), the lead's own first."""

    number: int
    cells: list[str]
    reading: RowReading
    numbers: tuple[str, ...]
    fingerprint: str


def defaults_of(broker: Broker, now: datetime, own: tuple[Definition, ...] = ()) -> Defaults:
    """What the rows do not say themselves, as the brokerage has it."""
    today = now.astimezone(broker.zone).date()
    return Defaults(today=today, country=broker.country, unit=Unit(broker.currency), own=own)


def entries(sheet: Sheet, mapping: Mapping[int, Column], defaults: Defaults, *, first: int = 1) -> Iterator[Entry]:
    """Read the rows from number `first` on, one at a time; raises UnreadableFile where the file is damaged."""
    for row in sheet.rows:
        if row.number < first:
            continue
        cells = [_storable(cell) for cell in row.cells]
        reading = read_row(cells, mapping, defaults, about=row.remarks)
        yield Entry(row.number, cells, reading, _numbers(reading), fingerprint(cells))


def _numbers(reading: RowReading) -> tuple[str, ...]:
    own = reading.phone.e164 if reading.phone else ""
    return tuple(dict.fromkeys(number for number in (own, *(phone.e164 for phone in reading.phones)) if number))


def _storable(cell: str) -> str:
    """Without what PostgreSQL cannot hold: NUL and halves of surrogate pairs, which a crafted workbook may contain."""
    return cell.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
