"""Own fields in a lead: its page, its forms, two people at once, filters, exports, the API."""

import csv
import io

import pytest
from django.http import QueryDict
from django.utils import timezone

from crm import exports, filters
from crm.enums import ExportFormat
from crm.models import Lead, LeadExport, TimelineEntry

HTMX = {"HX-Request": "true"}
FILLED = {
    "cf_banco": "BancoEstado",
    "cf_metros": "1.250,5",
    "cf_mudanza": "2026-03-08",
    "cf_credito": "En trámite",
    "cf_mascotas": "false",
}
STORED = {"banco": "BancoEstado", "metros": 1250.5, "mudanza": "2026-03-08", "credito": "En trámite", "mascotas": False}


@pytest.fixture
def filled(make_lead, broker, inside):
    def make(name="Ana Rojas", **custom):
        lead = make_lead(name=name)
        with inside(broker):
            Lead.objects.filter(pk=lead.pk).update(custom=custom)
        return lead

    return make


def test_values_are_typed_kept_and_told(client_for, alice, five, make_lead, stored, broker, inside):
    lead, alices = make_lead(), client_for(alice)
    answer = alices.post(f"/leads/{lead.public_id}/edit/custom/", {"version": 1, **FILLED}, headers=HTMX)
    assert stored(lead).custom == STORED
    assert "1.250,5" in answer.content.decode()
    page = alices.get(f"/leads/{lead.public_id}/").content.decode()
    assert "Otros datos" in page
    assert "08/03/2026" in page
    with inside(broker):
        told = TimelineEntry.objects.filter(lead=lead, kind="edit").get().data
    assert told["changes"]["cf_metros"] == [None, 1250.5]
    assert told["labels"]["cf_credito"] == "Crédito"
    same = alices.post(f"/leads/{lead.public_id}/edit/custom/", {"version": 2, **FILLED}, headers=HTMX)
    assert (same.status_code, stored(lead).version) == (200, 2)
    alices.post(f"/leads/{lead.public_id}/edit/custom/", {"version": 2, "cf_banco": ""}, headers=HTMX)
    assert stored(lead).custom == {}


def test_what_is_wrong_is_said_and_nothing_is_lost(client_for, alice, five, make_lead, stored):
    lead = make_lead()
    answer = client_for(alice).post(
        f"/leads/{lead.public_id}/edit/custom/",
        {"version": 1, "cf_banco": "Estado", "cf_metros": "muchos"},
        headers=HTMX,
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="muchos"' in page
    assert 'value="Estado"' in page
    assert stored(lead).custom == {}


def test_two_people_at_different_fields_both_win_and_at_the_same_field_are_asked(
    client_for, alice, bob, five, make_lead, stored
):
    lead = make_lead()
    url = f"/leads/{lead.public_id}/edit/custom/"
    client_for(alice).post(url, {"version": 1, "cf_banco": "Chile"}, headers=HTMX)
    assert client_for(bob).post(url, {"version": 1, "cf_metros": "80"}, headers=HTMX).status_code == 200
    assert stored(lead).custom == {"banco": "Chile", "metros": 80}
    clash = client_for(bob).post(url, {"version": 1, "cf_banco": "Santander"}, headers=HTMX)
    assert clash.status_code == 409
    assert "Chile" in clash.content.decode()
    assert "Banco:" in clash.content.decode()
    assert stored(lead).custom == {"banco": "Chile", "metros": 80}


def test_a_new_lead_is_asked_what_is_required(client_for, alice, make_field, stored, db):
    make_field("Mascotas", "flag", required=True)
    make_field("Banco")
    alices = client_for(alice)
    page = alices.get("/leads/new/").content.decode()
    assert "cf_mascotas" in page
    assert "cf_banco" not in page
    assert alices.post("/leads/new/", {"name": "Ana"}).status_code == 422
    alices.post("/leads/new/", {"name": "Ana", "cf_mascotas": "true"})
    assert stored().custom == {"mascotas": True}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("cf_banco=estado", ["Uno"]),
        ("cf_banco=%C3%8DBANCO", []),
        ("cf_credito=Aprobado&cf_credito=No+tiene", ["Uno", "Dos"]),
        ("cf_credito=Antigua", ["Tres"]),
        ("cf_mascotas=true", ["Uno"]),
        ("cf_mascotas=false", ["Dos"]),
        ("cf_metros_min=50&cf_metros_max=80", ["Uno"]),
        ("cf_metros_min=50,5", ["Uno", "Dos"]),
        ("cf_mudanza_min=2026-03-01&cf_mudanza_max=2026-03-31", ["Uno"]),
        ("cf_mascotas=true&cf_metros_max=10", []),
        ("cf_banco=", ["Uno", "Dos", "Tres", "Nada"]),
    ],
)
def test_filters(query, found, five, filled, make_lead, alice, broker, inside):
    filled("Uno", banco="Banco ESTADO", metros=80, mudanza="2026-03-08", credito="Aprobado", mascotas=True)
    filled("Dos", banco="Chile", metros=1250.5, mudanza="2027-01-01", credito="No tiene", mascotas=False)
    filled("Tres", credito="Antigua")
    make_lead(name="Nada")
    with inside(broker):
        leads = filters.apply(QueryDict(query), user=alice, now=timezone.now())
        assert leads.is_valid(), leads.errors
        assert list(leads.found.order_by("id").values_list("name", flat=True)) == found


