"""Files as they come: fifty shapes of bytes, each read or refused with a reason, none with a traceback."""

import io
import time
import tracemalloc
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from crm.imports.reading import MOST_COLUMNS, read
from crm.imports.unreadable import REASONS, UnreadableFile

TABLE = (
    'Nombre;Teléfono;Comentario\nJosé Núñez;998248519;"dijo ""sí""\r\ny volvió; mañana"\nMaría Ángel;+56 9 9745 7446;\n'
)
ROWS = [
    ["José Núñez", "998248519", 'dijo "sí"\ny volvió; mañana'],
    ["María Ángel", "+56 9 9745 7446", ""],
]


def workbook(*rows, title="Hoja1", more=None) -> bytes:
    book = Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    for name, cells in (more or {}).items():
        book.create_sheet(name).append(cells)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rezipped(data: bytes, **changes: bytes) -> bytes:
    """A workbook with some parts replaced; `__` in a name stands for `/`."""
    file = io.BytesIO()
    wanted = {name.replace("__", "/") + ".xml": content for name, content in changes.items()}
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            new.writestr(part.filename, wanted.pop(part.filename, old.read(part)))
        for name, content in wanted.items():
            new.writestr(name, content)
    return file.getvalue()


def cells_of(data: bytes, **options) -> list[list[str]]:
    return [row.cells for row in read(data, **options).rows]


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("windows-1252", "windows-1252"),
        ("latin-1", "windows-1252"),
        ("mac-roman", "mac-roman"),
        ("cp850", "cp850"),
    ],
)
def test_read_csv_in_encoding(codec, named):
    sheet = read(TABLE.encode(codec))

    assert (sheet.encoding, sheet.delimiter, sheet.header) == (named, ";", ["Nombre", "Teléfono", "Comentario"])
    assert [row.cells for row in sheet.rows] == ROWS


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_read_csv_with_delimiter(delimiter):
    text = f"Nombre{delimiter}Fono{delimiter}Renta\nAna{delimiter}998248519{delimiter}\nLuis{delimiter}997457446{delimiter}3\n"

    sheet = read(text.encode())

    assert sheet.delimiter == delimiter
    assert [row.cells for row in sheet.rows] == [["Ana", "998248519", ""], ["Luis", "997457446", "3"]]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_read_csv_with_line_ends(newline):
    assert cells_of(f"Nombre;Fono{newline}Ana;998248519{newline}Luis;1{newline}".encode()) == [
        ["Ana", "998248519"],
        ["Luis", "1"],
    ]


def test_read_csv_decimal_commas_do_not_pass_for_delimiters():
    sheet = read(b"Nombre;Renta\nAna;2,3\nLuis;1,5\nEva;0,9\n")

    assert (sheet.delimiter, sheet.width) == (";", 2)


def test_read_csv_excels_hint_is_believed_and_left_out():
    sheet = read(b"sep=,\nNombre,Fono\nAna,1\n")

    assert (sheet.delimiter, sheet.header) == (",", ["Nombre", "Fono"])
    assert [row.cells for row in sheet.rows] == [["Ana", "1"]]


def test_read_csv_nuls_are_taken_out():
    assert cells_of(b"Nombre;Fono\nA\0na;99\0824\n") == [["Ana", "99824"]]


def test_read_csv_few_broken_bytes_stay_utf8_and_are_said():
    sheet = read(b"Nombre;Fono\n" + "José;1\n".encode() * 20 + b"Mar\xeda;2\n")

    assert sheet.encoding == "utf-8"
    assert [remark.code for remark in sheet.remarks] == ["bad_bytes"]
    assert next(sheet.rows).cells[0] == "José"


def test_read_csv_unclosed_quote_costs_its_own_row_only():
    rows = list(read(b'Nombre;Fono\nAna;1\n"Luis;2\nEva;3\n' + b"Leo;4\n" * 2000).rows)

    assert rows[1].cells == ["Luis", "2"]
    assert [remark.code for remark in rows[1].remarks] == ["unclosed_quote"]
    assert (rows[2].cells, len(rows)) == (["Eva", "3"], 2003)


def test_read_csv_inch_marks_inside_a_cell_are_text():
    assert cells_of(b'Nombre;Nota\nAna;tele 32" nueva\nLuis;27"\n') == [["Ana", 'tele 32" nueva'], ["Luis", '27"']]


def test_read_csv_unquoted_delimiter_in_a_comment_is_joined_with_a_warning():
    rows = list(read(b"Nombre;Fono;Comentario;Renta\nAna;1;busca; urgente; ya;900\nLuis;2;nada;800\n").rows)

    assert rows[0].cells == ["Ana", "1", "busca; urgente; ya", "900"]
    assert [remark.code for remark in rows[0].remarks] == ["extra_cells"]
    assert (rows[1].cells, rows[1].remarks) == (["Luis", "2", "nada", "800"], ())


