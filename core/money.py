"""Money in the units of the region, read from what people type and written as they read it. Amounts are decimals."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from babel import Locale, UnknownLocaleError
from babel.numbers import format_decimal, get_currency_symbol
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.money_rules import BUDGET_RULES, INCOME_RULES, PLAUSIBLE, TOP, Rules
from core.money_words import Amount, Unit, amounts, between, prepared

__all__ = ["BudgetReading", "Money", "MoneyWarning", "Unit", "format_money", "parse_budget", "parse_income"]

LARGEST = Decimal(10) ** 14
"""Above this nothing is a price; a phone number or a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in a unit."""

    amount: Decimal
    unit: Unit


class MoneyWarning(StrEnum):
    """Why an amount needs a second look; stored with an import row."""

    UNREADABLE = "money_unreadable"
    GUESSED = "money_guessed"
    AMBIGUOUS = "money_ambiguous"
    IMPLAUSIBLE = "money_implausible"


MONEY_WARNINGS: dict[MoneyWarning, Promise] = {
    MoneyWarning.UNREADABLE: _("No se pudo leer el monto «%(raw)s»"),
    MoneyWarning.GUESSED: _("«%(raw)s» no dice su unidad; se eligió la más probable"),
    MoneyWarning.AMBIGUOUS: _("«%(raw)s» tiene más de un monto; se tomó el principal"),
    MoneyWarning.IMPLAUSIBLE: _("El monto «%(raw)s» parece fuera de lo normal"),
}


@dataclass(frozen=True, slots=True)
class BudgetReading:
    """What a cell says about money.

    A range stores its **upper bound** as the budget (`amount_max`: what the person can go up to, what the board sums)
    and keeps the lower in `amount_min`, which is None for a single amount. `amount_max` is None when nothing could be
    read; `warning` says so.
    """

    amount_max: Decimal | None
    unit: Unit
    amount_min: Decimal | None = None
    warning: MoneyWarning | None = None


_SAYS_NOTHING = re.compile(
    r"(?:(?:no|nao) .*|no|nao|sin .*|sem .*|s/?[ion]\.?|n/?[ad]\.?|por .*|a convenir|a definir|pendiente|ningun[oa]?|"
    r"desconocido|unknown|tbd|consultar|[-–—?.x*_/ ]*)"
)
_SMALLEST = Decimal("0.005")  # what is less rounds to no money at all
_FOREIGN = re.compile(r"€|£|(?<![a-z])(?:euros?|eur|libras|gbp|utm|guaranies|bolivianos)(?![a-z])")
_RANGE = re.compile(r"(?:-|–|—|y|e|a|al|o|hasta|ate|to|and|/|y hasta|hasta los?)")


def parse_budget(text: str, default_unit: Unit | str) -> BudgetReading | None:
    """Read a budget: "70 millones", "UF 12.000", "entre 11700 y 12000 uf", "US$ 150.000", "150k usd", "2 palos".

    `default_unit` is the broker's currency: "$" and unmarked numbers are read by it. None when the text says nothing
    about money ("", "no sabe", "0"); a reading without amount and with a warning when it says something unreadable.
    Never raises for any text; ValueError for an unknown unit.
    """
    return _read(text, Unit(default_unit), BUDGET_RULES)


def parse_income(text: str, default_unit: Unit | str) -> BudgetReading | None:
    """Read a monthly income: as `parse_budget`, but a small number is thousands or millions of pesos, never UF."""
    unit = Unit.CLP if Unit(default_unit) == Unit.UF else Unit(default_unit)
    return _read(text, unit, {unit: INCOME_RULES.get(unit, ((TOP, 1, unit, False),))})


def format_money(amount: Decimal, unit: Unit | str, locale: str) -> str:
    """Write an amount for a reader: "UF 12.000,00", "$304.200.000", "US$ 150.000".

    `locale` is a Django or Babel name ("es", "pt-br", "es_CL"). UF always shows two decimals, CLP none, the others
    only when there are cents. Digits follow the reader's country; plain "es" means the unit's home, Chile for UF and
    dollars.
    """
    unit = Unit(unit)
    reader = _locale(locale, unit)
    cents = unit == Unit.UF or (unit != Unit.CLP and amount != amount.to_integral_value())
    rounded = amount.quantize(Decimal("0.01") if cents else Decimal(1), rounding=ROUND_HALF_UP)
    digits = format_decimal(rounded, "#,##0.00" if cents else "#,##0", locale=reader)
    symbol = "UF" if unit == Unit.UF else get_currency_symbol(unit.value, locale=reader)
    if unit == Unit.USD:
        symbol = "US$"  # a bare $ is somebody's peso in every country we serve
    return f"{symbol}{digits}" if symbol == "$" else f"{symbol}\N{NO-BREAK SPACE}{digits}"


_HOMES = {Unit.MXN: "es_MX", Unit.ARS: "es_AR", Unit.COP: "es_CO", Unit.PEN: "es_PE", Unit.UYU: "es_UY"}


def _locale(name: str, unit: Unit) -> Locale:
    plain = name.replace("-", "_")
    language = plain.partition("_")[0].lower()
    wanted = {"es": _HOMES.get(unit, "es_CL"), "pt": "pt_BR"}.get(plain.lower(), plain)
    for candidate in (wanted, {"es": "es_CL", "pt": "pt_BR"}.get(language, "en")):
        try:
            return Locale.parse(candidate)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


def _read(text: str, default: Unit, rules: dict[Unit, Rules]) -> BudgetReading | None:
    said = prepared(text)
    found = [amount for amount in amounts(said) if _SMALLEST <= amount.scaled < LARGEST]
    if not found or _FOREIGN.search(said):
        nothing = _SAYS_NOTHING.fullmatch(said) or not said.strip("0$ .,-")
        return None if nothing else BudgetReading(None, default, warning=MoneyWarning.UNREADABLE)
    if len(found) == 2 and _is_range(said, found[0], found[1]):  # noqa: PLR2004 -- from and to
        return _range(found[0], found[1], default, rules)
    main = max(found, key=lambda amount: (amount.unit is not None, amount.local, amount.factor > 1, amount.scaled))
    value, unit, warning = _settle(main, default, rules)
    return BudgetReading(_tidy(value), unit, warning=MoneyWarning.AMBIGUOUS if len(found) > 1 else warning)


def _is_range(said: str, low: Amount, high: Amount) -> bool:
    same_unit = low.unit is None or high.unit is None or low.unit == high.unit
    return same_unit and _RANGE.fullmatch(between(said, low, high)) is not None


def _range(low: Amount, high: Amount, default: Unit, rules: dict[Unit, Rules]) -> BudgetReading:
    """Both ends in one unit. A scale or unit said once counts for both: "2 a 3 mil UF", "UF 3000 - 3500"."""
    unit = high.unit or low.unit
    local = high.local or low.local
    factor = low.factor
    if low.factor == 1 and low.value < high.value:
        factor = high.factor
    top = Amount(high.value, high.factor, unit, local=local, start=0, end=0)
    value, settled, warning = _settle(top, default, rules)
    bottom = low.value * factor * (value / high.scaled)
    if bottom > value:
        return BudgetReading(_tidy(bottom), settled, amount_min=_tidy(value), warning=MoneyWarning.IMPLAUSIBLE)
    return BudgetReading(_tidy(value), settled, amount_min=_tidy(bottom), warning=warning)


def _tidy(value: Decimal) -> Decimal:
    """At most cents, and none when there are none: 2500, not 2500.0."""
    whole = value.to_integral_value()
    return whole if whole == value else value.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)


def _settle(amount: Amount, default: Unit, rules: dict[Unit, Rules]) -> tuple[Decimal, Unit, MoneyWarning | None]:
    """The amount with its unit decided, and what is doubtful about it."""
    if amount.unit is not None or amount.local:
        unit = amount.unit or _peso(default)
        low, high = PLAUSIBLE.get(unit, (1, TOP))
        return amount.scaled, unit, None if low <= amount.scaled <= high else MoneyWarning.IMPLAUSIBLE
    if amount.factor >= 1_000_000:  # noqa: PLR2004 -- millions are said of the country's own money
        return amount.scaled, _peso(default), None
    times, unit, doubtful = next(rule[1:] for rule in rules[default] if amount.scaled < rule[0])
    return amount.scaled * times, unit, MoneyWarning.GUESSED if doubtful else None


def _peso(default: Unit) -> Unit:
    """What "$" and "millones" mean where the default is this unit."""
    return Unit.CLP if default == Unit.UF else default
