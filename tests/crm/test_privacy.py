"""A person's rights: all we hold is in the file; after erasing, no trace is left in any table, file or log."""

import io
import json
import logging
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import tokens
from appointments.models import Appointment
from core import tenancy
from core.actors import Actor
from crm import bin as leads_bin
from crm import consent, exports, financial, leads, referrals, retention, timeline, todos
from crm.enums import ConsentBasis, ConsentSource, ConsentState, DicomStatus, ExportFormat
from crm.merging import act
from crm.models import Erasure, Lead, LeadImport, PersonalFile, SavedView, TimelineEntry
from crm.privacy import erasing, file
from pipeline import board
from pipeline.models import StageTransition
from tests.database import owner_connection

CANARY = "Zqcanario Pérez"
EMAIL = "zqcanario@correo.cl"
PHONE, DIGITS = "+56 9 8123 4567", "81234567"
MARKS = ("zqcanario", DIGITS)


@pytest.fixture
def api(client_for, alice):
    _token, secret = tokens.issue(user=alice, name="x", scope="write", expires_at=None)
    client = client_for(alice)

    def call(method, path, body=None, **headers):
        sent = {"data": json.dumps(body or {}), "content_type": "application/json"} if method != "get" else {}
        return getattr(client, method)(
            f"/api/v1{path}", headers={"Authorization": f"Bearer {secret}", **headers}, **sent
        )

    return call


@pytest.fixture
def lived(client_for, alice, bob, broker, inside, run_jobs, api):
    """A person who came by a spreadsheet, was worked by every way there is, merged, moved, exported and told of."""
    client, now, by = client_for(alice), timezone.now(), Actor.of(alice)
    sheet = f"Nombre,Teléfono,Correo,Comuna,Comentarios\n{CANARY},{PHONE},{EMAIL},Zqcanario Norte,llamar a zqcanario\nOtra,911112222,,Macul,\n"
    client.post("/import/new/", {"file": SimpleUploadedFile("planilla.csv", sheet.encode())})
    with inside(broker):
        taken_in = LeadImport.objects.get()
    client.post(f"/import/{taken_in.public_id}/preview/", {"basis": "request", "stage": "entrada"})
    run_jobs(broker)
    made = api(
        "post",
        "/leads/",
        {"name": f"{CANARY} hija", "email": EMAIL, "source": "zqcanario", "tags": ["zqcanario"]},
        **{"Idempotency-Key": "zq-1"},
    )
    assert made.status_code == 201
    with inside(broker):
        lead, other = Lead.objects.get(phone_e164__contains=DIGITS), Lead.objects.get(public_id=made.json()["id"])
        timeline.add_note(lead, body="zqcanario quiere dos piezas", by=by, at=now)
        todos.add(lead, todos.Plan("Llamar a zqcanario", now + timedelta(days=1)), by=by, now=now)
        ground = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM, "zqcanario acepta", {"ip": "zqcanario"})
        consent.record(Lead.objects.get(pk=lead.pk), ConsentState.GRANTED, ground, by=by, at=now)
        financial.restate(
            Lead.objects.get(pk=other.pk),
            financial.Declared(dicom_status=DicomStatus.CLEAN, debt=777123),
            by=by,
            now=now,
        )
        leads.edit(lead, {"property_ref": "zqcanario 12", "referred_by_name": "zqcanario padre"}, by=by, now=now)
        Appointment.objects.create(
            lead=lead, type="property_visit", starts_at=now, ends_at=now + timedelta(hours=1), created_at=now,
            place="zqcanario 1", note="zqcanario 2", **by.columns(),
        )  # fmt: skip
        board.move(
            lead.public_id,
            board.Move("perfilamiento", reason="zqcanario pidió"),
            within=Lead.objects.all(),
            by=by,
            now=now,
        )
        SavedView.objects.create(owner=alice, page="list", name="Zqcanario", query="q=zqcanario")
        exports.start("q=zqcanario", user=alice, file_format=ExportFormat.CSV, total=1, now=now)
    run_jobs(broker)
    client.post(f"/leads/{lead.public_id}/notes/", {"body": "@bob mira a zqcanario"})
    with inside(broker):
        kept, _action = act.merge(lead.pk, other.pk, within=Lead.objects.all(), by=by, now=timezone.now())
    return kept


def scan(broker):
    """Every value of every table of the database, as its owner sees it: those that hold a mark of the person."""
    found = []
    with owner_connection(connection.settings_dict["NAME"]) as owner:
        tables = owner.execute(
            "SELECT relname, relrowsecurity FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
        ).fetchall()
        with owner.transaction():
            owner.execute("SELECT set_config('app.broker_id', %s, true)", [str(broker.pk)])
            for table, _walled in tables:
                for (row,) in owner.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t').fetchall():
                    hexed = {mark.encode().hex() for mark in MARKS}
                    text = row.lower()
                    if any(
                        mark in text or mark in "".join(c for c in text if c.isalnum()) for mark in {*MARKS, *hexed}
                    ):
                        found.append((table, row[:300]))
    return found


