"""Long hostile cells cost no more than long ordinary ones: no pattern, no folding takes off on any of them."""

import time
from datetime import date

import pytest

from core.redaction import mask
from core.text import fold
from crm.imports.columns import Field, guess
from crm.imports.values import Defaults, read_row

LENGTH = 40_000  # a cell is read whole up to 100,000 characters
PATIENCE = 0.9  # seconds; an ordinary text of this length takes a twentieth of one, an exploding one minutes
UNITS = [
    *(" ", "a", "0", "1 ", "a ", "a@", "@", "a.", "-", "1.", "/", "(", "\n", "$", ",", ";", "|", "'", "<", "="),
    *("no ", "no quiere ", "no llamar ", "ya no ", "stop ", "visita ", "referido por ", "uf ", "1 m", "y ", "ext ", "1-1-"),
    *("\u0327\u0301", "\u0301", "ﷺ", "de la ", '=HYPERLINK("', "DETAIL:", "bearer ", "corr_a-", "+5 "),
]  # fmt: skip


def cell_of(unit):
    return (unit * (LENGTH // len(unit) + 1))[:LENGTH] + "!"


@pytest.mark.parametrize("unit", UNITS)
def test_a_long_cell_of_any_kind_is_read_in_time(unit):
    cell = cell_of(unit)
    slow = {}
    for field in Field:
        other = Field.EMAIL if field == Field.NAME else Field.NAME
        begun = time.process_time()
        read_row([cell, "Ana"], {0: field, 1: other}, Defaults(today=date(2026, 11, 22)))
        if (took := time.process_time() - begun) > PATIENCE:
            slow[field.value] = took
    assert slow == {}


@pytest.mark.parametrize("unit", UNITS)
def test_long_texts_are_folded_masked_and_guessed_in_time(unit):
    text = cell_of(unit)
    begun = time.process_time()
    fold(text)
    mask(text)
    guess([text, "b"], [[text, "1"]] * 3)
    assert time.process_time() - begun < PATIENCE
