"""The same file again, another file about the same people, and taking imports back."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import timezone

from core.actors import Actor
from crm import consent, leads, timeline
from crm.enums import ConsentBasis, ConsentSource, ConsentState
from crm.financial import Declared, declare, read
from crm.imports import begin
from crm.models import Consent, ImportRow, Lead, LeadPhone, Tag, TimelineEntry

APART = {"core_job", "crm_leadimport", "crm_importrow", "crm_importmapping"}
HEAD = "Nombre;Teléfono;Correo;Comuna;Presupuesto;Comentario;Renta;Etiquetas\n"


@pytest.fixture
def snapshot(inside, broker):
    """Every row of every tenant table but the import's own, the jobs and the audit log."""

    def take(skip=()):
        tables = {}
        with inside(broker):
            for model in apps.get_models(include_auto_created=True):
                audit = any(field.name == "pgh_id" for field in model._meta.fields)
                if getattr(model, "walled", False) and not audit and model._meta.db_table not in APART:
                    rows = model.objects.order_by("pk").values()
                    tables[model._meta.db_table] = [
                        {key: bytes(v) if isinstance(v, memoryview) else v for key, v in row.items() if key not in skip}
                        for row in rows
                    ]
        return tables

    return take


@pytest.fixture
def take_back(inside, run_jobs, alice):
    def take(lead_import, by=None, worked_on=False, run=True):
        person = by or alice
        with inside(person.broker):
            begin.take_back(lead_import, worked_on=worked_on, by=Actor.of(person))
        if run:
            run_jobs(person.broker)
        with inside(person.broker):
            lead_import.refresh_from_db()
        return lead_import

    return take


def test_the_same_file_again_changes_nothing_at_all(bring_in, sample, snapshot):
    first = bring_in(sample)
    before = snapshot()
    again = bring_in(sample)
    assert (again.created_rows, again.merged_rows, again.rejected_rows) == (0, 438, 2)
    assert first.created_rows + first.merged_rows == again.merged_rows
    assert snapshot() == before


def test_an_import_taken_back_leaves_nothing_behind(bring_in, take_back, sample, snapshot, inside, broker, make_lead):
    make_lead(name="Persona Nueva", phone_raw="+56 9 8765 4321")
    before = snapshot()
    done = bring_in(sample)
    assert snapshot() != before
    reverted = take_back(done)
    assert snapshot() == before
    assert (reverted.state, reverted.content, reverted.created_rows) == ("reverted", None, 420)
    with inside(broker):
        assert not ImportRow.objects.exists()


def test_a_merge_fills_blanks_and_overwrites_nothing(bring_in, make_lead, inside, broker):
    lead = make_lead(name="Ana R.", phone_raw="+56987654321", location="Ñuñoa")
    done = bring_in(HEAD + "Ana Rojas;987654321;ana@example.com;Providencia;UF 5.000;Busca arriendo;1.200.000;VIP\n")
    assert (done.created_rows, done.merged_rows) == (0, 1)
    with inside(broker):
        lead = Lead.objects.get(pk=lead.pk)
        assert (lead.name, lead.location, lead.email) == ("Ana R.", "Ñuñoa", "ana@example.com")
        assert (lead.budget_amount, lead.budget_unit, lead.operation) == (Decimal(5000), "UF", "arriendo")
        assert read(lead).monthly_income == Decimal(1_200_000)
        assert lead.income_band == 2
        assert lead.version == 2
        assert [tag.name for tag in lead.tags.all()] == ["VIP"]
        kinds = TimelineEntry.objects.filter(lead=lead).order_by("id").values_list("kind", flat=True)
        assert list(kinds) == ["created", "note", "import"]


