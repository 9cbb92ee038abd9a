"""Numbering habits of the countries we serve: what people dial before a number, and which spellings are one phone."""

import re

# What is typed before a national number, by country: (pattern over the national digits, replacement); the first that
# matches counts. Sources: the numbering plans in Google's metadata; Mexico dropped 1, 01, 044 and 045 on 2019-08-03;
# Argentina's 15 is written 9 from abroad.
NATIONAL_RULES: dict[str, tuple[tuple[re.Pattern[str], str], ...]] = {
    "CL": (
        (re.compile(r"^0+(?=[2-9]\d{8}$)"), ""),
        (re.compile(r"^56(?=9\d{8}$)"), ""),
    ),
    "MX": ((re.compile(r"^(?:044|045|01|1)(?=[1-9]\d{9}$)"), ""),),
    "AR": (
        (re.compile(r"^0?(11)15(?=\d{8}$)"), r"9\1"),
        (re.compile(r"^0?([23]\d{2})15(?=\d{7}$)"), r"9\1"),
        (re.compile(r"^0?([23]\d{3})15(?=\d{6}$)"), r"9\1"),
        (re.compile(r"^90(?=[1-9]\d{9}$)"), "9"),
        (re.compile(r"^0(?=[1-9]\d{9}$)"), ""),
    ),
    "BR": (
        (re.compile(r"^0[1-9]\d(?=[1-9]\d{9,10}$)"), ""),
        (re.compile(r"^0(?=[1-9]\d{9,10}$)"), ""),
    ),
    "CO": ((re.compile(r"^0+(?=[36]\d{9}$)"), ""),),
    "PE": ((re.compile(r"^0(?=9\d{8}$)"), ""),),
    "UY": ((re.compile(r"^0(?=9\d{7}$)"), ""),),
}
CALLING_CODES = {"CL": "56", "MX": "52", "AR": "54", "BR": "55", "CO": "57", "PE": "51", "UY": "598"}
AREALESS = {"AR": re.compile(r"^15\d{6,8}$"), "BR": re.compile(r"^9?[2-9]\d{7}$")}
"""Numbers a neighbour would dial: right in town, useless without the area."""


VARIANT_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"^52([2-9]\d{9})$"), r"521\1"),
    (re.compile(r"^521([2-9]\d{9})$"), r"52\1"),
    (re.compile(r"^54([1-8]\d{9})$"), r"549\1"),
    (re.compile(r"^549([1-8]\d{9})$"), r"54\1"),
    (re.compile(r"^55([1-9]\d)9([6-9]\d{7})$"), r"55\1\2"),  # mobiles begin with 6–9 once the ninth digit is taken away
    (re.compile(r"^55([1-9]\d)([6-9]\d{7})$"), r"55\g<1>9\2"),
)


def by_habit(national: str, country: str) -> str | None:
    """The national digits without what people dial before them; None when no rule of the country fits."""
    for pattern, replacement in NATIONAL_RULES.get(country, ()):
        bare, changed = pattern.subn(replacement, national)
        if changed:
            return bare
    return None


def lacks_area(digits: str, country: str) -> bool:
    """Whether a neighbour could dial it and nobody else: "15 2345 6789", "98765-4321"."""
    pattern = AREALESS.get(country)
    return pattern is not None and pattern.match(digits) is not None


def respelled(digits: str) -> set[str]:
    """The other digit strings of the same phone, by country."""
    return {pattern.sub(replacement, digits) for pattern, replacement in VARIANT_RULES if pattern.match(digits)}


def with_ninth_digit(digits: str) -> str:
    """A Brazilian mobile of the old length in the new one; other digits unchanged."""
    pattern, replacement = VARIANT_RULES[-1]
    return pattern.sub(replacement, digits)
