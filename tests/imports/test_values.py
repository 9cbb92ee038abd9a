"""A row's values: names, addresses, rooms, what comments say, what is junk."""

from datetime import date
from decimal import Decimal

import pytest

from core.money import Unit
from crm.imports.columns import Field
from crm.imports.comments import opt_out_phrase, read_comment, read_operation
from crm.imports.emails import read_email
from crm.imports.names import read_name
from crm.imports.properties import read_location, read_rooms, read_source, read_type
from crm.imports.remarks import MESSAGES, remark
from crm.imports.values import Defaults, fingerprint, read_row

DEFAULTS = Defaults(today=date(2026, 11, 22))
FIELDS = {0: Field.NAME, 1: Field.PHONE, 2: Field.EMAIL, 3: Field.COMMENT}


def row(*cells, fields=None, **defaults):
    return read_row(cells, fields or FIELDS, Defaults(today=DEFAULTS.today, **defaults))


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("nelson encina maturana  ", "Nelson Encina Maturana"),
        ("JOSÉ FARÍAS-CÁCERES", "José Farías-Cáceres"),
        ("MARÍA DE LA FUENTE Y DEL RÍO", "María de la Fuente y del Río"),
        ("de la fuente", "De la Fuente"),
        ("María Mariana De La Fuente", "María Mariana De La Fuente"),
        ("BERNARDO O'HIGGINS", "Bernardo O'Higgins"),
        ("joão dos santos", "João dos Santos"),
        ("Ana\u202e\u200b\0 Soto", "Ana Soto"),
        ("Ana\n  Soto", "Ana Soto"),
        ("", ""),
    ],
)
def test_read_name_as_people_write_it(cell, name):
    assert read_name(cell) == (name, [])


@pytest.mark.parametrize(
    ("cell", "name", "code"),
    [
        ('=HYPERLINK("http://example.com","Javier Espinoza")', "Javier Espinoza", "name_formula"),
        ('=HIPERVINCULO("http://example.com";"JAVIER ESPINOZA")', "Javier Espinoza", "name_formula"),
        ("=cmd|' /C calc'!A0", "cmd|' /C calc'!A0", "name_formula"),
        ("N/N", "", "name_placeholder"),
        ("Cliente", "", "name_placeholder"),
        ("998248519", "", "name_placeholder"),
        ("x y" * 100, ("X y" + "x y" * 99)[:160], "name_cut"),
    ],
)
def test_read_name_strange_leaves_a_warning(cell, name, code):
    found, remarks = read_name(cell)

    assert found.casefold().strip() == name.casefold().strip()
    assert code in {item.code for item in remarks}


@pytest.mark.parametrize(
    ("cell", "email", "codes"),
    [
        ("Hugo21@Hotmail.com", "hugo21@hotmail.com", []),
        ("<mailto:ana@b.cl>", "ana@b.cl", []),
        ("ana @ b.cl", "ana@b.cl", []),
        ("no tiene", "", []), ("sin correo", "", []), ("", "", []), ("-", "", []),
        ("a@b", "", ["email_invalid"]),
        ("juan.perez@gmail", "", ["email_invalid"]),
        ("a..b@c.cl", "", ["email_invalid"]),
        ("ana arroba b punto cl", "", ["email_invalid"]),
        ("ana@b.cl; luis@c.cl", "ana@b.cl", ["email_extra"]),
        ("ana@b, luis@c.cl", "luis@c.cl", ["email_invalid"]),
        ('=HYPERLINK("mailto:ana@b.cl","ana@b.cl")', "ana@b.cl", []),
        ("a" * 65 + "@b.cl", "", ["email_invalid"]),
    ],
)  # fmt: skip
def test_read_email(cell, email, codes):
    found, remarks = read_email(cell)

    assert (found, [item.code for item in remarks]) == (email, codes)


