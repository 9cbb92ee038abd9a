"""What an import would do, row by row, without doing it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils.translation import pgettext

from crm.enums import Operation, PropertyType, RowOutcome
from crm.imports import intake
from crm.imports.drafts import Terms
from crm.imports.entries import Entry, defaults_of, entries
from crm.imports.known import Book
from crm.imports.placing import Placed, place
from crm.imports.remarks import OPT_OUT, Remark
from crm.models import LeadImport

MOST_ROWS = 5_000
"""Rows looked at before an import; a longer file is judged by its beginning."""
_LOOKED_UP_AT_ONCE = 500
_SHOWN = 50
SHOWS = ("all", "created", "merged", "rejected", "opt_out", "warned")


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """A row as it would come in. `joins_row` or `joins_lead` say whom it would be merged into."""

    placed: Placed
    doubts: tuple[Remark, ...]
    joins_row: int = 0
    joins_lead: str = ""

    @property
    def entry(self) -> Entry:
        """The row and what was read in it."""
        return self.placed.entry

    @property
    def wants(self) -> str:
        """What the person looks for, in a few words."""
        reading = self.entry.reading
        operation = str(Operation(reading.operation).label) if reading.operation else ""
        kind = str(PropertyType(reading.property_type).label) if reading.property_type else ""
        return " · ".join(filter(None, [operation, f"{kind} {_rooms(reading.bedrooms, reading.bathrooms)}".strip()]))

    @property
    def text(self) -> str:
        """The filled cells, for a row that stays outside."""
        return " · ".join(cell for cell in self.entry.cells if cell.strip())

    @property
    def label(self) -> str:
        """The outcome in words."""
        return str(self.placed.outcome.label)


def _rooms(bedrooms: int | None, bathrooms: int | None) -> str:
    """Rooms as listings abbreviate them: "2D1B"."""
    numbers = {"bedrooms": bedrooms, "bathrooms": bathrooms}
    if bedrooms and bathrooms:
        return pgettext("dormitorios y baños", "%(bedrooms)sD%(bathrooms)sB") % numbers
    if bedrooms:
        return pgettext("dormitorios", "%(bedrooms)sD") % numbers
    return pgettext("baños", "%(bathrooms)sB") % numbers if bathrooms else ""


@dataclass(slots=True)
class Preview:
    """Counts over the rows looked at (`seen`), and the first of those that are to be shown."""

    counts: Counter[str] = field(default_factory=Counter)
    rows: list[PreviewRow] = field(default_factory=list)
    seen: int = 0
    is_whole: bool = True

    def count(self, show: str) -> int:
        """How many rows a choice of SHOWS holds."""
        return self.counts[show]


def look(lead_import: LeadImport, *, show: str, now: datetime) -> Preview:
    """Read, look up and place the file's first rows. Raises UnreadableFile where the file is damaged."""
    terms = Terms.of(lead_import)
    defaults = defaults_of(terms.broker, now, terms.own)
    found = entries(intake.opened(lead_import), intake.mapping_of(lead_import), defaults)
    preview, book = Preview(), Book()
    for batch in _batches(islice(found, MOST_ROWS)):
        book.look_up(batch)
        for placed in place(batch, book, terms.importer):
            _add(preview, placed, terms, show)
    preview.is_whole = next(found, None) is None
    return preview


def _batches(found: Iterator[Entry]) -> Iterator[list[Entry]]:
    while batch := list(islice(found, _LOOKED_UP_AT_ONCE)):
        yield batch


def _add(preview: Preview, placed: Placed, terms: Terms, show: str) -> None:
    reading = placed.entry.reading
    doubts = (*reading.warnings, *terms.doubts(reading)) if placed.rejection is None else ()
    doubts = tuple(doubt for doubt in doubts if doubt.code != OPT_OUT)
    kinds = {"all", placed.outcome.value}
    if placed.rejection is None:
        kinds |= {"opt_out"} if reading.opt_out else set()
        kinds |= {"warned"} if doubts else set()
    preview.counts.update(kinds)
    preview.seen += 1
    if show in kinds and len(preview.rows) < _SHOWN:
        person = placed.person if placed.outcome == RowOutcome.MERGED else None
        row, lead = (person.first_row, person.name) if person else (0, "")
        preview.rows.append(PreviewRow(placed, doubts, row, "" if row else lead))
