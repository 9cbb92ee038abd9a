"""The pages: who sees which import, what is refused and in which words, what is remembered."""

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from crm.imports import intake
from crm.imports.columns import Field
from crm.models import ImportMapping, Lead, LeadImport

ROWS = "Nombre;Teléfono;Comentario\nAna Rojas;987654321;no llamar más\nLuis Soto;987654322;\nTotal;2;\n"


@pytest.fixture
def upload(client_for):
    def send(person, data=ROWS, name="planilla.csv"):
        data = data if isinstance(data, bytes) else data.encode()
        client = client_for(person)
        return client, client.post(reverse("crm:import-new"), {"file": SimpleUploadedFile(name, data)})

    return send


def address(name, lead_import):
    return reverse(f"crm:import-{name}", args=[lead_import.public_id])


@pytest.fixture
def only(inside, broker):
    def read():
        with inside(broker):
            return LeadImport.objects.get()

    return read


def test_from_upload_to_result(upload, alice, broker, only, run_jobs, inside):
    client, answer = upload(alice)
    stored = only()
    assert answer["Location"] == address("mapping", stored)
    assert "Ana Rojas" in client.get(address("mapping", stored)).content.decode()
    columns = {"column_0": "name", "column_1": "phone", "column_2": "comment"}
    assert client.post(address("mapping", stored), columns)["Location"] == address("preview", stored)
    seen = client.get(address("preview", stored)).content.decode()
    assert "Fila de totales" in seen
    assert "No contactar" in seen
    answer = client.post(address("preview", stored), {"basis": "request", "stage": "perfilamiento", "assigned_to": ""})
    assert answer["Location"] == address("detail", stored)
    assert "En espera" in client.get(address("detail", stored)).content.decode()
    run_jobs(broker)
    done = client.get(address("detail", stored)).content.decode()
    assert "Descargar las rechazadas" in done
    with inside(broker):
        assert set(Lead.objects.values_list("name", "stage")) == {
            ("Ana Rojas", "perfilamiento"),
            ("Luis Soto", "perfilamiento"),
        }


