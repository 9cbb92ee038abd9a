"""A row meets the lead it is about: blanks are filled, nothing a person wrote is overwritten."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from core import phones
from crm import custom_values
from crm.custom_values import PREFIX
from crm.enums import PhoneKind
from crm.financial import Declared
from crm.imports.drafts import Terms, declared, fields_of
from crm.imports.entries import Entry
from crm.models import Lead, LeadPhone

TOGETHER = (("budget_amount", "budget_min", "budget_unit"), ("bedrooms", "bathrooms"))
"""Columns that say one thing: filled together or not at all."""


@dataclass(slots=True)
class Known:
    """What already stands beside a lead, kept up to date while rows are merged into it."""

    numbers: set[str] = field(default_factory=set)
    notes: set[str] = field(default_factory=set)
    tags: set[int] = field(default_factory=set)
    has_consent: bool = False
    has_profile: bool = False


@dataclass(slots=True)
class Merge:
    """What a row changes about a lead. `fields` are {column: [was, became]}, plain JSON, which is what undoes it."""

    fields: dict[str, list[Any]] = field(default_factory=dict)
    phones: list[LeadPhone] = field(default_factory=list)
    note: str = ""
    opts_out: bool = False
    declared: Declared | None = None
    tags: list[int] = field(default_factory=list)

    @property
    def touches_lead(self) -> bool:
        """Whether the lead's own row or its numbers change, which is what its version counts."""
        return bool(self.fields or self.phones)

    @property
    def is_empty(self) -> bool:
        """Whether the row says nothing new."""
        return not (self.touches_lead or self.note or self.declared or self.tags)


_CENTS = Decimal("0.01")


def fill(lead: Lead, entry: Entry, known: Known, *, terms: Terms, numbers: Iterable[str]) -> Merge:
    """Fill the lead's blanks from a row, in memory; `known` learns. `numbers` are the row's that nobody else has."""
    merge = Merge()
    _fill_columns(lead, entry, merge)
    _fill_own(lead, entry, merge)
    if entry.reading.wants_visit and not lead.wants_visit:
        _set(lead, "wants_visit", True, merge)
    owner = terms.owner(entry.reading)
    if owner is not None and lead.assigned_to_id is None:
        merge.fields["assigned_to_id"] = [None, owner.pk]
        lead.assigned_to = owner
    merge.phones = _new_numbers(lead, numbers, known.numbers)
    note = entry.reading.note
    if note and note not in known.notes:
        known.notes.add(note)
        merge.note = note
    said = declared(entry.reading)
    if said != Declared() and not known.has_profile:
        known.has_profile = True
        merge.declared = said
        _set(lead, "income_band", terms.band(entry.reading), merge)
    return merge


def opt_out(lead: Lead, merge: Merge, *, now: datetime) -> None:
    """Mark that the person wants no more contact; one who said so before keeps the earlier moment."""
    if lead.opted_out_at is None:
        merge.opts_out = True
        _set(lead, "opted_out_at", now, merge)


def plain(value: object) -> object:
    """A column's value as JSON holds it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value.quantize(_CENTS))  # as it comes back from its column
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)


def _fill_columns(lead: Lead, entry: Entry, merge: Merge) -> None:
    said = fields_of(entry.reading)
    if not lead.phone_raw and said["phone_raw"]:
        parsed = phones.parse(said["phone_raw"], lead.country).primary
        _set(lead, "phone_raw", said["phone_raw"], merge)
        _set(lead, "phone_e164", parsed.e164 if parsed else "", merge)
    for group in _groups(said):
        if all(_is_blank(getattr(lead, name)) for name in group):
            for name in group:
                _set(lead, name, said[name], merge)


def _fill_own(lead: Lead, entry: Entry, merge: Merge) -> None:
    for key, value in entry.reading.custom.items():
        if key not in lead.custom:
            _set(lead, PREFIX + key, value, merge)


def _groups(said: Mapping[str, Any]) -> list[tuple[str, ...]]:
    apart = [group for group in TOGETHER if set(group) <= said.keys()]
    taken = {name for group in apart for name in group} | {"phone_raw"}
    return [*apart, *((name,) for name in said if name not in taken)]


def _set(lead: Lead, name: str, value: object, merge: Merge) -> None:
    if _is_blank(value):
        return
    merge.fields[name] = [plain(custom_values.of(lead, name)), plain(value)]
    custom_values.put(lead, name, value)


def _is_blank(value: object) -> bool:
    return value is None or value == ""


def _new_numbers(lead: Lead, numbers: Iterable[str], known: set[str]) -> list[LeadPhone]:
    """The row's numbers the lead is not found by yet, and the other ways to write them."""
    added: list[LeadPhone] = []
    for number in numbers:
        if known & phones.variants(number):
            continue
        own = number.removeprefix("+")
        kind = PhoneKind.PRIMARY if number == lead.phone_e164 else PhoneKind.SECONDARY
        kinds = {own: kind} | dict.fromkeys(phones.variants(number) - {own}, PhoneKind.VARIANT)
        added.extend(LeadPhone(lead=lead, number=each, kind=kinds[each]) for each in sorted(kinds))
        known.update(kinds)
    return added
