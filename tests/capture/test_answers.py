"""What becomes of an answer: a lead, or a contact of one; consent with the wording; nothing twice, nothing overwritten."""

import json
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from crm import consent
from crm.enums import ConsentBasis, ConsentSource, ConsentState
from crm.models import CaptureForm, Consent, FormReceipt, Interaction, Lead, LeadTag, TimelineEntry
from tests.capture.conftest import WORDING

ANA = {
    "name": "Ana Rojas",
    "phone": "9 9824 8519",
    "email": "ANA@ejemplo.cl",
    "budget": "entre 4.000 y 5.000 UF",
    "timeline": "30days",
    "message": "¿Sigue disponible?",
}


def leads(broker):
    with tenancy.use(broker.pk):
        return list(Lead.objects.select_related("assigned_to").order_by("pk"))


def counters(form):
    with tenancy.use(form.broker.pk):
        return CaptureForm.objects.values_list("taken_in", "joined", "blocked").get(pk=form.pk)


def test_an_answer_becomes_a_lead_within_the_request(fill, form, broker, inside):
    answer = fill(
        **ANA,
        agree="on",
        utm_source="feria",
        referrer="https://portal.example/depto/7",
        landing="https://andes.example/x?y=1",
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/l/{form.token}/?sent")
    [lead] = leads(broker)
    assert (lead.name, lead.phone_e164, lead.email, lead.stage, lead.source) == (
        "Ana Rojas",
        "+56998248519",
        "ana@ejemplo.cl",
        "entrada",
        "Web",
    )
    assert (lead.budget_min, lead.budget_amount, lead.budget_unit, lead.timeline) == (4000, 5000, "UF", "30days")
    assert lead.source_detail == {
        "form": "Sitio", "form_id": str(form.public_id), "utm_source": "feria",
        "referrer": "https://portal.example/depto/7", "landing": "https://andes.example/x?y=1",
    }  # fmt: skip
    with inside(broker):
        told = {(entry.kind, entry.by_kind, entry.by_label, entry.body) for entry in TimelineEntry.objects.all()}
        assert ("created", "form", "Sitio", "") in told
        assert ("note", "form", "Sitio", "¿Sigue disponible?") in told
        ledger = {entry.purpose: entry for entry in Consent.objects.all()}
    assert ledger["marketing"].wording == WORDING
    assert ledger["marketing"].proof["checkbox"] is True
    assert ledger["marketing"].proof["ip"] == "127.0.0.1"
    assert ledger["marketing"].proof["url"].endswith(f"/l/{form.token}/")
    assert ledger["marketing"].proof["wording_version"] == 1
    assert {(entry.state, entry.source, entry.by_kind) for entry in ledger.values()} == {("granted", "form", "form")}
    assert (ledger["marketing"].basis, ledger["transactional"].basis) == ("opt_in", "request")
    assert counters(form) == (1, 0, 0)


def test_without_the_box_there_is_a_request_and_no_marketing(fill, broker, inside):
    fill(name="Ana", phone="998248519")
    with inside(broker):
        assert [(entry.purpose, entry.basis) for entry in Consent.objects.all()] == [("transactional", "request")]


def test_a_new_wording_is_a_new_version_and_old_entries_keep_theirs(fill, form, client_for, alice, broker, inside):
    fill(name="Ana", phone="998248519", agree="on")
    with inside(broker):
        stored = CaptureForm.objects.get()
        stored.consent_wording = "Otro texto"
        from crm import capture_forms

        capture_forms.save(stored, by=Actor.of(alice))
    fill(name="Berta", phone="998248520", agree="on")
    with inside(broker):
        texts = (
            Consent.objects.filter(purpose="marketing").order_by("pk").values_list("wording", "proof__wording_version")
        )
        assert list(texts) == [(WORDING, 1), ("Otro texto", 2)]
        lead = Lead.objects.get(name="Ana")
    page = client_for(alice).get(f"/leads/{lead.public_id}/").content.decode()
    assert WORDING in page


@pytest.mark.parametrize("same", [{"phone": "+56 9 9824-8519"}, {"email": "Ana@Ejemplo.cl"}])
def test_a_person_who_is_a_lead_gets_an_entry_and_filled_blanks_and_nothing_overwritten(
    fill, form, make_lead, make_form, broker, inside, same, client_for, alice
):
    known = make_lead(name="Ana R.", phone_raw="998248519", email="ana@ejemplo.cl", location="Ñuñoa", tags=["VIP"])
    first = fill(name="Ana", phone="987654321", email="otra@x.cl")
    answer = fill(**{**ANA, "phone": "", "email": "", **same}, agree="on")
    assert (answer.status_code, answer.headers["Location"], answer.content) == (
        first.status_code,
        first.headers["Location"],
        first.content,
    )
    found = {lead.pk: lead for lead in leads(broker)}
    lead = found[known.pk]
    assert len(found) == 2
    assert (lead.name, lead.email, lead.location, lead.budget_amount, lead.timeline) == (
        "Ana R.",
        "ana@ejemplo.cl",
        "Ñuñoa",
        5000,
        "30days",
    )
    assert lead.last_inbound_at is not None
    with inside(broker):
        contact = Interaction.objects.get(lead=lead)
        assert (contact.kind, contact.by_kind, contact.note) == ("message_in", "form", "Sitio")
        note = TimelineEntry.objects.get(lead=lead, kind="note").body
        assert "Nombre: Ana Rojas" in note
        assert "¿Sigue disponible?" in note
        assert Consent.objects.filter(lead=lead, purpose="marketing").count() == 1
    assert counters(form) == (2, 1, 0)
    assert "Nombre: Ana Rojas" in client_for(alice).get(f"/leads/{lead.public_id}/").content.decode()


def test_own_fields_tags_and_owner(fill, make_form, make_field, broker, bob, inside):
    make_field("Mascotas", "flag")
    make_field("Crédito", "choice", options=["Sí", "No"])
    asks = [
        {"name": "phone", "required": True},
        {"name": "cf_mascotas", "required": False},
        {"name": "cf_credito", "required": True},
    ]
    form = make_form(asks=asks, tag_names=["web", "Feria"], owner=bob, language="pt")
    fill(to=form, phone="998248519", cf_mascotas="true")
    assert leads(broker) == []
    fill(to=form, phone="998248519", cf_mascotas="true", cf_credito="Sí", cf_otro="x")
    [lead] = leads(broker)
    assert (lead.custom, lead.assigned_to, lead.language) == ({"mascotas": True, "credito": "Sí"}, bob, "pt")
    with inside(broker):
        assert set(LeadTag.objects.values_list("tag__name", flat=True)) == {"web", "Feria"}
    fill(to=form, phone="998248519", cf_mascotas="false", cf_credito="No")
    assert leads(broker)[0].custom == {"mascotas": True, "credito": "Sí"}


def test_who_asked_for_silence_stays_silent_whoever_types_their_phone(fill, make_lead, broker, inside):
    lead = make_lead(phone_raw="998248519")
    with inside(broker):
        ground = consent.Ground(ConsentBasis.NONE, ConsentSource.CALL)
        consent.record(lead, ConsentState.REVOKED, ground, by=Actor.system(), at=timezone.now())
    fill(name="Ana", phone="998248519", agree="on")
    [lead] = leads(broker)
    assert lead.opted_out_at is not None
    with inside(broker):
        assert Consent.objects.latest("id").state == "revoked"
        assert WORDING in TimelineEntry.objects.get(kind="note").body


def test_sent_twice_is_one(fill, form, stamp, broker, inside):
    for _ in range(3):
        assert fill(name="Ana", email="", phone="998248519").status_code == 303
    with inside(broker):
        assert Lead.objects.count() == 1
        assert not Interaction.objects.exists()
        FormReceipt.objects.update(at=timezone.now() - timezone.timedelta(minutes=30))
    fill(name="Ana", phone="998248519")  # half an hour later it is somebody who asks again
    page = {"name": "Berta", "phone": "998248520", "once": stamp(60)}
    fill(**page)
    with inside(broker):
        assert Interaction.objects.count() == 1
        FormReceipt.objects.update(at=timezone.now() - timezone.timedelta(minutes=30))
    fill(**page)  # the back button: the same page again
    assert counters(form) == (3, 1, 0)


def test_an_answer_from_yesterday_leaves_no_trace_but_the_lead(fill, form, broker, inside):
    fill(name="Ana", phone="998248519")
    with inside(broker):
        FormReceipt.objects.update(at=timezone.now() - timezone.timedelta(days=2))
    fill(name="Berta", phone="998248520")
    with inside(broker):
        assert FormReceipt.objects.count() == 1
        assert "998248520" not in FormReceipt.objects.get().digest


def test_a_lead_in_the_bin_does_not_answer(fill, make_lead, broker, inside):
    from crm import bin as leads_bin

    lead = make_lead(phone_raw="998248519")
    with inside(broker):
        leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=Actor.system(), now=timezone.now())
    fill(name="Ana", phone="998248519")
    assert [each.pk == lead.pk for each in leads(broker)] == [False]


