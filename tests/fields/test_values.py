"""Values of own fields: what each kind takes, how it is typed and shown."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from crm import custom_fields, custom_values
from crm.custom_values import Definition
from crm.enums import FieldKind

TEXT, NUMBER, DATE, FLAG = (Definition(kind, kind, FieldKind(kind)) for kind in ("text", "number", "date", "flag"))
CHOICE = Definition("choice", "choice", FieldKind.CHOICE, ("Aprobado", "En trámite"))


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        (NUMBER, "1.250,5", 1250.5),
        (NUMBER, "1250,5", 1250.5),
        (NUMBER, "1250.5", 1250.5),
        (NUMBER, "1.250", 1250),
        (NUMBER, "0.125", 0.125),
        (NUMBER, "-3", -3),
        (NUMBER, " 12 000 ", 12000),
        (DATE, "2026-03-08", "2026-03-08"),
        (FLAG, "Sí", True),
        (FLAG, "não", False),
        (CHOICE, "en tramite", "En trámite"),
        (TEXT, "  BancoEstado ", "BancoEstado"),
        (TEXT, "   ", None),
    ],
)
def test_what_people_type_is_read(field, text, value):
    assert custom_values.typed(field, text) == value


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (NUMBER, "mucho"), (NUMBER, "1,2,3"), (NUMBER, "9" * 12), (NUMBER, "0,00001"), (NUMBER, "1e9"), (NUMBER, "٣"),
        (DATE, "8/3/2026"), (DATE, "2026-02-30"), (DATE, "0001-01-01"), (DATE, "9999-12-31"),
        (FLAG, "quizás"), (CHOICE, "Rechazado"), (TEXT, "x" * 301), (TEXT, "a\x00"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(field, text):
    with pytest.raises(ValidationError):
        custom_values.typed(field, text)


def test_numbers_are_read_in_the_readers_language():
    with translation.override("en"):
        assert custom_values.typed(NUMBER, "1,250.5") == 1250.5
        assert custom_values.editable(1250.5) == "1250.5"
    assert custom_values.editable(1250.5) == "1250,5"


@pytest.mark.parametrize("value", [0, -1, 1250.5, 0.0001, 99_999_999_999, 12345678901.1234])
def test_a_number_shown_for_editing_is_the_number_typed_back(value):
    for language in ("es", "en", "pt"):
        with translation.override(language):
            assert custom_values.typed(NUMBER, custom_values.editable(value)) == value


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (NUMBER, "5"),
        (NUMBER, True),
        (NUMBER, 1e300),
        (FLAG, "true"),
        (FLAG, 1),
        (TEXT, 5),
        (CHOICE, "x"),
        (DATE, "ayer"),
    ],
)
def test_json_of_another_kind_is_refused(field, value):
    with pytest.raises(ValidationError):
        custom_values.checked(field, value)


def test_words():
    assert custom_values.words(True) == "Sí"
    assert custom_values.words(1250.5) == "1.250,5"
    assert custom_values.words("2026-03-08") == "08/03/2026"
    assert custom_values.words("2026-99-99") == "2026-99-99"
    assert custom_values.words(None) == ""


def test_options_are_one_a_line_and_each_once():
    assert custom_fields.options_of("Sí\n  no  sé \n\nNO SE\nTal vez") == ["Sí", "no sé", "Tal vez"]
