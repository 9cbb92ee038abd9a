"""Dates as typed; the day first."""

from datetime import date

import pytest

from crm.imports.dates import read_date

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("02-03-2026", date(2026, 3, 2)),
        ("3/11/26", date(2026, 11, 3)),
        ("16/11/26", date(2026, 11, 16)),
        ("1.2.2025", date(2025, 2, 1)),
        ("2026-09-14", date(2026, 9, 14)),
        ("2026-09-14 10:30", date(2026, 9, 14)),
        ("2026-09-14T10:30:00Z", date(2026, 9, 14)),
        ("14/09/2026 10:30 hrs", date(2026, 9, 14)),
        ("14/09/2026 9:30 p. m.", date(2026, 9, 14)),
        ("20260914", date(2026, 9, 14)),
        ("46279", date(2026, 9, 14)),
        ("46279.5", date(2026, 9, 14)),
        ("14 de septiembre de 2026", date(2026, 9, 14)),
        ("lunes 14 de septiembre de 2026", date(2026, 9, 14)),
        ("14-sep-26", date(2026, 9, 14)),
        ("14 set 2026", date(2026, 9, 14)),
        ("29/2/24", date(2024, 2, 29)),
        ("22-11-2026", TODAY),
    ],
)
def test_read_date_typed(cell, value):
    assert read_date(cell, TODAY) == (value, None)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("23-11-2026", "date_future"),
        ("2030-01-01", "date_future"),
        ("31-02-2026", "date_absurd"),
        ("99/99/99", "date_absurd"),
        ("1/1/1900", "date_absurd"),
        ("0000-00-01", "date_absurd"),
        ("ayer", "date_unreadable"),
        ("123", "date_unreadable"),
        ("14 de brumario de 2026", "date_unreadable"),
    ],
)
def test_read_date_unusable_leaves_a_warning(cell, code):
    value, remark = read_date(cell, TODAY)

    assert value is None
    assert remark.code == code
    assert remark.raw == cell


@pytest.mark.parametrize("cell", ["", "  ", "-", "s/f", "no sabe", "00/00/0000"])
def test_read_date_nothing_said_is_silent(cell):
    assert read_date(cell, TODAY) == (None, None)


def test_read_date_month_first_only_when_the_day_cannot():
    value, remark = read_date("03/27/2026", TODAY)

    assert (value, remark.code) == (date(2026, 3, 27), "date_swapped")
