"""Amounts as people write them, "2,5 mil UF", "US$ 150.000", "dos palos", taken apart into number, scale and unit."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.text import fold

MAX_TEXT = 200
"""Characters of a cell that are read; an amount is shorter."""


class Unit(StrEnum):
    """The units a price may have. UF is Chile's indexed unit (ISO calls it CLF, nobody there does)."""

    UF = "UF"
    CLP = "CLP"
    USD = "USD"
    MXN = "MXN"
    ARS = "ARS"
    COP = "COP"
    PEN = "PEN"
    BRL = "BRL"
    UYU = "UYU"


# Patterns over folded text. None stands for "the local peso": which one it is, the reader's default says.
# The order counts: the dollars and reais before the bare $.
UNIT_WORDS: tuple[tuple[str, Unit | None], ...] = (
    (r"(?<![a-z])u\.? ?f\.?s?(?![a-z])", Unit.UF),
    (r"r\$|(?<![a-z])(?:brl|reais)(?![a-z])", Unit.BRL),
    (r"us\$|u\$[sd]|(?<![a-z])(?:usd|dolar(?:es)?|dollars?|dls|verdes)(?![a-z])|u\$", Unit.USD),
    (r"\$u(?![a-z])|(?<![a-z])uyu(?![a-z])", Unit.UYU),
    (r"s/\.?(?=\s*\d)|(?<![a-z])(?:pen|soles)(?![a-z])", Unit.PEN),
    (r"mx\$|(?<![a-z])(?:mxn|m\.n\.|mn)(?![a-z])", Unit.MXN),
    (r"ar\$|(?<![a-z])ars(?![a-z])", Unit.ARS),
    (r"(?<![a-z])cop(?![a-z])", Unit.COP),
    (r"(?<![a-z])clp(?![a-z])", Unit.CLP),
    (r"\$|(?<![a-z])pesos?(?![a-z])", None),
)
SCALES: tuple[tuple[str, int, bool], ...] = (
    # pattern, factor, whether only money of the country is counted so
    (r"millones|millon|millions?|mill|milhoes|milhao|mm|mi|m(?!ts|etros|2)", 1_000_000, False),
    (r"palos?|melones|melon", 1_000_000, True),
    (r"lucas?|luks?", 1_000, True),
    (r"mil|miles|thousand|k", 1_000, False),
)
NUMBER_WORDS = {
    "medio": "0.5", "media": "0.5", "meio": "0.5", "un": "1", "una": "1", "uno": "1", "um": "1", "dos": "2",
    "dois": "2", "tres": "3", "cuatro": "4", "quatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8",
    "nueve": "9",
    "diez": "10", "dez": "10", "veinte": "20", "treinta": "30", "cuarenta": "40", "cincuenta": "50", "sesenta": "60",
    "setenta": "70", "ochenta": "80", "noventa": "90", "cien": "100",
}  # fmt: skip

_ANY_UNIT = "|".join(pattern for pattern, _unit in UNIT_WORDS)
_ANY_SCALE = "|".join(pattern for pattern, _factor, _local in SCALES)
_AMOUNT = re.compile(
    rf"(?P<pre>{_ANY_UNIT})?\s*"
    r"(?P<number>\d{1,3}(?: \d{3}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,']\d+)*)"
    rf"(?:\s*(?P<scale>{_ANY_SCALE})(?![a-z])(?P<half>\s+[ye]\s+me[di]i?o)?)?"
    rf"(?:\s*(?:de )?(?P<post>{_ANY_UNIT}))?"
)
_WORD_NUMBER = re.compile(rf"(?<![a-z])({'|'.join(NUMBER_WORDS)})(?=\s+(?:{_ANY_SCALE})(?![a-z]))")
_AREA = re.compile(r"\d+(?:[.,]\d+)?\s*(?:m2|mts?2?|metros)(?![a-z])")
_MILLIONS_SIGN = re.compile(r"mm\$\s*(\d[\d.,]{0,20})")


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount in a text. `value` is unscaled; `factor` 1 without a scale; `unit` None when none was written."""

    value: Decimal
    factor: int
    unit: Unit | None
    local: bool
    start: int
    end: int

    @property
    def scaled(self) -> Decimal:
        """The amount meant."""
        return self.value * self.factor


def prepared(text: str) -> str:
    """A cell ready for `amounts`: folded, floor areas left out, number words as figures."""
    words = _AREA.sub(" ", fold(text[:MAX_TEXT]))
    figures = _WORD_NUMBER.sub(lambda match: NUMBER_WORDS[match[1]], words)
    return _MILLIONS_SIGN.sub(r"$\1 mm", figures)


def amounts(said: str) -> list[Amount]:
    """Every amount in a prepared text, in order; "1 millón 200 mil" is one."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(said):
        amount = _amount(match)
        if found and _continues(found[-1], amount, said):
            amount = _joined(found.pop(), amount)
        found.append(amount)
    return found


def between(said: str, first: Amount, second: Amount) -> str:
    """What stands between two amounts of the same text."""
    return said[first.end : second.start].strip()


def decimal_of(number: str) -> Decimal:
    """A written number: the last of two kinds of separators is the decimal one, a lone one before three digits is not.

    "304.200.000" and "1,200,000.50" and "12.000" and "2,5" all come out as meant in the Spanish-speaking world.
    """
    plain = number.replace(" ", "").replace("'", "")
    dots, commas = plain.count("."), plain.count(",")
    if dots and commas:
        decimal_sign = max(".", ",", key=plain.rfind)
        thousands = "," if decimal_sign == "." else "."
        plain = plain.replace(thousands, "")
        return _decimal(plain, decimal_sign)
    sign = "." if dots else ","
    lead, _sign, tail = plain.rpartition(sign)
    grouped = plain.count(sign) > 1 or (len(tail) == 3 and lead not in {"", "0"})  # noqa: PLR2004 -- thousands
    return _decimal(plain.replace(sign, "") if grouped else plain, sign)


def _decimal(plain: str, sign: str) -> Decimal:
    whole, _sign, fraction = plain.rpartition(sign) if sign in plain else (plain, "", "")
    return Decimal(f"{whole.replace(sign, '')}.{fraction}" if fraction else whole)


def _amount(match: re.Match[str]) -> Amount:
    factor, local = _scale(match["scale"])
    value = decimal_of(match["number"]) + (Decimal("0.5") if match["half"] else 0)
    unit, peso = _unit(match["post"] or match["pre"])
    return Amount(value, factor, unit, local=local or peso, start=match.start(), end=match.end())


def _scale(word: str | None) -> tuple[int, bool]:
    for pattern, factor, local in SCALES:
        if word and re.fullmatch(pattern, word):
            return factor, local
    return 1, False


def _unit(word: str | None) -> tuple[Unit | None, bool]:
    """The unit of a sign, and whether it says "the local peso"."""
    for pattern, unit in UNIT_WORDS:
        if word and re.fullmatch(pattern.replace(r"(?=\s*\d)", ""), word):
            return unit, unit is None
    return None, False


def _continues(first: Amount, second: Amount, text: str) -> bool:
    gap = text[first.end : second.start]
    return not gap.strip() and first.factor > second.factor > 1


def _joined(first: Amount, second: Amount) -> Amount:
    total = first.scaled + second.scaled
    return Amount(
        total, 1, second.unit or first.unit, local=first.local or second.local, start=first.start, end=second.end
    )