def test_merged_changes_are_taken_back_where_nobody_changed_them(
    bring_in, take_back, make_lead, inside, broker, snapshot
):
    lead = make_lead(name="", phone_raw="+56987654321")
    before = snapshot(skip={"version", "updated_at", "scored_at"})
    rows = "Ana Rojas;987654321 / 998877665;ana@example.com;Providencia;UF 5.000;No llamar más;1.200.000;VIP\n"
    done = bring_in(HEAD + rows)
    with inside(broker):
        assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
        assert LeadPhone.objects.filter(lead=lead, kind="secondary").exists()
    take_back(done)
    assert snapshot(skip={"version", "updated_at", "scored_at"}) == before
    with inside(broker):
        assert not Tag.objects.exists()


def test_what_people_typed_since_survives_taking_back(bring_in, take_back, make_lead, inside, broker, alice):
    lead = make_lead(name="", phone_raw="+56987654321")
    done = bring_in(HEAD + "Ana Rojas;987654321;ana@example.com;;UF 5.000;;900.000;\n")
    with inside(broker):
        now, by = timezone.now(), Actor.of(alice)
        changes = {"name": "Ana María Rojas", "budget_amount": Decimal(6000)}
        held = leads.edit(Lead.objects.get(pk=lead.pk), changes, by=by, now=now)
        declare(held, Declared(Decimal(950_000)))
        held.save()
    take_back(done)
    with inside(broker):
        lead = Lead.objects.get(pk=lead.pk)
        assert (lead.name, lead.email) == ("Ana María Rojas", "")
        assert (lead.budget_amount, lead.budget_unit) == (Decimal(6000), "UF")
        assert read(lead).monthly_income == Decimal(950_000)
        assert lead.income_band == 1


def test_leads_people_worked_on_stay_and_are_told_of(bring_in, take_back, inside, broker, alice):
    rows = HEAD + "Ana Rojas;987654321;;;;;;\nLuis Soto;987654322;;;;;;\nEva Díaz;987654323;;;;;;\n"
    done = bring_in(rows)
    with inside(broker):
        ana = Lead.objects.get(name="Ana Rojas")
        timeline.add_note(ana, body="Llamé, le interesa", by=Actor.of(alice), at=timezone.now())
    reverted = take_back(done)
    with inside(broker):
        assert [lead.name for lead in Lead.objects.all()] == ["Ana Rojas"]
        assert reverted.job.result == {"deleted": 2, "undone": 0, "kept_count": 1, "kept": [str(ana.public_id)]}


def test_an_admin_may_delete_those_too(bring_in, take_back, inside, broker, alice):
    done = bring_in(HEAD + "Ana Rojas;987654321;;;;;;\n")
    with inside(broker):
        timeline.add_note(Lead.objects.get(), body="Llamé", by=Actor.of(alice), at=timezone.now())
    take_back(done, worked_on=True)
    with inside(broker):
        assert not Lead.objects.exists()


def test_a_later_import_taken_back_first_leaves_the_earlier_one_whole(bring_in, take_back, snapshot, inside, broker):
    before = snapshot()
    first = bring_in(HEAD + "Ana Rojas;987654321;;;;;;\n")
    second = bring_in(HEAD + "Ana Rojas;987654321;ana@example.com;;;otra nota;;\n")
    take_back(second)
    take_back(first)
    assert snapshot() == before


def test_opting_out_wins_whatever_the_basis(bring_in, make_lead, inside, broker, alice):
    lead = make_lead(name="Ana", phone_raw="+56987654321")
    with inside(broker):
        ground = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.AGENT)
        consent.record(lead, ConsentState.GRANTED, ground, by=Actor.of(alice), at=timezone.now())
    bring_in(HEAD + "Ana;987654321;;;;pidió no ser contactada, no llamar más;;\n", basis=ConsentBasis.OPT_IN)
    with inside(broker):
        assert Lead.objects.get(pk=lead.pk).opted_out_at is not None
        last = Consent.objects.filter(lead=lead).order_by("-at", "-id").first()
        assert (last.state, last.source) == ("revoked", "import")
        assert "no" in last.proof["phrase"]
    before = Consent.objects
    bring_in(HEAD + "Ana;987654321;;;;nuevo comentario;;\n", basis=ConsentBasis.OPT_IN)
    with inside(broker):
        assert before.filter(lead=lead).order_by("-at", "-id").first().state == "revoked"