@pytest.mark.parametrize(
    "text",
    [
        "No llamar más", "no llamar", "NO LLAMAR MAS!!", "No contactar", "no molestar", "no molestar más por favor", "No volver a llamar",
        "ya no llamar", "Nunca más llamar", "No me llamen más", "no lo contacten", "no quiere que lo llamen", "No desea ser contactado",
        "no quiere más llamadas", "no quiere recibir mensajes", "no enviar más correos", "No quiere saber nada", "dar de baja", "Solicita baja",
        "pidió la baja", "pide darse de baja", "pidió ser dado de baja", "baja", "BAJA.", "stop", "STOP", "eliminar de la base",
        "sacar de la lista", "Sacarlo de nuestra base", "borrar sus datos", "não ligar", "não perturbe", "remover da lista",
        "do not call", "Don't contact me", "please unsubscribe", "opt-out", "remove from list", "lista negra",
        "Compró en otra parte. No llamar más, molesto", "no insistir", "no escribir más", "no quiere ser molestado",
    ],
)  # fmt: skip
def test_opt_out_phrase_is_found(text):
    assert opt_out_phrase(text)


@pytest.mark.parametrize(
    "text",
    [
        "Llamar después de las 18:00", "no llamar después de las 18:00", "No llamar antes de las 10", "no llamar en la mañana",
        "no llamar los domingos", "no llamar hoy", "no contactar hasta marzo", "no llamar por teléfono, solo whatsapp", "no llamar al fijo",
        "no llamar tan temprano", "no quiere que lo llamen en la mañana", "No contactado", "no contesta", "no contesta llamadas",
        "no contactable", "no envía documentos", "Planta baja", "espera baja de precio", "busca depto planta baja", "pide baja de precio",
        "No le molesta el ruido", "busca stop and go", "call later", "do not call before 10", "não ligar depois das 18", "",
        "Busca arriendo, no compra", "no quiere primer piso", "no quiere saber el precio todavía", "eliminar estacionamiento de la oferta",
    ],
)  # fmt: skip
def test_opt_out_phrase_wish_about_hours_or_other_words_is_none(text):
    assert opt_out_phrase(text) == ""


def test_opt_out_phrase_is_given_as_written():
    assert opt_out_phrase("Ojo: NO LLAMAR MÁS. Gracias") == "NO LLAMAR MÁS"


def test_read_comment_wish_about_hours_is_a_warning_to_read():
    assert [item.code for item in read_comment("no llamar antes de las 10", Unit.CLP).remarks] == ["contact_limit"]


@pytest.mark.parametrize(
    ("fields", "cells"),
    [
        ({0: Field.NAME, 1: Field.PHONE, 2: Field.OPT_OUT}, ["Ana", "998248519", "Sí"]),
        ({0: Field.NAME, 1: Field.PHONE, 2: Field.TAGS}, ["Ana", "998248519", "vip, no contactar"]),
        ({0: Field.NAME, 1: Field.PHONE, 2: Field.STATUS}, ["Ana", "998248519", "No llamar más"]),
        ({0: Field.NAME, 1: Field.PHONE, 2: Field.IGNORE}, ["Ana", "998248519", "no llamar más"]),
        ({0: Field.NAME, 1: Field.PHONE}, ["Ana", "998248519 (no llamar)"]),
        ({0: Field.NAME, 1: Field.PHONE}, ["Ana", "998248519", "no llamar más"]),
    ],
)
def test_read_row_opt_out_outside_the_comment_counts(fields, cells):
    reading = read_row(cells, fields, DEFAULTS)

    assert reading.opt_out
    assert "opt_out" in {item.code for item in reading.warnings}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Busca arriendo, no compra", {"operation": "arriendo"}),
        ("No arriendo, quiere comprar", {"operation": "compra"}),
        ("Quiere vender su casa para comprar otra", {"operation": "venta"}),
        ("interesado en alquilar", {"operation": "arriendo"}),
        ("busca renta en Polanco", {"operation": "arriendo"}),
        ("renta 1.500.000", {"operation": ""}),
        ("Busca para inversión", {"purpose": "inversion", "operation": ""}),
        ("primera vivienda", {"purpose": "vivienda"}),
        ("DICOM por 300 lucas", {"dicom": "has_debt", "debt": Decimal(300_000)}),
        ("deuda de 2 millones", {"dicom": "has_debt", "debt": Decimal(2_000_000)}),
        ("Está en dicom", {"dicom": "has_debt", "debt": None}),
        ("sin DICOM", {"dicom": "clean", "debt": None}),
        ("DICOM limpio", {"dicom": "clean"}),
        ("Ya tiene pre-aprobación Banco Estado", {"preapproved": True}),
        ("preaprobado", {"preapproved": True}),
        ("no tiene preaprobación", {"preapproved": False}),
        ("Quiere visitar el sábado", {"wants_visit": True}),
        ("no quiere visitar", {"wants_visit": False}),
        ('Viene de parte de "don Pedro"', {"referred_by_name": "don Pedro"}),
        ("Recomendado por Ana Soto, urgente", {"referred_by_name": "Ana Soto"}),
        (
            "duplicado",
            {"operation": "", "purpose": "", "dicom": "unknown", "wants_visit": False, "referred_by_name": ""},
        ),
    ],
)
def test_read_comment_facts(text, expected):
    facts = read_comment(text, Unit.CLP)

    assert {key: getattr(facts, key) for key in expected} == expected


