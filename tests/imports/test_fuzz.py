"""Whatever the bytes and the texts are: never a traceback, never a NUL, never an endless run."""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import phones
from core.money import Unit, format_money, parse_budget, parse_income
from crm.imports.columns import Field, guess
from crm.imports.comments import opt_out_phrase, read_comment
from crm.imports.dates import read_date
from crm.imports.emails import is_address, read_email
from crm.imports.names import read_name
from crm.imports.properties import read_rooms, read_type
from crm.imports.reading import read
from crm.imports.unreadable import UnreadableFile
from crm.imports.values import Defaults, fingerprint, read_row

TODAY = date(2026, 11, 22)
TEXT = st.text(st.characters(), max_size=80) | st.text("0123456789+()-. /,;$UFufmilnentrey =\"'@", max_size=60)
relaxed = settings(deadline=None)  # the first call loads the phone metadata
COUNTRIES = st.sampled_from(["CL", "MX", "AR", "BR", "CO", "PE", "UY", "ZZ", ""])


@relaxed
@given(TEXT, COUNTRIES)
def test_phones_any_text(text, country):
    for number in phones.parse(text, country).numbers:
        assert not number.e164 or (number.possible and number.e164[1:] in phones.variants(number.e164))
        assert phones.display(number.e164) or not number.e164
        assert number.warning_text if number.warning else True
    assert all(variant.isdigit() for variant in phones.variants(text))


@relaxed
@given(TEXT, COUNTRIES)
def test_phones_canonical_number_reads_as_itself(text, country):
    for number in phones.parse(text, country).numbers:
        if number.e164 and number.valid:
            assert phones.parse(number.e164, country).primary.e164 == number.e164


@relaxed
@given(TEXT, st.sampled_from(Unit))
def test_money_any_text(text, unit):
    for reading in (parse_budget(text, unit), parse_income(text, unit)):
        if reading is None:
            continue
        assert reading.amount_max is not None or reading.warning
        if reading.amount_max is not None:
            assert 0 < reading.amount_max < 10**14 * 1_000_000
            assert format_money(reading.amount_max, reading.unit, "es")
        if reading.amount_min is not None:
            assert reading.amount_min <= reading.amount_max


@relaxed
@given(st.integers(1, 10**13), st.sampled_from(Unit))
def test_money_written_is_read_back(amount, unit):
    assert parse_budget(f"{unit.value} {amount}", Unit.CLP).amount_max == amount


@relaxed
@given(TEXT)
def test_cells_any_text(text):
    value, _remark = read_date(text, TODAY)
    assert value is None or value <= TODAY
    email, _remarks = read_email(text)
    assert not email or is_address(email)
    assert len(read_name(text)[0]) <= 160
    read_rooms(text)
    read_type(text)
    read_comment(text, Unit.CLP)


@relaxed
@given(st.lists(TEXT, max_size=14), st.dictionaries(st.integers(0, 15), st.sampled_from(Field), max_size=14))
def test_read_row_any_cells(cells, mapping):
    reading = read_row(cells, mapping, Defaults(TODAY))

    assert reading.rejection is not None or reading.name or reading.is_reachable
    assert "\0" not in reading.name + reading.note + reading.location + reading.assigned_to
    assert all(item.message for item in reading.warnings)
    assert len(fingerprint(cells)) == 64


@settings(max_examples=300, deadline=None)
@given(
    st.binary(max_size=400)
    | TEXT.map(lambda text: text.encode("utf-8", "replace"))
    | TEXT.map(lambda text: text.encode("utf-16", "replace"))
)
def test_read_any_bytes(data):
    try:
        sheet = read(data)
        rows = list(sheet.rows)
    except UnreadableFile:
        return
    assert all(len(row.cells) == sheet.width for row in rows)
    assert set(guess(sheet.header, sheet.samples)) == set(range(sheet.width))


@relaxed
@given(st.binary(max_size=300))
def test_read_any_bytes_after_a_zip_mark(data):
    with pytest.raises(UnreadableFile):
        list(read(b"PK\x03\x04" + data).rows)


SPEARS = [
    "no ",
    "no me ",
    "a ",
    "9",
    "9.",
    "1 ",
    "uf ",
    "a@",
    "a.",
    '=HYPERLINK("',
    "no quiere ser ",
    "eliminar a ",
    '""',
    "- ",
    "y ",
    "(",
    "1-",
    "de parte de ",
]


@pytest.mark.parametrize("spear", SPEARS)
def test_patterns_take_no_more_than_linear_time(spear):
    text = spear * (100_000 // len(spear))
    started = time.process_time()

    opt_out_phrase(text)
    read_comment(text, Unit.CLP)
    read_email(text)
    read_name(text)
    read_rooms(text)
    read_type(text)
    read_date(text, TODAY)
    parse_budget(text, "CLP")
    phones.parse(text, "CL")

    assert time.process_time() - started < 2
