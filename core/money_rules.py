"""What a number without a unit probably means, by the country's money. Tables to tune, no logic."""

from core.money_words import Unit

Rules = tuple[tuple[int, int, Unit, bool], ...]
"""(below this, times, unit, doubtful); the first that fits counts. A doubtful guess carries a warning."""

TOP = 10**15
# Chile and Mexico quote millions in short, Argentina and Uruguay list in dollars. The bounds are prices and rents as
# the market writes them, not law.
BUDGET_RULES: dict[Unit, Rules] = {
    Unit.CLP: ((1_000, 1_000_000, Unit.CLP, True), (100_000, 1, Unit.UF, True), (TOP, 1, Unit.CLP, False)),
    Unit.UF: ((1_000, 1, Unit.UF, True), (100_000, 1, Unit.UF, False), (TOP, 1, Unit.CLP, True)),
    Unit.USD: ((100, 1_000, Unit.USD, True), (TOP, 1, Unit.USD, False)),
    Unit.MXN: ((100, 1_000_000, Unit.MXN, True), (1_000, 1_000, Unit.MXN, True), (TOP, 1, Unit.MXN, False)),
    Unit.ARS: ((1_000, 1_000, Unit.USD, True), (1_000_000, 1, Unit.USD, True), (TOP, 1, Unit.ARS, False)),
    Unit.COP: ((10_000, 1_000_000, Unit.COP, True), (100_000, 1_000, Unit.COP, True), (TOP, 1, Unit.COP, False)),
    Unit.PEN: ((1_000, 1_000, Unit.PEN, True), (TOP, 1, Unit.PEN, False)),
    Unit.BRL: ((1_000, 1_000, Unit.BRL, True), (TOP, 1, Unit.BRL, False)),
    Unit.UYU: ((1_000, 1_000, Unit.USD, True), (1_000_000, 1, Unit.USD, True), (TOP, 1, Unit.UYU, False)),
}
INCOME_RULES: dict[Unit, Rules] = {
    Unit.CLP: ((20, 1_000_000, Unit.CLP, True), (20_000, 1_000, Unit.CLP, True), (TOP, 1, Unit.CLP, False)),
    Unit.COP: ((100, 1_000_000, Unit.COP, True), (100_000, 1_000, Unit.COP, True), (TOP, 1, Unit.COP, False)),
    Unit.MXN: ((1_000, 1_000, Unit.MXN, True), (TOP, 1, Unit.MXN, False)),
}
# From, to; outside it an explicit amount is kept with a warning.
PLAUSIBLE: dict[Unit, tuple[int, int]] = {
    Unit.UF: (5, 1_000_000),
    Unit.CLP: (10_000, 100_000_000_000),
    Unit.USD: (50, 1_000_000_000),
    Unit.COP: (50_000, 10**13),
}
