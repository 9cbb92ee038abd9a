"""Which column is which."""

import pytest

from crm.imports.columns import Field, field_of, guess, text_column


@pytest.mark.parametrize(
    ("word", "field"),
    [
        ("Nombre", Field.NAME), ("NOMBRE COMPLETO", Field.NAME), ("Apellido Paterno", Field.NAME), ("Full name", Field.NAME),
        ("Nome completo", Field.NAME), ("Teléfono", Field.PHONE), ("Fono 2", Field.PHONE), ("Celular/WhatsApp", Field.PHONE),
        ("Phone number", Field.PHONE), ("Telefone", Field.PHONE), ("E-mail", Field.EMAIL), ("Correo electrónico", Field.EMAIL),
        ("Comuna", Field.LOCATION), ("Colonia", Field.LOCATION), ("Bairro", Field.LOCATION), ("Presupuesto (UF)", Field.BUDGET),
        ("Orçamento", Field.BUDGET), ("Tipo propiedad", Field.PROPERTY_TYPE), ("Dorm.", Field.BEDROOMS), ("Recámaras", Field.BEDROOMS),
        ("Origen", Field.SOURCE), ("Lead source", Field.SOURCE), ("Fecha ingreso", Field.ENTERED_AT), ("Created at", Field.ENTERED_AT),
        ("Observaciones", Field.COMMENT), ("Renta líquida", Field.INCOME), ("Operación", Field.OPERATION), ("Etapa", Field.STAGE),
        ("Ejecutivo", Field.ASSIGNED_TO), ("Etiquetas", Field.TAGS), ("Estado", Field.STATUS), ("NO LLAMAR", Field.OPT_OUT),
        ("telefono_cliente", Field.PHONE), ("Zodiaco", None), ("", None), ("x" * 500, None),
    ],
)  # fmt: skip
def test_field_of_header(word, field):
    assert field_of(word) == field


def test_guess_without_header_by_the_cells():
    rows = [
        ["Ana Soto", "998248519", "ana@b.cl", "UF 3.000", "02-02-2026", "Depto", "2D1B"],
        ["Luis Paz", "+56 9 9745 7446", "no tiene", "70 millones", "3/4/26", "Casa", "3D2B"],
    ]

    assert list(guess([], rows).values()) == [
        Field.NAME, Field.PHONE, Field.EMAIL, Field.BUDGET, Field.ENTERED_AT, Field.PROPERTY_TYPE, Field.BEDROOMS,
    ]  # fmt: skip


def test_guess_two_columns_may_share_a_name_or_a_phone_but_not_a_budget():
    mapping = guess(["Nombre", "Apellido", "Fono", "Celular", "Presupuesto", "Precio"], [])

    assert list(mapping.values()) == [Field.NAME, Field.NAME, Field.PHONE, Field.PHONE, Field.BUDGET, Field.IGNORE]


def test_guess_nothing_of_an_empty_sheet():
    assert guess([], []) == {}


def test_text_column_by_name_then_by_length():
    assert text_column(["Nombre", "Comentario", "Renta"], [], 3) == 1
    assert text_column([], [["a", "a long text", "b"]], 3) == 1


def test_fields_have_spanish_labels():
    assert str(Field.PHONE.label) == "Teléfono"