@pytest.mark.parametrize(
    ("cell", "operation"),
    [
        ("Compra", "compra"),
        ("Arriendo", "arriendo"),
        ("RENTA", "arriendo"),
        ("Venta", "venta"),
        ("Compra venta", "compra"),
        ("?", ""),
    ],
)
def test_read_operation_of_its_own_column(cell, operation):
    assert read_operation(cell) == operation


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Depto.", "departamento"), ("depto", "departamento"), ("Dpto", "departamento"), ("CASA", "casa"), ("Oficina", "oficina"),
        ("Local comercial", "local"), ("Parcela", "parcela"), ("Terreno", "terreno"), ("Bodega", "bodega"), ("Cochera", "estacionamiento"),
        ("Apartamento", "departamento"), ("", ""), ("no sabe", ""),
    ],
)  # fmt: skip
def test_read_type(cell, kind):
    assert read_type(cell) == (kind, [])


def test_read_type_unknown_is_other_with_a_warning():
    kind, (item,) = read_type("Castillo")

    assert (kind, item.code, item.raw) == ("otro", "type_unknown", "Castillo")


@pytest.mark.parametrize(
    ("cell", "beds", "baths"),
    [
        ("3D2B", 3, 2), ("2D1B", 2, 1), ("4", 4, None), ("2 dorm 1 baño", 2, 1), ("3d/2b", 3, 2), ("3+", 3, None), ("2 recámaras", 2, None),
        ("3/2", 3, 2), ("estudio", 0, None), ("4.0", 4, None), ("", None, None), ("no sabe", None, None), ("3 quartos", 3, None),
    ],
)  # fmt: skip
def test_read_rooms(cell, beds, baths):
    assert read_rooms(cell) == (beds, baths, [])


@pytest.mark.parametrize("cell", ["muchos", "99", "-3"])
def test_read_rooms_unreadable_leaves_a_warning(cell):
    beds, baths, (item,) = read_rooms(cell)

    assert (beds, baths, item.code) == (None, None, "rooms_unreadable")


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("portal  inmobiliario", "Portal Inmobiliario"),
        ("TocToc", "TOCTOC"),
        ("FB", "Facebook"),
        ("Feria Expo 2026", "Feria Expo 2026"),
        ("", ""),
    ],
)
def test_read_source(cell, name):
    assert read_source(cell) == name


def test_read_location_is_written_out():
    assert read_location("las condes / vitacura") == "Las Condes / Vitacura"
    assert read_location("Stgo centro") == "Santiago centro"
    assert read_location("Viña del Mar") == "Viña del Mar"


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        (["", "", "", ""], "blank_row"),
        (["  ", "\u200b", "", "\xa0"], "blank_row"),
        (["Total", "420", "", ""], "total_row"),
        (["", "TOTAL GENERAL:", "", "$1.200.000"], "total_row"),
        (["Suma", "=SUM(B2:B9)", "", ""], "total_row"),
        (["Nombre", "Teléfono", "Correo", ""], "header_row"),
        (["", "", "", "ojo con este"], "nobody"),
        (["", "9577627", "a@b", ""], "nobody"),
        (["N/N", "", "no tiene", ""], "nobody"),
    ],
)
def test_read_row_junk_is_rejected_with_its_reason(cells, code):
    reading = row(*cells)

    assert reading.rejection.code == code
    assert reading.rejection.message


