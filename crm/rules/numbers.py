"""The numbers of the rules: what each is called, of what kind it is, and between which bounds it may lie."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Value = int | Decimal | bool | None
_MOST_MONEY = Decimal(10) ** 13


class Bad(ValueError):
    """Rules that cannot be; `errors` says what is wrong with which number."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{path}: {error}" for path, error in errors.items()))
        self.errors = dict(errors)


@dataclass(frozen=True, slots=True)
class Number:
    """One number of the rules. `places` are its decimals; a `switch` is yes or no; an `optional` one may stay empty."""

    label: str | Promise
    least: Decimal
    most: Decimal
    places: int = 0
    unit: str | Promise = ""
    is_money: bool = False
    is_switch: bool = False
    is_optional: bool = False

    def read(self, raw: object) -> Value:
        """A stored or typed value; raises ValueError, in words, for one that cannot be."""
        if self.is_switch:
            if not isinstance(raw, bool):
                raise ValueError(_("Es sí o no."))
            return raw
        if raw is None and self.is_optional:
            return None
        value = _decimal(raw)
        if not self.least <= value <= self.most:
            raise ValueError(_("Va de %(least)s a %(most)s.") % {"least": self.least, "most": self.most})
        if value != round(value, self.places):
            raise ValueError(_("Lleva a lo más %(n)d decimales.") % {"n": self.places})
        return value if self.places else int(value)


def _decimal(raw: object) -> Decimal:
    if isinstance(raw, bool) or not isinstance(raw, (int, str, Decimal)):
        raise ValueError(_("No es un número."))  # noqa: TRY004 -- what was typed, not a bug
    try:
        value = Decimal(raw)
    except InvalidOperation as error:
        raise ValueError(_("No es un número.")) from error
    if not value.is_finite():
        raise ValueError(_("No es un número."))
    return value


def whole(label: str | Promise, default: int, *, least: int = 0, most: int = 100, unit: str | Promise = "") -> Any:  # noqa: ANN401 -- a dataclass field
    """A whole number."""
    return field(default=default, metadata={"number": Number(label, Decimal(least), Decimal(most), unit=unit)})


def optional(label: str | Promise, *, least: int, most: int, unit: str | Promise = "") -> Any:  # noqa: ANN401
    """A whole number that may stay empty."""
    number = Number(label, Decimal(least), Decimal(most), unit=unit, is_optional=True)
    return field(default=None, metadata={"number": number})


def fraction(label: str | Promise, *, most: int) -> Any:  # noqa: ANN401
    """A number with two decimals."""
    number = Number(label, Decimal(0), Decimal(most), places=2)
    return field(default=Decimal(1), metadata={"number": number})


def money(label: str | Promise, default: int) -> Any:  # noqa: ANN401
    """An amount in the brokerage's currency."""
    number = Number(label, Decimal(0), _MOST_MONEY, places=2, is_money=True)
    return field(default=Decimal(default), metadata={"number": number})


def switch(label: str | Promise) -> Any:  # noqa: ANN401
    """Yes or no; no unless somebody says so."""
    number = Number(label, Decimal(0), Decimal(1), is_switch=True)
    return field(default=False, metadata={"number": number})
