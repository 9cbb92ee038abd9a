"""Addresses nobody writes to: added by hand, read from a public register, or learnt from a bounce or a complaint."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import StringIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from core import audit, phones
from core.actors import Actor
from core.keyset import Order
from messaging.enums import SuppressionKind, SuppressionSource
from messaging.models import Suppression

NEWEST = Order("newest", "created_at", descending=True, timed=True)
MOST_BYTES = 5 * 1024 * 1024
MOST_LINES = 50_000
_BATCH = 2_000
_SHOWN = 20
_LONGEST = 254


class NotAnAddress(ValueError):
    """What was typed is neither a phone nor an e-mail address."""


class Unreadable(ValueError):
    """The file is too long or is no text."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Where entries come from, and until when they hold."""

    source: SuppressionSource = SuppressionSource.MANUAL
    registry: str = ""
    note: str = ""
    expires_at: datetime | None = None


@dataclass(slots=True)
class Report:
    """What came of a file: how many are listed now, how many of them newly, and the lines nobody could read."""

    listed: int = 0
    added: int = 0
    wrong: list[tuple[int, str]] = field(default_factory=list)
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Register:
    """A public register as the brokerage has it."""

    name: str
    entries: int
    read_at: datetime

    def is_stale(self, now: datetime, days: int | None) -> bool:
        """Whether it is older than the country's rule lets it be."""
        return days is not None and self.read_at < now - timedelta(days=days)


def normalised(value: str, country: str) -> tuple[SuppressionKind, str]:
    """The kind of address and how it is stored: E.164, or lower case. Raises NotAnAddress."""
    typed = value.strip().replace("\x00", "")[:_LONGEST]
    if "@" in typed:
        try:
            validate_email(typed)
        except ValidationError as error:
            raise NotAnAddress(typed) from error
        return SuppressionKind.EMAIL, typed.lower()
    number = phones.parse(typed, country).primary
    if number is None or not number.e164:
        raise NotAnAddress(typed)
    return SuppressionKind.PHONE, number.e164


def add(value: str, listing: Listing, *, country: str, by: Actor, now: datetime) -> Suppression:
    """Block an address; one that is blocked for the same reason already is told anew. Raises NotAnAddress."""
    kind, address = normalised(value, country)
    with audit.by(by), transaction.atomic():
        _store([(kind, address)], listing, by, now)
        row = Suppression.objects.get(kind=kind, value=address, source=listing.source, registry=listing.registry)
        audit.note("suppression.added", by=by, now=now, subject="messaging.Suppression")
    return row


def lift(row: Suppression, *, by: Actor, now: datetime) -> None:
    """Take an entry off the list. The person's own word in the ledger stays."""
    with audit.by(by), transaction.atomic():
        row.delete()
        told = {"kind": row.kind, "source": row.source}
        audit.note("suppression.lifted", by=by, now=now, subject="messaging.Suppression", data=told)


def take_in(content: bytes, listing: Listing, *, country: str, by: Actor, now: datetime) -> Report:
    """Read a register: the first address of each line; the same file again renews its entries. Raises Unreadable."""
    report = Report()
    found = dict.fromkeys(_addresses(_lines(content), country, report))
    with audit.by(by), transaction.atomic():
        known = Suppression.objects.filter(source=listing.source, registry=listing.registry)
        before = known.count()
        addresses = list(found)
        for start in range(0, len(addresses), _BATCH):
            _store(addresses[start : start + _BATCH], listing, by, now)
        report.listed, report.added = len(addresses), known.count() - before
        told = {"registry": listing.registry, "listed": report.listed, "added": report.added}
        audit.note("suppressions.read", by=by, now=now, subject="messaging.Suppression", data=told)
    return report


def listed(text: str = "", *, country: str) -> QuerySet[Suppression]:
    """The entries, all or those of one address however it is typed."""
    if not text.strip():
        return Suppression.objects.all()
    try:
        kind, value = normalised(text, country)
    except NotAnAddress:
        return Suppression.objects.filter(value__icontains=text.strip().replace("\x00", "")[:_LONGEST])
    return Suppression.objects.filter(kind=kind, value=value)


def registers() -> list[Register]:
    """The registers read so far and how old they are."""
    rows = Suppression.objects.filter(source=SuppressionSource.REGISTRY).values_list("registry")
    return [Register(*row) for row in rows.annotate(n=Count("pk"), at=Max("created_at")).order_by("registry")]


def end_of(day: date | None) -> datetime | None:
    """The moment at which an entry that holds until a day ends, in the reader's time zone."""
    if day is None:
        return None
    return datetime.combine(day + timedelta(days=1), time(0), timezone.get_current_timezone())


def _store(addresses: Iterable[tuple[SuppressionKind, str]], listing: Listing, by: Actor, now: datetime) -> None:
    Suppression.objects.bulk_create(
        [
            Suppression(
                kind=kind,
                value=value,
                source=listing.source,
                registry=listing.registry,
                note=listing.note,
                expires_at=listing.expires_at,
                created_at=now,
                **by.columns(),
            )
            for kind, value in addresses
        ],
        update_conflicts=True,
        unique_fields=["broker", "kind", "value", "source", "registry"],
        update_fields=["note", "expires_at", "created_at", "by_kind", "by_user", "by_label"],
    )


def _lines(content: bytes) -> list[str]:
    if len(content) > MOST_BYTES:
        raise Unreadable("bytes")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    lines = text.splitlines()
    if "\x00" in text or len(lines) > MOST_LINES:
        raise Unreadable("lines")
    return lines


def _addresses(lines: list[str], country: str, report: Report) -> Iterator[tuple[SuppressionKind, str]]:
    """The address of each line; a heading and blank lines are nothing, other lines without one are told."""
    for number, line in enumerate(lines, start=1):
        cells = [cell.strip() for cell in _cells(line)]
        if not any(cells):
            continue
        for cell in cells:
            try:
                yield normalised(cell, country)
            except NotAnAddress:
                continue
            break
        else:
            if number > 1 or any(char.isdigit() for char in line):
                report.unread += 1
                if len(report.wrong) < _SHOWN:
                    report.wrong.append((number, line[:80]))


def _cells(line: str) -> list[str]:
    try:
        return next(csv.reader(StringIO(line.replace(";", ",").replace("\t", ","))), [])
    except csv.Error:
        return [line]