def test_json(form, broker):
    def post(body, **more):
        return Client().post(f"/l/{form.token}", json.dumps(body), content_type="application/json", **more)

    made = post({"name": "Ana", "phone": "998248519", "agree": True, "utm_source": "portal", "message": None})
    assert (made.status_code, made.json()["status"]) == (201, "received")
    assert post({"name": "Otra", "phone": "998248519"}).json() == made.json()
    wrong = post({"email": "no"})
    assert (wrong.status_code, wrong.headers["Content-Type"]) == (400, "application/problem+json")
    assert set(wrong.json()["errors"]) == {"name", "email"}
    assert post({"name": ["x"]}).status_code == 400
    assert post([1]).status_code == 400
    assert post({"name": "Robot", "phone": "998248521", "website": "http://x"}).json() == made.json()
    [lead] = leads(broker)
    assert lead.source_detail["utm_source"] == "portal"
    assert counters(form) == (2, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one_lead(form, broker, inside):
    def post(n):
        try:
            Client().post(
                f"/l/{form.token}/",
                {"name": f"Ana {n}", "phone": "998248519" if n % 2 else "+56 9 9824 8519", "message": str(n)},
            )
        finally:
            connection.close()

    threads = [Thread(target=post, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(leads(broker)) == 1
    with inside(broker):
        assert Interaction.objects.count() == 19
        assert Consent.objects.count() == 20
    assert counters(form) == (20, 19, 0)
