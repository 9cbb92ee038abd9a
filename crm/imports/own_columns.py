"""Columns that are fields of the brokerage's own."""

from collections.abc import Iterable, Mapping, Sequence

from django.core.exceptions import ValidationError

from crm import custom_values
from crm.custom_values import LONGEST, Definition, Value
from crm.enums import FieldKind
from crm.imports import remarks
from crm.imports.columns import Column
from crm.imports.dates import any_date
from crm.imports.folding import clean_lines, fold
from crm.imports.names import shown_text
from crm.imports.remarks import Remark, remark


def named(header: Sequence[str], fields: Iterable[Definition]) -> dict[str, str]:
    """Columns whose header is a field's label or key, as a mapping stores them."""
    words = {fold(word): field.name for field in fields for word in (field.key, field.label)}
    found = {str(at): words.get(fold(word[:120])) for at, word in enumerate(header)}
    return {at: name for at, name in found.items() if name}


def read(texts: Mapping[Column, str], fields: Iterable[Definition]) -> tuple[dict[str, Value], list[Remark]]:
    """The values a row has for the fields, by key, and what did not fit its field."""
    values: dict[str, Value] = {}
    doubts: list[Remark] = []
    for field in fields:
        text = clean_lines(shown_text(texts.get(field.name, ""))[0])
        if len(text) > LONGEST and field.kind == FieldKind.TEXT:
            doubts.append(remark(remarks.OWN_CUT, f"{field.label}: {text}"))
            text = text[:LONGEST]
        try:
            value = custom_values.typed(field, _iso(text) if field.kind == FieldKind.DATE else text)
        except ValidationError:
            doubts.append(remark(remarks.OWN_UNREADABLE, f"{field.label}: {text}"))
            continue
        if value is not None:
            values[field.key] = value
    return values, doubts


def _iso(text: str) -> str:
    day = any_date(text) if text else None
    return day.isoformat() if day else text
