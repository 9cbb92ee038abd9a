"""Values of a brokerage's own fields: as JSON holds them, as people type them, as they are shown.

A value is a string (text, choice, an ISO day), a number or a boolean; a field without a value has no key at all.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_date
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.text import fold
from crm.enums import FieldKind
from crm.models import Lead

PREFIX = "cf_"
"""What the names of own fields begin with in forms, filters, imports and stored changes."""
LONGEST = 300
LARGEST = 10**11
"""With four decimals fifteen digits: what a JSON number keeps exactly everywhere."""
DECIMALS = 4
DAYS = (date(1900, 1, 1), date(2200, 1, 1))
Value = str | int | float | bool
_YES = frozenset("si s sim yes y true verdadero 1 x ok".split())  # noqa: SIM905
_NO = frozenset("no n nao false falso 0".split())  # noqa: SIM905
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Definition:
    """A field as values are checked by it, free of the database."""

    key: str
    label: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    required: bool = False

    @property
    def name(self) -> str:
        """The field's name in forms, filters and changes."""
        return PREFIX + self.key


def of(lead: Lead, name: str) -> Any:  # noqa: ANN401 -- a column's value, or a field's
    """What stands in a field of a lead: a column by its name, an own field by its prefixed key."""
    return lead.custom.get(name.removeprefix(PREFIX)) if name.startswith(PREFIX) else getattr(lead, name)


def put(lead: Lead, name: str, value: Any) -> None:  # noqa: ANN401
    """Set a field of a lead in memory; an own field without a value loses its key."""
    if not name.startswith(PREFIX):
        setattr(lead, name, value)
        return
    key = name.removeprefix(PREFIX)
    rest = {kept: held for kept, held in lead.custom.items() if kept != key}
    lead.custom = rest if value is None else rest | {key: value}  # a new dictionary: the old one may be another's


def column(name: str) -> str:
    """The column a field of a lead is stored in."""
    return "custom" if name.startswith(PREFIX) else name


def checked(field: Definition, value: object) -> Value | None:
    """A value as JSON brings it; raises ValidationError unless it is of the field's kind. None and "" are no value."""
    if value is None or value == "":
        return None
    if field.kind == FieldKind.FLAG:
        if not isinstance(value, bool):
            raise ValidationError(_("Aquí va true o false."))
        return value
    if field.kind == FieldKind.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValidationError(_("Aquí va un número."))
        return _stored(Decimal(str(value)))
    if not isinstance(value, str):
        raise ValidationError(_("Aquí va un texto."))
    return _text(field, value)


def typed(field: Definition, text: str) -> Value | None:
    """A value as people type it in the reader's language; raises ValidationError. Blank is no value."""
    text = text.strip()
    if not text:
        return None
    if field.kind == FieldKind.NUMBER:
        return _stored(_number(text))
    if field.kind == FieldKind.FLAG:
        word = fold(text[:20])
        if word not in _YES | _NO:
            raise ValidationError(_("Escribe «sí» o «no»."))
        return word in _YES
    if field.kind == FieldKind.CHOICE:
        same = {fold(option): option for option in field.options}
        return _text(field, same.get(fold(text[:LONGEST]), text))
    return _text(field, text)


def words(value: object) -> str:
    """A value as people read it, told by its shape; "" for none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("Sí") if value else _("No")
    if isinstance(value, int | float):
        return str(number_format(value, use_l10n=True))
    day = _day(str(value))
    return date_format(day, "SHORT_DATE_FORMAT") if day else str(value)


def editable(value: Value | None) -> str:
    """A value as a form shows it for editing: what `typed` reads back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value) if get_language() == "en" else str(value).replace(".", ",")
    return value


def changes(values: Mapping[str, Value | None]) -> dict[str, Value | None]:
    """Values by key as changes of a lead."""
    return {PREFIX + key: value for key, value in values.items()}


def _text(field: Definition, text: str) -> str:
    if "\x00" in text or len(text) > LONGEST:
        raise ValidationError(_("A lo más %(limit)s caracteres.") % {"limit": LONGEST})
    if field.kind == FieldKind.CHOICE and text not in field.options:
        raise ValidationError(_("No es una de las opciones."))
    if field.kind == FieldKind.DATE and not _day(text):
        raise ValidationError(_("No es una fecha posible."))
    return text


def _day(text: str) -> date | None:
    try:
        day = parse_date(text) if _ISO.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and DAYS[0] <= day <= DAYS[1] else None


def _number(text: str) -> Decimal:
    """Read "1.250,5", in English "1,250.5"; a single mark is read by what follows it."""
    thousands, mark = (",", ".") if get_language() == "en" else (".", ",")
    bare = re.sub(r"[\s']", "", text[:40])
    if re.fullmatch(rf"[+-]?[1-9]\d{{0,2}}(\{thousands}\d{{3}})+(\{mark}\d+)?", bare, re.ASCII):
        bare = bare.replace(thousands, "")
    bare = bare.replace(",", ".")
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", bare, re.ASCII):
        raise ValidationError(_("Escribe un número, por ejemplo 1250 o 3,5."))
    return Decimal(bare)


def _stored(number: Decimal) -> int | float:
    if not number.is_finite() or abs(number) >= LARGEST:
        raise ValidationError(_("El número es demasiado grande."))
    if number != round(number, DECIMALS):
        raise ValidationError(_("A lo más %(limit)s decimales.") % {"limit": DECIMALS})
    return int(number) if number == int(number) else float(number)
