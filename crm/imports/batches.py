"""A batch of rows taken in: looked up, created or merged, and told, in a constant number of statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from core import audit
from core.actors import Actor
from crm import leads
from crm.enums import RowOutcome
from crm.imports import merging
from crm.imports.drafts import Terms, draft
from crm.imports.entries import Entry
from crm.imports.known import Book, Person
from crm.imports.pile import Gone, Pile
from crm.imports.placing import Placed, place
from crm.models import Lead

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows ended how."""

    created: int = 0
    merged: int = 0
    rejected: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.created + other.created, self.merged + other.merged, self.rejected + other.rejected)


def take(batch: Sequence[Entry], terms: Terms, *, by: Actor, now: datetime) -> Tally:
    """Take rows in, inside the caller's transaction.

    When a lead of the batch was made or deleted by somebody else between looking it up and writing it, the batch is
    taken back and its rows are tried one by one: then only that row waits for the other transaction.
    """
    try:
        with transaction.atomic():
            return _take(batch, terms, by=by, now=now)
    except (IntegrityError, Gone):
        return sum((_take_alone(entry, terms, by=by, now=now) for entry in batch), Tally())


def _take_alone(entry: Entry, terms: Terms, *, by: Actor, now: datetime) -> Tally:
    for _try in range(_TRIES - 1):
        try:
            with transaction.atomic():
                return _take([entry], terms, by=by, now=now)
        except (IntegrityError, Gone):
            continue
    with transaction.atomic():
        return _take([entry], terms, by=by, now=now)


def _take(batch: Sequence[Entry], terms: Terms, *, by: Actor, now: datetime) -> Tally:
    book = Book()
    book.look_up(batch)
    placed = list(place(batch, book, terms.importer))
    pile = Pile(terms, by, now)
    with audit.by(by, reason=terms.lead_import.file_name):
        pile.name_tags(one for one in placed if one.outcome != RowOutcome.REJECTED)
        stored = _create(placed, pile) | pile.hold(placed)
        for one in placed:
            if one.outcome == RowOutcome.MERGED and one.person is not None:
                _merge(one, stored[one.person], book, pile)
            elif one.outcome == RowOutcome.REJECTED:
                pile.reject(one)
        pile.write()
    outcomes = [one.outcome for one in placed]
    return Tally(*(outcomes.count(each) for each in (RowOutcome.CREATED, RowOutcome.MERGED, RowOutcome.REJECTED)))


def _create(placed: Sequence[Placed], pile: Pile) -> dict[Person, Lead]:
    new = [one for one in placed if one.outcome == RowOutcome.CREATED and one.person is not None]
    drafts = [draft(one.entry, pile.terms, now=pile.now) for one in new]
    made = leads.create_many(drafts, by=pile.by, now=pile.now) if drafts else []
    stored: dict[Person, Lead] = {}
    for one, lead in zip(new, made, strict=True):
        pile.welcome(one, lead)
        if one.person is not None:
            stored[one.person] = lead
    return stored


def _merge(one: Placed, lead: Lead, book: Book, pile: Pile) -> None:
    entry, known = one.entry, pile.known[lead.pk]
    merge = merging.Merge()
    if not one.only_opt_out:
        free = [number for number in entry.numbers if book.holder(number) is one.person]
        merge = merging.fill(lead, entry, known, terms=pile.terms, numbers=free)
        merge.tags = pile.new_tags(entry, known)
    if entry.reading.opt_out:
        merging.opt_out(lead, merge, now=pile.now)
    pile.merge(one, lead, merge)