def test_read_csv_short_row_is_filled_up():
    assert cells_of(b"Nombre;Fono;Renta\nAna\nLuis;2\n") == [["Ana", "", ""], ["Luis", "2", ""]]


def test_read_csv_surplus_blank_cells_are_no_surplus():
    (row,) = read(b"Nombre;Fono\nAna;1;;;;\n").rows

    assert (row.cells, row.remarks) == (["Ana", "1"], ())


def test_read_csv_blank_rows_inside_count_and_at_the_end_do_not():
    rows = list(read(b"Nombre;Fono\nAna;1\n;\n\nLuis;2\n;\n\n\n").rows)

    assert [(row.number, row.cells) for row in rows] == [
        (1, ["Ana", "1"]),
        (2, ["", ""]),
        (3, ["", ""]),
        (4, ["Luis", "2"]),
    ]


def test_read_csv_title_over_the_header_is_passed_over_and_said():
    sheet = read(b"Leads 2026;;\n;;\nNombre;Fono;Correo\nAna;1;a@b.cl\n")

    assert (sheet.header, sheet.header_row) == (["Nombre", "Fono", "Correo"], 3)
    assert [(remark.code, remark.raw) for remark in sheet.remarks] == [("preamble", "Leads 2026")]
    assert [row.number for row in sheet.rows] == [1]


def test_read_csv_without_header():
    sheet = read(b"Ana Soto;998248519;ana@b.cl\nLuis Paz;997457446;luis@b.cl\n")

    assert (sheet.header, sheet.header_row, sheet.width) == ([], 0, 3)
    assert next(sheet.rows).cells[0] == "Ana Soto"


def test_read_csv_unknown_header_over_figures_is_a_header():
    assert read(b"Persona X;Codigo\nAna;17\nLuis;18\n").header_row == 1


def test_read_csv_header_guess_can_be_overruled():
    assert read(b"Ana;Soto\nLuis;Paz\n", has_header=True).header == ["Ana", "Soto"]
    assert cells_of(b"Nombre;Fono\nAna;1\n", has_header=False) == [["Nombre", "Fono"], ["Ana", "1"]]


def test_read_csv_header_only_has_no_rows():
    assert cells_of(b"Nombre;Fono;Correo\n") == []


def test_read_csv_huge_cell_is_a_row_error_and_the_next_row_is_read():
    data = b'Nombre;Fono\nAna;"' + b"x" * 10_000_000 + b'"\nLuis;2\n'

    rows = list(read(data).rows)

    assert [remark.code for remark in rows[0].remarks] == ["cell_too_long"]
    assert rows[0].remarks[0].rejects
    assert max(len(cell) for cell in rows[0].cells) <= 1000
    assert rows[-1].cells == ["Luis", "2"]