@pytest.mark.parametrize(
    "query",
    [
        "cf_nada=1",
        "cf_metros=5",
        "cf_metros_min=x",
        "cf_mudanza_max=ayer",
        "cf_mascotas=quizas",
        "cf_banco=%00",
        "cf_=1",
    ],
)
def test_a_filter_that_cannot_be_is_an_error(query, five, make_lead, alice, client_for, broker, inside):
    make_lead()
    with inside(broker):
        wrong = filters.apply(QueryDict(query), user=alice, now=timezone.now())
        assert not wrong.is_valid()
        assert list(wrong.found) == []
    assert client_for(alice).get(f"/leads/?{query}").status_code == 422
    assert client_for(alice).get(f"/board/?{query}").status_code < 500


def test_the_pages_offer_and_name_the_filters(client_for, alice, five, filled):
    filled("Uno", credito="Antigua", metros=80, banco="Chile")
    filled("Dos", credito="Aprobado")
    alices = client_for(alice)
    for page in ("/leads/", "/board/"):
        answer = alices.get(f"{page}?cf_credito=Antigua&cf_metros_min=10&cf_banco=chile").content.decode()
        assert "Crédito: Antigua" in answer
        assert "Metros desde: 10" in answer
        assert "Uno" in answer
        assert "Dos" not in answer
    dialog = alices.get("/leads/filters/?cf_credito=Antigua&cf_metros_min=10", headers=HTMX).content.decode()
    assert 'value="Antigua" checked' in dialog
    assert 'name="cf_metros_min" value="10"' in dialog
    assert dialog.count("cf_credito") == 4
    assert 'type="hidden"' not in dialog


def test_pages_without_such_a_filter_ask_no_more(client_for, alice, five, filled, make_lead, django_assert_num_queries):
    alices = client_for(alice)
    with django_assert_num_queries(10):
        alices.get("/leads/")
    with django_assert_num_queries(10):
        alices.get("/leads/?cf_banco=x")


def test_a_field_of_another_brokerage_does_not_exist(
    make_field, other_broker, alice, make_lead, broker, inside, as_alice
):
    make_field("Ajeno", in_broker=other_broker)
    make_lead()
    with inside(broker):
        assert not filters.apply(QueryDict("cf_ajeno=x"), user=alice, now=timezone.now()).is_valid()
    assert as_alice.get("/api/v1/custom-fields/").json() == []
    assert as_alice.post("/api/v1/leads/", {"name": "Ana", "custom": {"ajeno": "x"}}).status_code == 400


def test_export_has_a_column_a_field(alice, five, filled, run_jobs, broker, inside):
    filled("Ana Rojas", **STORED)
    filled("Otro", banco="=1+1")
    with inside(broker):
        exports.start("", user=alice, file_format=ExportFormat.CSV, total=2, now=timezone.now())
    run_jobs(broker)
    with inside(broker):
        content = bytes(LeadExport.objects.get().content).decode("utf-8-sig")
    rows = {row["Nombre"]: row for row in csv.DictReader(io.StringIO(content))}
    assert rows["Ana Rojas"]["Metros"] == "1250.5"
    assert rows["Ana Rojas"]["Mascotas"] == "No"
    assert rows["Otro"]["Banco"] == "'=1+1"


def test_api_writes_reads_and_refuses(as_alice, five, stored):
    made = as_alice.post("/api/v1/leads/", {"name": "Ana", "custom": STORED})
    assert (made.status_code, made.json()["custom"]) == (201, STORED)
    url = f"/api/v1/leads/{made.json()['id']}/"
    changed = as_alice.patch(url, {"custom": {"banco": None, "metros": 7}})
    assert changed.json()["custom"] == {**{key: value for key, value in STORED.items() if key != "banco"}, "metros": 7}
    wrong = as_alice.patch(url, {"custom": {"metros": "7", "nada": 1, "credito": "x"}})
    assert wrong.status_code == 400
    assert stored().custom["metros"] == 7
    assert as_alice.put(url, {"name": "Ana", "custom": {"mascotas": True}}).json()["custom"] == {"mascotas": True}
    assert as_alice.get("/api/v1/leads/?cf_mascotas=true").json()["results"][0]["name"] == "Ana"
    assert as_alice.get("/api/v1/leads/?cf_mascotas=false").json()["results"] == []
    assert as_alice.get("/api/v1/leads/?cf_nada=1").status_code == 400
    assert [field["key"] for field in as_alice.get("/api/v1/custom-fields/").json()] == [
        "banco",
        "metros",
        "mudanza",
        "credito",
        "mascotas",
    ]
