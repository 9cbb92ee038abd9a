"""What is to become of each row, decided before anything is written; the preview and the import decide the same way."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from accounts.models import User
from crm.enums import RowOutcome
from crm.imports import remarks
from crm.imports.entries import Entry
from crm.imports.known import Book, Person
from crm.imports.remarks import Remark, remark


@dataclass(frozen=True, slots=True)
class Placed:
    """A row and its fate. `person` is who it is (None when rejected), `rejection` why it stays outside.

    `only_opt_out`: the lead is a colleague's, so a row may only say of it that the person wants no more contact.
    """

    entry: Entry
    outcome: RowOutcome
    person: Person | None = None
    rejection: Remark | None = None
    only_opt_out: bool = False


def place(batch: Iterable[Entry], book: Book, importer: User | None) -> Iterator[Placed]:
    """Decide row by row; each row becomes known to the next. Without an importer (who left) nothing is out of reach."""
    for entry in batch:
        reading = entry.reading
        if reading.rejection is not None:
            yield Placed(entry, RowOutcome.REJECTED, rejection=reading.rejection)
            continue
        person = book.find(entry)
        if person is None:
            person = Person(reading.name, first_row=entry.number, owner_id=importer.pk if importer else None)
            book.learn(entry, person)
            yield Placed(entry, RowOutcome.CREATED, person)
        elif _is_a_colleagues(person, importer):
            yield _out_of_reach(entry, person)
        else:
            book.learn(entry, person)
            yield Placed(entry, RowOutcome.MERGED, person)


def _is_a_colleagues(person: Person, importer: User | None) -> bool:
    if importer is None or importer.is_admin or person.lead_id is None:
        return False
    return person.owner_id not in {None, importer.pk}


def _out_of_reach(entry: Entry, person: Person) -> Placed:
    if entry.reading.opt_out:
        return Placed(entry, RowOutcome.MERGED, person, only_opt_out=True)
    return Placed(entry, RowOutcome.REJECTED, rejection=remark(remarks.COLLEAGUES_LEAD))