@pytest.mark.parametrize(
    "filling", [b'"a\n', b'x";"y\n', b'";"\n', b'"\n\n', b"\n", b";\n", b'""""\n', b"a;" * 150 + b"\n"]
)
def test_read_csv_hostile_quotes_take_linear_time(filling):
    started = time.process_time()

    rows = sum(1 for _row in read(b"Nombre;Fono\n" + filling * (1_000_000 // len(filling))).rows)

    assert rows >= 0
    assert time.process_time() - started < 20


def test_read_csv_memory_stays_flat():
    data = b"Nombre;Fono;Correo\n" + b"Ana Soto;998248519;ana@soto.cl\n" * 100_000
    tracemalloc.start()
    rows = sum(1 for _row in read(data).rows)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert rows == 100_000
    assert peak < 6_000_000


def test_read_xlsx_cells_as_people_see_them():
    data = workbook(
        ["Nombre", "Teléfono", "Fecha ingreso", "Renta", "Activo", "Hora"],
        ["Ana", 998248519.0, datetime(2026, 9, 14), 2.5, True, datetime(2026, 9, 14, 10, 30)],
        ["Luis", 997457446, date(2026, 9, 15), 1500000, False, None],
    )

    sheet = read(data)

    assert (sheet.encoding, sheet.delimiter, sheet.header_row) == ("xlsx", "", 1)
    assert [row.cells for row in sheet.rows] == [
        ["Ana", "998248519", "2026-09-14", "2.5", "Sí", "2026-09-14 10:30:00"],
        ["Luis", "997457446", "2026-09-15", "1500000", "No", ""],
    ]


def test_read_xlsx_formula_without_a_stored_value_is_kept():
    data = workbook(["Nombre", "Fono"], ['=HYPERLINK("http://example.com","Ana Soto")', "1"])

    assert cells_of(data) == [['=HYPERLINK("http://example.com","Ana Soto")', "1"]]


def test_read_xlsx_first_sheet_with_content_and_the_others_are_named():
    data = workbook(more={"Datos": ["Nombre", "Fono"], "Otra": ["x"]})

    sheet = read(data)

    assert sheet.header == ["Nombre", "Fono"]
    assert [(remark.code, remark.raw) for remark in sheet.remarks] == [("other_sheets", "Otra")]


def test_read_xlsx_stray_cell_far_right_or_down_does_no_harm():
    book = Workbook()
    book.active.append(["Nombre", "Fono"])
    book.active.append(["Ana", "1"])
    book.active.cell(row=5000, column=2, value="2")
    file = io.BytesIO()
    book.save(file)

    rows = list(read(file.getvalue()).rows)

    assert (rows[0].cells, rows[-1].number, rows[-1].cells) == (["Ana", "1"], 4999, ["", "2"])
    assert len(rows) == 102  # of a long gap a hundred blank rows are told


SHEET_HEAD = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
)
BASE = workbook(["Nombre", "Fono"], ["Ana", "1"])
BOMB = rezipped(BASE, xl__sharedStrings=b"<sst>" + b" " * 100_000_000 + b"</sst>")
ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    + SHEET_HEAD[21:]
    + b"</sheetData></worksheet>"
)
WIDE = ";".join(f"c{number}" for number in range(500)).encode() + b"\n" + b";".join([b"1"] * 500) + b"\n"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"   \r\n\t", "empty"),
        (b"\0" * 500, "empty"),
        (b"\xff\xfe", "empty"),
        (b";;;\n;;;\n", "empty"),
        (workbook(), "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old_excel"),
        (b"%PDF-1.7\n1 0 obj", "pdf"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image"),
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image"),
        (b"BM6\0\0\0\0\0\0\0" + b"\0" * 40, "image"),
        (b"\x1f\x8b\x08\0\0\0", "zip"),
        (b"Rar!\x1a\x07\0", "zip"),
        (b"<html><table><tr><td>Nombre</td></tr></table></html>", "web_page"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "web_page"),
        (bytes(range(256)) * 50, "not_text"),
        (b"PK\x03\x04" + b"junk" * 50, "damaged"),
        (BASE[: len(BASE) // 2], "damaged"),
        (rezipped(BASE, xl__workbook=b"<broken"), "damaged"),
        (BOMB, "bomb"),
        (rezipped(BASE, xl__worksheets__sheet1=ENTITIES), "bomb"),
        (WIDE, "too_many_columns"),
        (b"a;b\n" * 2_200_000, "too_many_rows"),
        (b"a" * 50_000_001, "too_big"),
    ],
    ids=lambda value: value if isinstance(value, str) else "file",  # not its size: a zip holds the time it was made
)
def test_read_unreadable_file_says_what_to_do(data, code):
    with pytest.raises(UnreadableFile) as refused:
        read(data)

    assert refused.value.code == code
    assert str(refused.value) == str(REASONS[code])


def zip_of(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zip_of(leads_csv=b"Nombre;Fono\nAna;1\n"), "zip"),
        (zip_of(mimetype=b"application/vnd.oasis", content_xml=b"<office/>"), "open_document"),
        (zip_of(xl__workbook_bin=b"x"), "binary_excel"),
    ],
    ids=["zip", "ods", "xlsb"],
)
def test_read_zip_of_another_kind_is_named(data, code):
    with pytest.raises(UnreadableFile) as refused:
        read(data)

    assert refused.value.code == code


def test_read_xlsx_damaged_further_down_raises_only_unreadable():
    cell = '<c r="A{0}" t="inlineStr"><is><t>Nombre</t></is></c>'
    rows = "".join(f'<row r="{at}">{cell.format(at)}</row>' for at in range(1, 9000))
    sized = SHEET_HEAD.replace(b"<sheetData>", b'<dimension ref="A1:A9000"/><sheetData>')
    broken = sized + rows.encode() + b"<row r="
    sheet = read(rezipped(BASE, xl__worksheets__sheet1=broken))

    with pytest.raises(UnreadableFile) as refused:
        list(sheet.rows)

    assert refused.value.code == "damaged"


def test_read_xlsx_row_number_out_of_this_world_ends():
    far = SHEET_HEAD + b'<row r="999999999999"><c t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    started = time.process_time()

    with pytest.raises(UnreadableFile):
        list(read(rezipped(BASE, xl__worksheets__sheet1=far)).rows)

    assert time.process_time() - started < 30


def test_read_csv_guesses_can_be_overruled():
    data = "Nombre;Fono,fijo\nJosé;1,2\n".encode("windows-1252")

    sheet = read(data, encoding="cp850", delimiter=",", has_header=True)

    assert (sheet.encoding, sheet.delimiter, sheet.header) == ("cp850", ",", ["Nombre;Fono", "fijo"])
    assert read(data, encoding="no-such", delimiter="").encoding == "windows-1252"


def test_read_csv_widest_table_allowed():
    line = b";".join([b"a1"] * MOST_COLUMNS) + b"\n"

    assert read(line * 3).width == MOST_COLUMNS
