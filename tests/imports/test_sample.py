"""The sample spreadsheet against what a person read in it."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from crm.imports.columns import guess
from crm.imports.reading import read
from crm.imports.values import Defaults, RowReading, read_row

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def readings() -> dict[int, RowReading]:
    sheet = read((DATA / "leads-planilla.csv").read_bytes())
    mapping = guess(sheet.header, sheet.samples)
    defaults = Defaults(today=TODAY)
    return {row.number: read_row(row.cells, mapping, defaults, about=row.remarks) for row in sheet.rows}


def labels() -> list[dict[str, str]]:
    with (DATA / "leads-planilla-labels.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(amount) -> str:
    return "" if amount is None else format(amount, "f")


@pytest.mark.parametrize("label", labels(), ids=lambda label: f"row{label['row']}")
def test_sample_row_as_labelled_by_hand(label, readings):
    reading = readings[int(label["row"])]
    second = [number.e164 for number in reading.phones if number is not reading.phone]

    assert {
        "name": reading.name,
        "e164": reading.phone.e164 if reading.phone else "",
        "second_phone": second[0] if second else "",
        "email": reading.email,
        "budget_amount": plain(reading.budget),
        "budget_min": plain(reading.budget_min),
        "unit": reading.budget_unit,
        "operation": reading.operation,
        "opt_out": "yes" if reading.opt_out else "no",
        "comes_in": reading.rejection is None,
    } == {
        **{key: label[key] for key in ("name", "e164", "second_phone", "email", "budget_amount", "budget_min", "unit")},
        "operation": label["operation"],
        "opt_out": label["opt_out"],
        "comes_in": label["outcome"] != "rejected",
    }


def test_sample_labels_are_forty_and_cover_every_outcome():
    assert len(labels()) == 40
    assert {label["outcome"] for label in labels()} == {"created", "merged", "rejected"}


def test_sample_file_is_recognised():
    sheet = read((DATA / "leads-planilla.csv").read_bytes())

    assert (sheet.encoding, sheet.delimiter, sheet.header_row, sheet.width) == ("windows-1252", ";", 1, 11)
    assert [field.value for field in guess(sheet.header, sheet.samples).values()] == [
        "name", "phone", "email", "location", "budget", "property_type", "bedrooms", "source", "entered_at", "comment", "income",
    ]  # fmt: skip


def test_sample_every_row_is_accounted_for(readings):
    assert len(readings) == 440
    rejected = {number: reading.rejection.code for number, reading in readings.items() if reading.rejection}
    assert rejected == {58: "blank_row", 212: "total_row"}
    dialled = Counter(reading.phone.e164 for reading in readings.values() if reading.phone and reading.phone.e164)
    assert sum(count - 1 for count in dialled.values()) == 18


def test_sample_warnings_are_counted(readings):
    assert Counter(item.code for reading in readings.values() for item in reading.warnings) == {
        "opt_out": 57,
        "email_invalid": 47,
        "phone_impossible": 8,
        "phone_invalid": 6,
        "no_contact": 5,
        "date_future": 5,
        "name_formula": 3,
    }


def test_sample_facts_of_the_comments(readings):
    found = list(readings.values())

    assert Counter(reading.operation for reading in found) == {"": 414, "arriendo": 26}
    assert sum(reading.purpose == "inversion" for reading in found) == 37
    assert {(reading.dicom, plain(reading.debt)) for reading in found} == {("unknown", ""), ("has_debt", "300000")}
    assert sum(reading.dicom == "has_debt" for reading in found) == 40
    assert sum(reading.preapproved for reading in found) == 38
    assert sum(reading.wants_visit for reading in found) == 40
    assert Counter(reading.referred_by_name for reading in found) == {"": 409, "don Pedro": 31}


def test_sample_line_break_and_delimiter_stay_inside_the_comment(readings):
    assert readings[11].note == "Pregunta por\nestacionamiento; tiene 2 autos"
    assert readings[11].warnings[0].code == "name_formula"
