"""A file comes in: stored whole, its form guessed, its columns mapped as the brokerage mapped them last time."""

import hashlib
from collections.abc import Container, Mapping

from core.actors import Actor
from core.text import fold
from crm import custom_fields
from crm.custom_values import PREFIX
from crm.enums import ImportState
from crm.imports import own_columns
from crm.imports.columns import Column, Field, guess
from crm.imports.reading import Sheet, read
from crm.models import ImportMapping, LeadImport

_LONGEST_NAME = 200


def receive(name: str, data: bytes, *, by: Actor) -> LeadImport:
    """Store an uploaded file and what it seems to be. Raises UnreadableFile."""
    sheet = read(data)
    stored = LeadImport(
        file_name=name.strip()[-_LONGEST_NAME:] or "planilla",
        content=data,
        sha256=hashlib.sha256(data).hexdigest(),
        size=len(data),
        **by.columns(),
    )
    _describe(stored, sheet)
    stored.save()
    return stored


def opened(lead_import: LeadImport) -> Sheet:
    """The file as a table, read the way it was settled. Raises UnreadableFile."""
    return read(
        bytes(lead_import.content or b""),
        has_header=lead_import.has_header,
        encoding=lead_import.encoding,
        delimiter=lead_import.delimiter,
    )


def reread(lead_import: LeadImport, *, encoding: str, delimiter: str, has_header: bool) -> None:
    """Read the file in another way, and guess its columns anew. Raises UnreadableFile and then changes nothing."""
    data = bytes(lead_import.content or b"")
    sheet = read(data, has_header=has_header, encoding=encoding, delimiter=delimiter)
    _describe(lead_import, sheet)
    lead_import.save(update_fields=["encoding", "delimiter", "has_header", "header", "mapping"])


def map_columns(lead_import: LeadImport, mapping: Mapping[int, Column]) -> None:
    """Settle which column is which, and remember it for the next file with this header."""
    lead_import.mapping = {str(at): str(field) for at, field in mapping.items()}
    lead_import.save(update_fields=["mapping"])
    if lead_import.header:
        ImportMapping.objects.update_or_create(
            header_key=header_key(lead_import.header), defaults={"mapping": lead_import.mapping}
        )


def mapping_of(lead_import: LeadImport) -> dict[int, Column]:
    """The settled mapping, as `values.read_row` takes it."""
    return {int(at): value if value.startswith(PREFIX) else Field(value) for at, value in lead_import.mapping.items()}


def earlier(lead_import: LeadImport) -> LeadImport | None:
    """The last import of the same bytes that is not taken back, if there was one."""
    same = LeadImport.objects.filter(sha256=lead_import.sha256).exclude(pk=lead_import.pk)
    return same.exclude(state__in=[ImportState.UPLOADED, ImportState.REVERTED]).order_by("-id").first()


def discard(lead_import: LeadImport) -> None:
    """Forget a file that was not taken in."""
    lead_import.delete()


def header_key(header: list[str]) -> str:
    """What a header is remembered by: a hash blind to case and accents."""
    return hashlib.sha256("\x1f".join(fold(word) for word in header).encode()).hexdigest()


def _describe(lead_import: LeadImport, sheet: Sheet) -> None:
    lead_import.encoding, lead_import.delimiter = sheet.encoding, sheet.delimiter
    lead_import.has_header, lead_import.header = bool(sheet.header), sheet.header
    mapping = {str(at): field.value for at, field in guess(sheet.header, sheet.samples).items()}
    own = custom_fields.definitions()
    named = own_columns.named(sheet.header, own)
    remembered = _remembered(sheet.header, {field.name for field in own})
    lead_import.mapping = {at: remembered.get(at) or named.get(at) or field for at, field in mapping.items()}


def _remembered(header: list[str], own: Container[str]) -> dict[str, str]:
    if not header:
        return {}
    known = ImportMapping.objects.filter(header_key=header_key(header)).first()
    return {at: value for at, value in known.mapping.items() if value in Field.values or value in own} if known else {}
