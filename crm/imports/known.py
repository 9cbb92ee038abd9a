"""Which lead a row is: by phone, by an earlier import of the very row, by e-mail address.

The same phone is the same lead, always: a brokerage has one lead per number. An address is shared by couples and firms,
so it counts only while neither the names nor the phones speak against it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Coalesce

from core import phones
from core.text import fold
from crm import duplicates
from crm.imports.entries import Entry
from crm.models import ImportRow, Lead


@dataclass(slots=True, eq=False)
class Person:
    """Somebody a row may turn out to be: a stored lead (`lead_id`), or one that an earlier row brings in."""

    name: str
    lead_id: int | None = None
    owner_id: int | None = None
    first_row: int = 0
    numbers: set[str] = field(default_factory=set)


class Book:
    """Everybody known so far. Each row that is placed becomes known to the rows after it."""

    def __init__(self) -> None:
        self._by_number: dict[str, Person] = {}
        self._by_print: dict[str, Person] = {}
        self._by_email: defaultdict[str, list[Person]] = defaultdict(list)
        self._by_lead: dict[int, Person] = {}

    def find(self, entry: Entry) -> Person | None:
        """Who a row is, None for somebody new."""
        for number in entry.numbers:
            if (person := self.holder(number)) is not None:
                return person
        same_row = self._by_print.get(entry.fingerprint)
        return same_row or next(
            (person for person in self._by_email.get(entry.reading.email, ()) if _may_be(person, entry)), None
        )

    def holder(self, number: str) -> Person | None:
        """Whose number this is, in any way it may be written."""
        return next((self._by_number[one] for one in phones.variants(number) if one in self._by_number), None)

    def learn(self, entry: Entry, person: Person) -> None:
        """Remember a row as this person; what somebody else is known by already stays theirs."""
        for number in entry.numbers:
            for variant in phones.variants(number):
                if self._by_number.setdefault(variant, person) is person:
                    person.numbers.add(variant)
        self._by_print.setdefault(entry.fingerprint, person)
        if entry.reading.email and person not in self._by_email[entry.reading.email]:
            self._by_email[entry.reading.email].append(person)
        person.name = person.name or entry.reading.name

    def look_up(self, batch: Sequence[Entry]) -> None:
        """Get to know the stored leads that these rows may be: a constant number of queries."""
        rows = [entry for entry in batch if entry.reading.rejection is None]
        by_number = duplicates.holding({number for entry in rows for number in entry.numbers})
        by_email = _holding_addresses({entry.reading.email for entry in rows} - {""})
        by_print = _seen_before({entry.fingerprint for entry in rows})
        self._meet({*by_number.values(), *by_print.values(), *(pk for _email, pk in by_email)})
        for number, lead_id in by_number.items():
            for variant in phones.variants(number):
                self._by_number.setdefault(variant, self._by_lead[lead_id])
        for email, lead_id in by_email:
            if self._by_lead[lead_id] not in self._by_email[email]:
                self._by_email[email].append(self._by_lead[lead_id])
        for seen, lead_id in by_print.items():
            self._by_print.setdefault(seen, self._by_lead[lead_id])

    def _meet(self, lead_ids: Iterable[int]) -> None:
        new = set(lead_ids) - self._by_lead.keys()
        found = Lead.objects.filter(pk__in=new).values_list("pk", "name", "assigned_to_id", "phone_e164")
        for pk, name, owner_id, number in found:
            self._by_lead[pk] = Person(name, lead_id=pk, owner_id=owner_id, numbers=set(phones.variants(number)))


def _holding_addresses(addresses: set[str]) -> list[tuple[str, int]]:
    """(address, lead) of stored leads, the oldest lead of each address first."""
    return list(Lead.objects.filter(email__in=addresses).order_by("pk").values_list("email", "pk"))


def _seen_before(prints: set[str]) -> dict[str, int]:
    """Lead by fingerprint, of rows that earlier imports took in; a reverted import has no rows any more."""
    rows = ImportRow.objects.filter(fingerprint__in=prints, lead__isnull=False).order_by("id")
    living = Q(lead__deleted_at=None) | Q(lead__merged_into__isnull=False, lead__merged_into__deleted_at=None)
    person = Coalesce("lead__merged_into_id", "lead_id")  # who was merged is looked for where they are now
    return dict(rows.filter(living).values_list("fingerprint", person))


def _may_be(person: Person, entry: Entry) -> bool:
    """Whether a shared address means the same person."""
    known, said = set(fold(person.name).split()), set(fold(entry.reading.name).split())
    if known and said:
        return known <= said or said <= known
    return not (person.numbers and entry.numbers)
