"""Money as typed in nine units."""

from decimal import Decimal

import pytest

from core.money import MoneyWarning, Unit, format_money, parse_budget, parse_income

READ = [
    ("70 millones", "70000000", "CLP"),
    ("$304.200.000", "304200000", "CLP"),
    ("UF 12.000", "12000", "UF"),
    ("12000 UF", "12000", "UF"),
    ("uf12.000", "12000", "UF"),
    ("U.F. 3.500,50", "3500.50", "UF"),
    ("2,5 mil UF", "2500", "UF"),
    ("12,0 mil UF", "12000", "UF"),
    ("900 mil", "900000", "CLP"),
    ("300 lucas", "300000", "CLP"),
    ("2 palos", "2000000", "CLP"),
    ("un palo y medio", "1500000", "CLP"),
    ("medio millón", "500000", "CLP"),
    ("1 millón 200 mil", "1200000", "CLP"),
    ("$1.200.000", "1200000", "CLP"),
    ("1200000", "1200000", "CLP"),
    ("1.200.000", "1200000", "CLP"),
    ("12 345 678", "12345678", "CLP"),
    ("$150.000.-", "150000", "CLP"),
    ("MM$ 70", "70000000", "CLP"),
    ("$70MM", "70000000", "CLP"),
    ("US$ 150.000", "150000", "USD"),
    ("150k usd", "150000", "USD"),
    ("u$s 120.000", "120000", "USD"),
    ("2 palos verdes", "2000000", "USD"),
    ("R$ 1,2 milhões", "1200000", "BRL"),
    ("500 mil reais", "500000", "BRL"),
    ("S/ 350.000", "350000", "PEN"),
    ("$1,200,000.00 MXN", "1200000", "MXN"),
    ("$U 900.000", "900000", "UYU"),
    ("450.000.000 COP", "450000000", "COP"),
    ("hasta 5000 UF", "5000", "UF"),
    ("casa 120 m2 UF 5000", "5000", "UF"),
]


@pytest.mark.parametrize(("text", "amount", "unit"), READ)
def test_parse_budget_plain(text, amount, unit):
    reading = parse_budget(text, "CLP")

    assert (reading.amount_max, reading.unit, reading.amount_min, reading.warning) == (
        Decimal(amount),
        unit,
        None,
        None,
    )


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("entre 11700 y 12000 uf", 11700, 12000, "UF"),
        ("3000 - 3500 UF", 3000, 3500, "UF"),
        ("UF 3000 a 3500", 3000, 3500, "UF"),
        ("2 a 3 mil UF", 2000, 3000, "UF"),
        ("70-80 millones", 70_000_000, 80_000_000, "CLP"),
        ("entre 900 mil y 1,2 millones", 900_000, 1_200_000, "CLP"),
    ],
)
def test_parse_budget_range_stores_the_upper_bound(text, low, high, unit):
    reading = parse_budget(text, "CLP")

    assert (reading.amount_min, reading.amount_max, reading.unit, reading.warning) == (low, high, unit, None)


@pytest.mark.parametrize(
    "text", ["", "no sabe", "No tiene", "-", "s/i", "N/A", "por definir", "0", "$0", "sin presupuesto"]
)
def test_parse_budget_nothing_said_is_none(text):
    assert parse_budget(text, "CLP") is None


@pytest.mark.parametrize(
    ("text", "default", "amount", "unit"),
    [
        ("5200", "CLP", 5200, "UF"),
        ("70", "CLP", 70_000_000, "CLP"),
        ("12 mil", "CLP", 12_000, "UF"),
        ("2.5", "MXN", 2_500_000, "MXN"),
        ("150000", "ARS", 150_000, "USD"),
        ("150", "ARS", 150_000, "USD"),
        ("350", "COP", 350_000_000, "COP"),
        ("350", "PEN", 350_000, "PEN"),
        ("80.000.000", "UF", 80_000_000, "CLP"),
    ],
)
def test_parse_budget_small_number_is_guessed_with_a_warning(text, default, amount, unit):
    reading = parse_budget(text, default)

    assert (reading.amount_max, reading.unit, reading.warning) == (amount, unit, MoneyWarning.GUESSED)


@pytest.mark.parametrize(
    "text", ["hola", "150.000 euros", "99999999999999999999", "🙂", "0,001 uf", "0,001 a 0,002 uf"]
)
def test_parse_budget_unreadable_says_so(text):
    reading = parse_budget(text, "CLP")

    assert (reading.amount_max, reading.warning) == (None, MoneyWarning.UNREADABLE)


def test_parse_budget_two_amounts_takes_the_one_with_a_unit():
    reading = parse_budget("UF 3000 ($117.000.000)", "CLP")

    assert (reading.amount_max, reading.unit, reading.warning) == (3000, "UF", MoneyWarning.AMBIGUOUS)


@pytest.mark.parametrize("text", ["$850", "UF 2,5"])
def test_parse_budget_implausible_is_kept_with_a_warning(text):
    assert parse_budget(text, "CLP").warning == MoneyWarning.IMPLAUSIBLE


@pytest.mark.parametrize(("unit", "said"), [(unit, "$ 90.000.000") for unit in ("CLP", "MXN", "ARS", "COP", "UYU")])
def test_parse_budget_dollar_sign_is_the_local_peso(unit, said):
    assert parse_budget(said, unit).unit == unit


def test_parse_budget_unknown_default_unit_is_refused():
    with pytest.raises(ValueError, match="EUR"):
        parse_budget("1", "EUR")


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1500000", 1_500_000),
        ("2,3 millones", 2_300_000),
        ("$850.000", 850_000),
        ("900 mil", 900_000),
        ("850", 850_000),
        ("1,2", 1_200_000),
    ],
)
def test_parse_income_in_pesos(text, amount):
    assert parse_income(text, "CLP").amount_max == amount


@pytest.mark.parametrize(
    ("amount", "unit", "locale", "shown"),
    [
        ("12000", "UF", "es", "UF 12.000,00"),
        ("304200000", "CLP", "es", "$304.200.000"),
        ("1234.5", "CLP", "es-cl", "$1.235"),
        ("150000", "USD", "es", "US$ 150.000"),
        ("1500.5", "MXN", "es", "$1,500.50"),
        ("350000", "PEN", "es", "S/ 350,000"),
        ("1234567", "BRL", "pt-br", "R$ 1.234.567"),
        ("304200000", "CLP", "en", "CLP 304,200,000"),
        ("12000", "UF", "en", "UF 12,000.00"),
        ("1", "UF", "xx", "UF 1.00"),
    ],
)
def test_format_money_for_its_reader(amount, unit, locale, shown):
    assert format_money(Decimal(amount), unit, locale).replace("\xa0", " ") == shown


def test_units_are_the_nine_of_the_region():
    assert [unit.value for unit in Unit] == ["UF", "CLP", "USD", "MXN", "ARS", "COP", "PEN", "BRL", "UYU"]
