"""Phones as people type them in Latin America, read with Google's metadata.

A *possible* number is accepted, an *invalid* one too but with a warning: the placeholder everybody writes in Chile,
+56 9 1234 5678, is invalid to the metadata and still means "a phone". What cannot be a phone keeps its raw text and
gets no E.164.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult, shortnumberinfo

from core.phone_cells import (
    EXTENSION,
    FEWEST_DIGITS,
    MAX_CELL,
    digits_lost,
    digits_of,
    fold_digits,
    note_of,
    pieces,
    unscientific,
)
from core.phone_plans import CALLING_CODES, by_habit, lacks_area, respelled, with_ninth_digit

MAX_NUMBERS = 5


class PhoneWarning(StrEnum):
    """Why a phone needs a second look; stored with an import row."""

    IMPOSSIBLE = "phone_impossible"
    INVALID = "phone_invalid"
    NO_AREA = "phone_no_area"
    EMERGENCY = "phone_emergency"
    PREMIUM = "phone_premium"
    FOREIGN = "phone_foreign"


PHONE_WARNINGS: dict[PhoneWarning, Promise] = {
    PhoneWarning.IMPOSSIBLE: _("El teléfono «%(raw)s» no puede ser un número completo; se guarda tal cual"),
    PhoneWarning.INVALID: _("El teléfono «%(raw)s» no parece válido; se acepta igual"),
    PhoneWarning.NO_AREA: _("Al teléfono «%(raw)s» le falta el código de área"),
    PhoneWarning.EMERGENCY: _("«%(raw)s» es un número de emergencia o servicio, no el teléfono de una persona"),
    PhoneWarning.PREMIUM: _("«%(raw)s» es un número de tarifa especial; no se usará para llamar"),
    PhoneWarning.FOREIGN: _("El teléfono «%(raw)s» se leyó como extranjero, con su código de país"),
}


@dataclass(frozen=True, slots=True)
class ParsedPhone:
    """One number of a cell. `e164` is "" when it must not or cannot be dialled; `raw` is always what was typed."""

    raw: str
    e164: str = ""
    possible: bool = False
    valid: bool = False
    note: str = ""
    warning: PhoneWarning | None = None

    @property
    def warning_text(self) -> str:
        """The warning in the reader's language, "" without one."""
        return str(PHONE_WARNINGS[self.warning]) % {"raw": self.raw} if self.warning else ""


@dataclass(frozen=True, slots=True)
class ParsedPhones:
    """All numbers of a cell, in the order typed. Empty when the cell holds no digit."""

    numbers: tuple[ParsedPhone, ...] = ()

    @property
    def primary(self) -> ParsedPhone | None:
        """The first number that can be dialled, else the first, else None."""
        return next((number for number in self.numbers if number.e164), self.numbers[0] if self.numbers else None)

    @property
    def further(self) -> tuple[ParsedPhone, ...]:
        """The others."""
        primary = self.primary
        return tuple(number for number in self.numbers if number is not primary)


def parse(raw: str, country: str) -> ParsedPhones:
    """Read every number in a cell such as "998248519 / 997457446" or "929722233 (whatsapp)".

    `country` is the ISO code whose habits apply to numbers without a country code. Never raises.
    """
    return _parse(fold_digits(raw)[:MAX_CELL].strip(), country)


@lru_cache(maxsize=2_000)  # an import reads a cell, stores it and finds it again within one batch
def _parse(text: str, country: str) -> ParsedPhones:
    found = [_one(piece, country.upper()) for piece in pieces(text)[:MAX_NUMBERS]]
    unique: list[ParsedPhone] = []
    for number in found:
        if not any(number.e164 and number.e164 == other.e164 for other in unique):
            unique.append(number)
    return ParsedPhones(tuple(unique))


def variants(e164: str) -> frozenset[str]:
    """The digit strings under which the same phone may write to us, itself included; empty for "".

    WhatsApp still delivers Mexican mobiles as 521…, Argentine ones as 54 9 … or 54 …, old Brazilian ones without the
    ninth digit.
    """
    digits = digits_of(fold_digits(e164))
    if not digits:
        return frozenset()
    return frozenset({digits} | respelled(digits))


