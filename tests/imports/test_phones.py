"""Phones of seven countries, as typed."""

import pytest

from core.phones import PhoneWarning, display, parse, variants

READ = [
    ("CL", "0954811353", "+56954811353"),
    ("CL", "56996665755", "+56996665755"),
    ("CL", "(9) 2374-0078", "+56923740078"),
    ("CL", "+56 09 9824 8519", "+56998248519"),
    ("CL", "00569 9824 8519", "+56998248519"),
    ("CL", "+5656998248519", "+56998248519"),
    ("CL", "'998248519", "+56998248519"),
    ("CL", "998248519.0", "+56998248519"),
    ("CL", "9.98248519E+8", "+56998248519"),
    ("CL", "９９８２４８５１９", "+56998248519"),
    ("CL", "٩٩٨٢٤٨٥١٩", "+56998248519"),
    ("CL", "+56 2 27272603", "+56227272603"),
    ("CL", "2 2727 2603", "+56227272603"),
    ("CL", "+54 9 11 53320000", "+5491153320000"),
    ("CL", "+1 (415) 555-2671", "+14155552671"),
    ("MX", "55 1234 5678", "+525512345678"),
    ("MX", "+521 55 1234 5678", "+525512345678"),
    ("MX", "5215512345678", "+525512345678"),
    ("MX", "525512345678", "+525512345678"),
    ("MX", "044 55 1234 5678", "+525512345678"),
    ("MX", "045 33 1234 5678", "+523312345678"),
    ("MX", "01 55 1234 5678", "+525512345678"),
    ("MX", "1 55 1234 5678", "+525512345678"),
    ("CL", "+521 55 1234 5678", "+525512345678"),
    ("AR", "011 15 2345 6789", "+5491123456789"),
    ("AR", "11 15 2345 6789", "+5491123456789"),
    ("AR", "+54 11 15 2345 6789", "+5491123456789"),
    ("AR", "0351 15 234 5678", "+5493512345678"),
    ("AR", "02901 15 41 2345", "+5492901412345"),
    ("AR", "+54 9 011 2345 6789", "+5491123456789"),
    ("AR", "5491123456789", "+5491123456789"),
    ("AR", "541123456789", "+541123456789"),
    ("AR", "11 2345 6789", "+541123456789"),
    ("BR", "11 98765-4321", "+5511987654321"),
    ("BR", "011 98765-4321", "+5511987654321"),
    ("BR", "0 15 11 98765-4321", "+5511987654321"),
    ("BR", "+55 11 8765-4321", "+5511987654321"),
    ("BR", "+55 11 3333-4444", "+551133334444"),
    ("BR", "(11) 3333-4444", "+551133334444"),
    ("BR", "55 9 9123-4567", "+5555991234567"),
    ("CO", "300 123 4567", "+573001234567"),
    ("CO", "573001234567", "+573001234567"),
    ("CO", "601 234 5678", "+576012345678"),
    ("PE", "987 654 321", "+51987654321"),
    ("PE", "+51 987654321", "+51987654321"),
    ("PE", "01 234 5678", "+5112345678"),
    ("UY", "099 123 456", "+59899123456"),
    ("UY", "99123456", "+59899123456"),
    ("UY", "598 99 123 456", "+59899123456"),
    ("UY", "2900 1234", "+59829001234"),
]


@pytest.mark.parametrize(("country", "typed", "e164"), READ)
def test_parse_typed_number(country, typed, e164):
    phone = parse(typed, country).primary

    assert (phone.e164, phone.possible, phone.valid, phone.warning) == (e164, True, True, None)
    assert phone.raw


@pytest.mark.parametrize(
    ("country", "typed", "warning"),
    [
        ("CL", "9577627", PhoneWarning.IMPOSSIBLE),
        ("CL", "98248519", PhoneWarning.IMPOSSIBLE),
        ("CL", "12345678901234567890", PhoneWarning.IMPOSSIBLE),
        ("CL", "9.98E+8", PhoneWarning.IMPOSSIBLE),
        ("CL", "133", PhoneWarning.EMERGENCY),
        ("MX", "911", PhoneWarning.EMERGENCY),
        ("CL", "+1 900 555 0123", PhoneWarning.PREMIUM),
        ("AR", "15 2345 6789", PhoneWarning.NO_AREA),
        ("BR", "98765-4321", PhoneWarning.NO_AREA),
        ("", "998248519", PhoneWarning.IMPOSSIBLE),
    ],
)
def test_parse_undiallable_number_keeps_its_text(country, typed, warning):
    (phone,) = parse(typed, country).numbers

    assert (phone.raw, phone.e164, phone.warning) == (typed, "", warning)
    assert typed in phone.warning_text


def test_parse_invalid_placeholder_is_accepted_with_a_warning():
    (phone,) = parse("+56 9 1234 5678", "CL").numbers

    assert (phone.e164, phone.possible, phone.valid) == ("+56912345678", True, False)
    assert phone.warning == PhoneWarning.INVALID


def test_parse_foreign_number_without_plus_is_marked():
    (phone,) = parse("5491153320000", "CL").numbers

    assert (phone.e164, phone.warning) == ("+5491153320000", PhoneWarning.FOREIGN)


@pytest.mark.parametrize(
    "cell",
    [
        "998248519 / 997457446",
        "998248519; 997457446",
        "998248519 y 997457446",
        "998248519\n997457446",
        "998248519 997457446",
        "+56998248519+56997457446",
        "+56 998248519 - +56 997457446",
    ],
)
def test_parse_two_numbers_in_a_cell(cell):
    parsed = parse(cell, "CL")

    assert parsed.primary.e164 == "+56998248519"
    assert [phone.e164 for phone in parsed.further] == ["+56997457446"]


def test_parse_same_number_twice_counts_once():
    assert len(parse("998248519 / +56 9 9824 8519", "CL").numbers) == 1


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("929722233 (whatsapp)", "whatsapp"),
        ("929722233 mamá", "mamá"),
        ("22 727 2603 anexo 12", "anexo 12"),
        ("929722233", ""),
    ],
)
def test_parse_words_beside_the_number_become_its_note(cell, note):
    phone = parse(cell, "CL").primary

    assert phone.e164
    assert phone.note == note


def test_parse_primary_is_the_first_that_can_be_dialled():
    parsed = parse("9577627 / 998248519", "CL")

    assert parsed.primary.e164 == "+56998248519"
    assert [phone.raw for phone in parsed.further] == ["9577627"]


@pytest.mark.parametrize("cell", ["", "no tiene", "   ", "-"])
def test_parse_cell_without_digits_is_empty(cell):
    assert parse(cell, "CL").numbers == ()
    assert parse(cell, "CL").primary is None


@pytest.mark.parametrize(
    ("e164", "others"),
    [
        ("+525512345678", {"5215512345678"}),
        ("+5215512345678", {"525512345678"}),
        ("+5491123456789", {"541123456789"}),
        ("+541123456789", {"5491123456789"}),
        ("+5511987654321", {"551187654321"}),
        ("+551187654321", {"5511987654321"}),
        ("+551133334444", set()),
        ("+56998248519", set()),
    ],
)
def test_variants_by_country(e164, others):
    assert variants(e164) == {e164[1:]} | others


def test_variants_of_nothing_are_none():
    assert variants("") == frozenset()


@pytest.mark.parametrize(
    ("e164", "shown"),
    [
        ("+56998248519", "9 9824 8519"),
        ("+525512345678", "55 1234 5678"),
        ("+5511987654321", "(11) 98765-4321"),
        ("x", "x"),
    ],
)
def test_display_is_national(e164, shown):
    assert display(e164) == shown