def test_the_basis_must_be_chosen(upload, alice, only):
    client, _answer = upload(alice)
    answer = client.post(address("preview", only()), {"stage": "entrada"})
    assert answer.status_code == 422
    assert only().state == "uploaded"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "vac"),
        (b"%PDF-1.7 x", "Es un PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "Excel antiguo"),
        (b"PK\x03\x04" + b"x" * 50, "planilla"),
    ],
)
def test_a_file_that_is_no_spreadsheet_is_refused_in_words(upload, alice, inside, broker, data, words):
    _client, answer = upload(alice, data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with inside(broker):
        assert not LeadImport.objects.exists()


def test_a_file_too_large_is_refused_before_it_is_read(upload, alice, settings):
    settings.IMPORT_MAX_BYTES = 20
    _client, answer = upload(alice)
    assert answer.status_code == 422
    assert "Divídelo" in answer.content.decode()


@pytest.mark.parametrize("who", ["bob", "charlie"])
@pytest.mark.parametrize("name", ["mapping", "preview", "detail", "rejected", "revert"])
def test_others_get_404(request, who, name, bring_in, client_for, broker, charlie):
    done = bring_in(ROWS, run=name not in {"mapping", "preview"})
    assert client_for(request.getfixturevalue(who)).get(address(name, done)).status_code == 404
    assert client_for(request.getfixturevalue(who)).post(address("revert", done)).status_code == 404


def test_an_agent_sees_and_reverts_their_own_and_an_admin_all(
    bring_in, client_for, alice, bob, inside, broker, run_jobs
):
    own = bring_in(ROWS, by=bob, assigned_to=bob)
    bring_in(ROWS, by=alice, name="de-alice.csv")
    listed = client_for(bob).get(reverse("crm:import-list")).content.decode()
    assert "planilla.csv" in listed
    assert "de-alice.csv" not in listed
    assert client_for(alice).get(address("detail", own)).status_code == 200
    answer = client_for(bob).post(address("revert", own), {"worked_on": "on"})
    assert answer["HX-Redirect"] == address("detail", own)
    run_jobs(broker)
    with inside(broker):
        own.refresh_from_db()
        assert own.state == "reverted"


def test_rejected_rows_come_back_with_reason_and_without_formulas(bring_in, client_for, alice):
    rows = 'Nombre;Teléfono;Correo\n=cmd|calc;;\n"Total";"=SUM(A1:A9)";\n;+56 9 1;\n'
    done = bring_in(rows)
    answer = client_for(alice).get(address("rejected", done))
    assert "attachment" in answer["Content-Disposition"]
    found = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert found[0] == ["Nombre", "Teléfono", "Correo", "Fila", "Motivo"]
    assert ["Total", "'=SUM(A1:A9)", "", "2", "Fila de totales: «Total =SUM(A1:A9)»"] in found
    assert not [cell for row in found for cell in row if cell.startswith(("=", "@"))]


def test_a_mapping_is_remembered_for_the_next_file_with_the_same_header(upload, alice, inside, broker):
    client, _answer = upload(alice, "Nombre;Otro\nAna;987654321\nLuis;987654322\n")
    with inside(broker):
        first = LeadImport.objects.get()
    client.post(address("mapping", first), {"column_0": "ignore", "column_1": "phone"})
    upload(alice, "NOMBRE;otro\nEva;987654323\n")
    with inside(broker):
        assert ImportMapping.objects.count() == 1
        second = LeadImport.objects.order_by("-id")[0]
        assert intake.mapping_of(second) == {0: Field.IGNORE, 1: Field.PHONE}


def test_two_columns_for_one_field_and_none_to_tell_a_person_by_are_refused(upload, alice, only):
    client, _answer = upload(alice, "A;B;C\n1;2;3\n")
    for columns, words in (
        ({"column_0": "name", "column_1": "budget", "column_2": "budget"}, "deja una"),
        ({"column_0": "ignore", "column_1": "budget", "column_2": "ignore"}, "Elige al menos"),
    ):
        answer = client.post(address("mapping", only()), columns)
        assert answer.status_code == 422
        assert words in answer.content.decode()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16", "mac-roman", "cp850"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encodings_and_delimiters_arrive_as_people_wrote_them(bring_in, inside, broker, encoding, delimiter):
    people = [("José Muñoz Ibáñez", "987654321", "Ñuñoa"), ("Begoña Güell", "987654322", "Viña del Mar")]
    lines = [("Nombre", "Teléfono", "Comuna"), *people]
    done = bring_in("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert (done.created_rows, done.delimiter) == (2, delimiter)
    with inside(broker):
        assert set(Lead.objects.values_list("name", "location")) == {(name, place) for name, _phone, place in people}


def test_a_wrong_guess_can_be_mended(upload, alice, only):
    client, _answer = upload(alice, "Nombre;Teléfono\nMuñoz;987654321\n".encode("cp850"))
    client.post(address("reread", only()), {"encoding": "cp850", "delimiter": ";"})
    read_again = only()
    assert (read_again.encoding, read_again.has_header, read_again.header) == ("cp850", False, [])
    client.post(address("reread", only()), {"encoding": "cp850", "delimiter": ";", "has_header": "on"})
    assert only().header == ["Nombre", "Teléfono"]
    assert "Muñoz" in client.get(address("mapping", only())).content.decode()
    assert client.post(address("reread", only()), {"encoding": "klingon", "delimiter": ";"}).status_code == 302
    assert only().encoding == "cp850"


def test_the_result_opens_where_there_are_rows(bring_in, client_for, alice):
    bring_in(ROWS)
    again = bring_in(ROWS)
    page = client_for(alice).get(address("detail", again))
    assert page.context["show"] == "merged"
    assert "Ninguna fila" not in page.content.decode()


def test_the_same_bytes_again_are_told_of(bring_in, upload, alice, inside, broker):
    bring_in(ROWS)
    client, answer = upload(alice)
    assert "ya se importó" in client.get(answer["Location"]).content.decode()


def test_a_workbook_comes_in_too(bring_in, inside, broker):
    book = Workbook()
    book.active.append(["Nombre", "Teléfono"])
    for n in range(300):
        book.active.append([f"Persona {n}", 980_000_000 + n])
    stream = io.BytesIO()
    book.save(stream)
    done = bring_in(stream.getvalue(), name="planilla.xlsx")
    assert (done.state, done.created_rows, done.encoding) == ("done", 300, "xlsx")
    with inside(broker):
        assert Lead.objects.filter(phone_e164="+56980000007").get().name == "Persona 7"


def test_an_import_that_stops_on_an_error_says_so_and_goes_on_from_there(
    bring_in, inside, broker, client_for, alice, run_jobs
):
    waiting = bring_in(ROWS, run=False)
    with inside(broker):
        LeadImport.objects.update(content=b"%PDF")
    run_jobs(broker)
    page = client_for(alice).get(address("detail", waiting)).content.decode()
    assert "Es un PDF" in page
    with inside(broker):
        LeadImport.objects.update(content=ROWS.encode())
    assert client_for(alice).post(address("resume", waiting)).status_code == 302
    run_jobs(broker)
    with inside(broker):
        waiting.refresh_from_db()
        assert (waiting.state, waiting.created_rows, waiting.rejected_rows) == ("done", 2, 1)


def test_the_list_shows_the_leads_of_an_import(bring_in, client_for, alice, make_lead):
    make_lead(name="De antes")
    done = bring_in(ROWS)
    page = client_for(alice).get(reverse("crm:lead-list"), {"imported": str(done.public_id)}).content.decode()
    assert "Ana Rojas" in page
    assert "De antes" not in page
    assert "De una importación" in page