def display(e164: str) -> str:
    """The number as people at home write it, "9 9824 8519"; what cannot be read comes back unchanged."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)


def international(e164: str) -> str:
    """The number with its country in front, "+56 9 9824 8519"; what cannot be read comes back unchanged."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    return phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _one(piece: str, country: str) -> ParsedPhone:
    text = EXTENSION.sub("", unscientific(piece)).removesuffix(".0")
    digits = digits_of(text)
    note = note_of(piece)
    plus = bool(re.match(r"[^\d+]*\+", text)) or digits.startswith("00")
    digits = digits.removeprefix("00")
    if digits_lost(piece):
        return ParsedPhone(raw=piece, warning=PhoneWarning.IMPOSSIBLE)
    if not plus and lacks_area(digits, country):
        return ParsedPhone(raw=piece, note=note, warning=PhoneWarning.NO_AREA)
    if not plus and _is_emergency(digits, country):
        return ParsedPhone(raw=piece, note=note, warning=PhoneWarning.EMERGENCY)
    number = _read_abroad(digits) if plus else _read_at_home(digits, country)
    foreign = False
    if number is None and not plus:
        number = _foreign_without_plus(digits)
        foreign = number is not None
    if number is None:
        return ParsedPhone(raw=piece, note=note, warning=PhoneWarning.IMPOSSIBLE)
    return _judge(number, piece, note, foreign=foreign)


def _judge(number: phonenumbers.PhoneNumber, raw: str, note: str, *, foreign: bool) -> ParsedPhone:
    valid = phonenumbers.is_valid_number(number)
    if phonenumbers.number_type(number) == PhoneNumberType.PREMIUM_RATE:
        return ParsedPhone(raw=raw, possible=True, valid=valid, note=note, warning=PhoneWarning.PREMIUM)
    warning = PhoneWarning.FOREIGN if foreign else None
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return ParsedPhone(
        raw, e164, possible=True, valid=valid, note=note, warning=warning if valid else PhoneWarning.INVALID
    )


def _read_at_home(digits: str, country: str) -> phonenumbers.PhoneNumber | None:
    """A number without a plus, by the habits of `country`; None when it cannot be one there."""
    code = CALLING_CODES.get(country, "")
    bare = by_habit(digits, country)
    if bare is None and code and digits.startswith(code):
        bare = by_habit(digits.removeprefix(code), country)
    return _brazilian_mobile(_possible(digits, country) if bare is None else _possible(f"+{code}{bare}"))


def _read_abroad(digits: str) -> phonenumbers.PhoneNumber | None:
    """A number with its country code; that country's habits are cleared away too: "+521…", "+56 09…", "+54 11 15…"."""
    for country, code in CALLING_CODES.items():
        if digits.startswith(code):
            bare = by_habit(digits.removeprefix(code), country)
            return _brazilian_mobile(_possible(f"+{digits}" if bare is None else f"+{code}{bare}"))
    return _possible(f"+{digits}")


def _foreign_without_plus(digits: str) -> phonenumbers.PhoneNumber | None:
    """Take "5491153320000" in a Chilean sheet as foreign, but only when it is valid in a country we know."""
    if not digits.startswith(tuple(CALLING_CODES.values())):
        return None
    number = _read_abroad(digits)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _brazilian_mobile(number: phonenumbers.PhoneNumber | None) -> phonenumbers.PhoneNumber | None:
    """An old eight-digit mobile gets its ninth digit (all have had it since 2016); a valid landline gets none."""
    if number is None or str(number.country_code) != CALLING_CODES["BR"] or phonenumbers.is_valid_number(number):
        return number
    longer = with_ninth_digit(f"{number.country_code}{number.national_number}")
    candidate = _possible(f"+{longer}")
    return candidate if candidate is not None and phonenumbers.is_valid_number(candidate) else number


def _possible(text: str, country: str | None = None) -> phonenumbers.PhoneNumber | None:
    """Parse; None unless the length is right for a whole number (a local part alone is not)."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == ValidationResult.IS_POSSIBLE
    return number if possible else None


def _is_emergency(digits: str, country: str) -> bool:
    """133, 911 and the other numbers of the country's short-number plan: no person's phone."""
    if not 0 < len(digits) < FEWEST_DIGITS:
        return False
    if shortnumberinfo.is_emergency_number(digits, country):
        return True
    try:
        return shortnumberinfo.is_valid_short_number(phonenumbers.parse(digits, country))
    except phonenumbers.NumberParseException:
        return False
