"""Columns of a sheet that are own fields: read, merged into blanks only, taken back without a trace."""

import pytest

from core import tenancy
from core.actors import Actor
from crm.imports import intake
from crm.imports.columns import Field
from crm.models import ImportRow, Lead

SHEET = """Nombre;Teléfono;Banco;Metros;Mudanza;Crédito;Mascotas
Ana Rojas;987654321;BancoEstado;1.250,5;8 de marzo de 2027;aprobado;sí
Berta Soto;987654322;;muchos;pronto;Rechazado;a veces
Carla Díaz;987654323;no llamar más;;;;
"""


@pytest.fixture
def custom(broker, inside):
    def read():
        with inside(broker):
            return dict(Lead.objects.values_list("name", "custom"))

    return read


def test_columns_named_like_a_field_are_read_as_its_kind(bring_in, five, custom, broker, inside):
    done = bring_in(SHEET)
    assert (done.created_rows, done.job.state) == (3, "done")
    assert custom()["Ana Rojas"] == {
        "banco": "BancoEstado",
        "metros": 1250.5,
        "mudanza": "2027-03-08",
        "credito": "Aprobado",
        "mascotas": True,
    }
    assert custom()["Berta Soto"] == {}
    with inside(broker):
        warnings = ImportRow.objects.get(number=2).warnings
        assert Lead.objects.get(name="Carla Díaz").opted_out_at is not None
    assert [raw for code, raw in warnings if code == "own_unreadable"] == [
        "Metros: muchos",
        "Mudanza: pronto",
        "Crédito: Rechazado",
        "Mascotas: a veces",
    ]


def test_a_merge_fills_blank_fields_only_and_is_taken_back_whole(
    bring_in, take_back, snapshot, five, make_lead, custom, broker, inside
):
    lead = make_lead(name="Ana Rojas", phone_raw="+56987654321")
    with inside(broker):
        Lead.objects.filter(pk=lead.pk).update(custom={"banco": "Chile", "otro": "viejo"})
    before = snapshot(skip=("version", "updated_at"))
    done = bring_in(SHEET)
    assert (done.created_rows, done.merged_rows) == (2, 1)
    assert custom()["Ana Rojas"] == {
        "banco": "Chile",
        "otro": "viejo",
        "metros": 1250.5,
        "mudanza": "2027-03-08",
        "credito": "Aprobado",
        "mascotas": True,
    }
    again = bring_in(SHEET)
    assert (again.created_rows, again.merged_rows) == (0, 3)
    take_back(again)
    take_back(done)
    assert snapshot(skip=("version", "updated_at")) == before


def test_what_a_person_changed_since_stays_when_the_import_goes(
    bring_in, take_back, five, make_lead, custom, client_for, alice
):
    lead = make_lead(name="Ana Rojas", phone_raw="+56987654321")
    done = bring_in(SHEET)
    client_for(alice).post(
        f"/leads/{lead.public_id}/edit/custom/", {"version": 2, "cf_banco": "Santander", "cf_metros": "1250,5"}
    )
    take_back(done)
    assert custom() == {"Ana Rojas": {"banco": "Santander"}}


def test_the_page_offers_the_fields_and_remembers_them(client_for, alice, make_field, bring_in, custom, broker, inside):
    field = make_field("Mascotas", "flag")
    sheet = b"Nombre;Telefono;Perro\nAna Rojas;987654321;si\n"
    with tenancy.use(broker.pk):
        stored = intake.receive("a.csv", sheet, by=Actor.of(alice))
        assert intake.mapping_of(stored)[2] == Field.IGNORE
    alices = client_for(alice)
    url = f"/import/{stored.public_id}/columns/"
    assert 'value="cf_mascotas"' in alices.get(url).content.decode()
    twice = alices.post(url, {"column_0": "name", "column_1": "cf_mascotas", "column_2": "cf_mascotas"})
    assert "«Mascotas»: deja una" in twice.content.decode()
    assert alices.post(url, {"column_0": "name", "column_1": "phone", "column_2": "cf_nada"}).status_code == 422
    assert alices.post(url, {"column_0": "name", "column_1": "phone", "column_2": "cf_mascotas"}).status_code == 302
    bring_in(sheet)
    assert custom() == {"Ana Rojas": {"mascotas": True}}
    alices.post(f"/settings/fields/{field.public_id}/archive/")
    with tenancy.use(broker.pk):
        again = intake.receive("b.csv", sheet, by=Actor.of(alice))
        assert intake.mapping_of(again)[2] == Field.IGNORE


def test_a_field_archived_after_the_columns_were_settled_is_left_out(
    bring_in, make_field, custom, client_for, alice, broker, inside
):
    field = make_field("Mascotas", "flag")
    done = bring_in("Nombre;Mascotas\nAna;si\n", run=False)
    client_for(alice).post(f"/settings/fields/{field.public_id}/archive/")
    page = client_for(alice).get(f"/import/{done.public_id}/")
    assert page.status_code == 200
    assert custom() == {}
