"""Files of leads: what is in them, who may fetch them, and that no spreadsheet runs them."""

import csv
import io
from datetime import timedelta

import openpyxl
import pytest
from django.utils import timezone

from core import jobs
from core.models import Job
from crm import exports, sheet_files
from crm.models import LeadExport
from tests.conftest import PASSWORD

HTMX = {"HX-Request": "true"}


def confirmed(client):
    """The client of somebody who has just given their password once more."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def export(client_for, broker, inside):
    """Ask for a file over HTTP, let the worker's code make it, fetch it."""

    def make(user, query="format=csv"):
        client = confirmed(client_for(user))
        assert client.post(f"/leads/export/?{query}", headers=HTMX).status_code == 204
        with inside(broker):
            job = jobs.claim(Job.objects.latest("id").pk, now=timezone.now())
        jobs.work(job)
        with inside(broker):
            job.refresh_from_db()
        return client.get(job.result["url"])

    return make


def _table(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "＝", "＋", "－", "＠"])
def test_formulas_are_disarmed(start):
    assert sheet_files.escaped(f"{start}1+1") == f"'{start}1+1"
    assert sheet_files.escaped("Ana = Rojas") == "Ana = Rojas"


def test_csv_has_the_leads_of_the_list_in_its_order(export, make_lead, alice):
    make_lead(name="Zoe", stage="agendado", tags=["VIP", "Inversor"], phone_raw="+56998248519")
    make_lead(name="ana", stage="agendado")
    make_lead(name="Fuera")
    response = export(alice, "stage=agendado&sort=name&format=csv")
    rows = _table(response)
    assert [row["Nombre"] for row in rows] == ["ana", "Zoe"]
    assert rows[1]["Etiquetas"] == "Inversor, VIP"
    assert rows[1]["Teléfono internacional"] == "'+56998248519"
    assert response.headers["Content-Disposition"].startswith("attachment")


def test_agent_exports_only_what_they_see(export, make_lead, alice, bob):
    make_lead(name="De Alice", assigned_to=alice)
    make_lead(name="De Bob", assigned_to=bob)
    make_lead(name="De nadie")
    assert {row["Nombre"] for row in _table(export(bob))} == {"De Bob", "De nadie"}


def test_xlsx_keeps_phones_and_formulas_as_texts(export, make_lead, alice):
    make_lead(name='=HYPERLINK("http://x")', phone_raw="+56998248519", budget_amount=5200, budget_unit="UF")
    response = export(alice, "format=xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    header, row = sheet.iter_rows()
    cells = {title.value: cell for title, cell in zip(header, row, strict=True)}
    assert cells["Nombre"].value.startswith("'=")
    assert cells["Nombre"].data_type == "s"
    assert cells["Teléfono internacional"].value == "+56998248519"
    assert cells["Teléfono internacional"].data_type == "s"
    assert cells["Presupuesto"].value == 5200


def test_many_batches_lose_nothing(export, make_lead, alice, monkeypatch):
    monkeypatch.setattr(exports, "_BATCH", 2)
    for number in range(5):
        make_lead(name=f"Lead {number}")
    assert len(_table(export(alice))) == 5


def test_file_is_for_its_creator_while_it_lasts(export, client_for, make_lead, alice, bob, charlie, broker, inside):
    make_lead()
    export(bob)
    with inside(broker):
        wish = LeadExport.objects.get()
    url = f"/leads/exports/{wish.public_id}/"
    assert client_for(bob).get(url).status_code == 200
    for stranger in (alice, charlie):
        assert client_for(stranger).get(url).status_code == 404
    with inside(broker):
        LeadExport.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
    assert client_for(bob).get(url).status_code == 404


def test_a_filter_that_cannot_be_starts_nothing(client_for, alice, broker, inside):
    assert client_for(alice).post("/leads/export/?stage=nada", headers=HTMX).status_code == 422
    assert client_for(alice).post("/leads/export/?format=exe", headers=HTMX).status_code == 404
    with inside(broker):
        assert not Job.objects.exists()


def test_tray_shows_a_persons_own_jobs_and_stops_asking(export, client_for, make_lead, alice, bob):
    make_lead()
    client = confirmed(client_for(alice))
    assert client.get("/tray/").content.strip() == b""
    client.post("/leads/export/?format=csv", headers=HTMX)
    assert 'hx-get="/tray/"' in client.get("/tray/").content.decode()
    assert client_for(bob).get("/tray/").content.strip() == b""


def test_tray_links_a_finished_file(export, client_for, make_lead, alice):
    make_lead()
    export(alice)
    page = client_for(alice).get("/tray/").content.decode()
    assert "/leads/exports/" in page
    assert "hx-get" not in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_export_asks_who_one_is_first(client_for, alice, broker, inside, headers):
    client = client_for(alice)
    response = client.post("/leads/export/?stage=agendado&format=csv", headers=headers)
    where = response.headers.get("HX-Redirect") or response.headers["Location"]
    assert where == "/accounts/reauthenticate/?next=%2Fleads%2F%3Fstage%3Dagendado"
    assert client.get("/api/v1/leads/export/").status_code == 403
    with inside(broker):
        assert not LeadExport.objects.exists()
    confirmed(client)
    assert client.get("/api/v1/leads/export/").status_code == 202