@pytest.mark.django_db(transaction=True)
def test_after_erasing_no_trace_is_left(lived, broker, inside, alice, caplog, tmp_path):
    assert len({table for table, _row in scan(broker)}) > 12
    caplog.clear()
    for name in ("", "django"):
        caplog.set_level(logging.DEBUG, name)
    with inside(broker):
        before = StageTransition.objects.count()
        erasing.erase(lived, reason=f"{CANARY} lo pidió, {EMAIL}", by=Actor.of(alice), now=timezone.now())
    assert scan(broker) == []
    assert not any(mark in record.getMessage().lower() for record in caplog.records for mark in MARKS)
    with inside(broker):
        assert StageTransition.objects.count() == before
        assert Erasure.objects.count() == 2
        assert Lead.objects.filter(name="Otra").exists()
        board_counts = Lead.objects.count()
    assert board_counts == 1


@pytest.mark.django_db(transaction=True)
def test_after_erasing_who_they_sent_does_not_name_them(lived, broker, inside, alice, make_lead):
    by, now = Actor.of(alice), timezone.now()
    sent, other = make_lead(name="Rosa"), make_lead(name="Marta")
    with inside(broker):
        for to in (lived, other, None):
            referrals.refer(Lead.objects.get(pk=sent.pk), to, by=by, now=now)
        erasing.erase(lived, reason="lo pidió", by=by, now=now)
        told = TimelineEntry.objects.filter(lead=sent, kind="edit").order_by("pk").values_list("data", flat=True)
        assert [data["changes"]["referred_by"] for data in told] == [["", "…"], ["…", "Marta"], ["Marta", ""]]
    assert scan(broker) == []


def test_after_erasing_nobody_is_there(lived, client_for, alice, broker, inside, api):
    path = f"/leads/{lived.public_id}/"
    assert api("delete", f"{path}personal-data/").status_code == 204
    client = client_for(alice)
    assert client.get(path).status_code == 410
    assert api("get", path).status_code == 410
    assert client.get(f"{path}personal-data/").status_code == 404
    assert api("delete", f"{path}personal-data/").status_code == 404
    page = client.get("/audit/").content.decode()
    assert "Suprimió los datos de una persona" in page
    assert "canario" not in page.lower()
    assert "canario" not in client.get("/leads/bin/").content.decode().lower()


def test_the_file_holds_everything(lived, broker, inside, client_for, alice, run_jobs, monkeypatch):
    monkeypatch.setattr("accounts.step_up.is_confirmed", lambda request: True)
    client = client_for(alice)
    assert client.post(f"/leads/{lived.public_id}/personal-data/export/").status_code == 302
    run_jobs(broker)
    with inside(broker):
        wish = PersonalFile.objects.get()
        whole = json.dumps(file.document(Lead.objects.get(pk=lived.pk)), ensure_ascii=False)
    answer = client.get(f"/leads/personal-files/{wish.public_id}/")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    told = archive.read("datos.json").decode() + archive.read("datos.html").decode()
    for said in (
        CANARY, f"{CANARY} hija", EMAIL, PHONE, "Zqcanario Norte", "quiere dos piezas", "Llamar a zqcanario", "zqcanario acepta",
        "777123", "zqcanario 12", "zqcanario padre", "zqcanario 1", "zqcanario 2", "zqcanario pidió", "mira a zqcanario",
    ):  # fmt: skip
        assert said in told, said
        assert said in whole


def test_who_may(lived, client_for, bob, charlie, alice, monkeypatch):
    path = f"/leads/{lived.public_id}/personal-data/"
    assert client_for(bob).get(path).status_code == 403
    assert client_for(bob).post(f"{path}export/").status_code == 403
    assert client_for(charlie).get(path).status_code == 404
    client = client_for(alice)
    assert client.post(path, {"name": "otra", "reason": "x"}).status_code == 422
    asked = client.post(path, {"name": "zqcanario perez", "reason": "Lo pidió"})
    assert "reauthenticate" in asked["Location"]
    monkeypatch.setattr("accounts.step_up.is_confirmed", lambda request: True)
    assert client.post(path, {"name": "zqcanario perez", "reason": "Lo pidió"})["Location"] == "/leads/"


def test_history_is_taken_away_of_erased_people_only(make_lead, broker):
    lead = make_lead()
    with tenancy.use(broker.pk), pytest.raises(DatabaseError, match="only the history"), transaction.atomic():
        erasing._forget_history([lead.pk])


def test_copies_in_the_bin_go_too(make_lead, broker, inside, alice):
    first = make_lead(name="Ana", phone_raw="987654321")
    with inside(broker):
        leads_bin.delete(Lead.objects.filter(pk=first.pk), by=Actor.of(alice), now=timezone.now())
    second = make_lead(name="Ana R.", phone_raw="987654321")
    with inside(broker):
        erasing.erase(second, reason="", by=Actor.of(alice), now=timezone.now())
        assert set(Erasure.objects.values_list("lead_id", flat=True)) == {first.pk, second.pk}
        with pytest.raises(Lead.DoesNotExist):
            erasing.erase(second, reason="", by=Actor.of(alice), now=timezone.now())


def test_spreadsheets_go_after_thirty_days(lived, broker, inside):
    with inside(broker):
        LeadImport.objects.update(content=b"Nombre")  # as one that was not taken in to its end
        retention.purge(now=timezone.now() + timedelta(days=29))
        assert LeadImport.objects.filter(content__isnull=False).exists()
        retention.purge(now=timezone.now() + timedelta(days=31))
        assert not LeadImport.objects.filter(content__isnull=False).exists()
        assert LeadImport.objects.get().rows.count() == 2