@pytest.mark.parametrize(
    "cells", [("Total Pérez", "998248519", "", ""), ("Ana Total", "", "", ""), ("", "998248519", "", "")]
)
def test_read_row_odd_but_real_comes_in(cells):
    assert row(*cells).rejection is None


def test_read_row_name_without_contact_is_a_lead_with_a_warning():
    reading = row("Ana Soto", "9577627", "a@b", "")

    assert reading.rejection is None
    assert [item.code for item in reading.warnings] == ["phone_impossible", "email_invalid", "no_contact"]
    assert reading.phone.raw == "9577627"


def test_read_row_keeps_the_whole_comment():
    comment = "DICOM por 300 lucas\r\nno llamar más; quiere visitar"

    assert row("Ana", "998248519", "", comment).note == comment.replace("\r", "")


def test_read_row_rejected_by_the_reader_stays_outside():
    reading = read_row(["Ana", "998248519"], FIELDS, DEFAULTS, about=[remark("cell_too_long", "xxx")])

    assert reading.rejection.code == "cell_too_long"


def test_read_row_joins_columns_of_one_field():
    fields = {0: Field.NAME, 1: Field.NAME, 2: Field.PHONE, 3: Field.PHONE, 4: Field.COMMENT, 5: Field.COMMENT}
    reading = read_row(["Ana", "Soto", "998248519", "997457446", "uno", "dos"], fields, DEFAULTS)

    assert (reading.name, [number.e164 for number in reading.phones]) == ("Ana Soto", ["+56998248519", "+56997457446"])
    assert reading.note == "uno\ndos"


def test_read_row_in_the_brokers_country_and_money():
    fields = {0: Field.NAME, 1: Field.PHONE, 2: Field.BUDGET, 3: Field.INCOME}
    reading = read_row(
        ["Ana", "044 55 1234 5678", "$2,500,000", "45 mil"], fields, Defaults(date(2026, 1, 1), "MX", Unit.MXN)
    )

    assert (reading.phone.e164, reading.budget, reading.budget_unit, reading.income) == (
        "+525512345678",
        2_500_000,
        "MXN",
        45_000,
    )


def test_read_row_income_range_takes_the_lower_end():
    reading = read_row(["Ana", "entre 900 mil y 1,2 millones"], {0: Field.NAME, 1: Field.INCOME}, DEFAULTS)

    assert reading.income == 900_000
    assert "income_range" in {item.code for item in reading.warnings}


def test_read_row_stage_status_tags_and_owner():
    fields = {0: Field.NAME, 1: Field.STAGE, 2: Field.STATUS, 3: Field.TAGS, 4: Field.ASSIGNED_TO}
    reading = read_row(
        ["Ana", "Calificación Financiera", "Caliente", "vip; norte, vip", " ana@b.cl "], fields, DEFAULTS
    )

    assert (reading.stage, reading.status) == ("calificacion_financiera", "hot")
    assert (reading.tags, reading.assigned_to) == (("vip", "norte"), "ana@b.cl")


def test_read_row_unknown_stage_leaves_a_warning():
    reading = read_row(["Ana", "limbo"], {0: Field.NAME, 1: Field.STAGE}, DEFAULTS)

    assert reading.stage == ""
    assert "stage_unknown" in {item.code for item in reading.warnings}


def test_fingerprint_is_blind_to_case_spacing_and_trailing_blanks():
    assert fingerprint(["Ana  Soto ", "1", "", ""]) == fingerprint(["ANA SOTO", "1"])
    assert fingerprint(["Ana", "Soto"]) != fingerprint(["Ana Soto"])
    assert len(fingerprint([])) == 64


def test_messages_all_take_their_text():
    for code in MESSAGES:
        assert "%(" not in remark(code, "<texto>").message
