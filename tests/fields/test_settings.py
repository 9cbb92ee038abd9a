"""The page where a brokerage makes its own fields."""

import pytest
from django.apps import apps

from crm import custom_fields
from crm.models import CustomField, Lead


def fields(broker, inside):
    with inside(broker):
        return [(field.label, field.archived_at is not None) for field in CustomField.objects.all()]


def test_a_field_gets_a_key_that_is_never_used_again(client_for, alice, broker, inside):
    alices = client_for(alice)
    data = {"label": "¿Crédito  aprobado?", "kind": "choice", "options_text": "Sí\nNo\nno", "required": "on"}
    assert alices.post("/settings/fields/new/", data).status_code == 302
    with inside(broker):
        made = CustomField.objects.get()
    assert (made.label, made.key, made.options, made.required) == (
        "¿Crédito aprobado?",
        "credito_aprobado",
        ["Sí", "No"],
        True,
    )
    alices.post(f"/settings/fields/{made.public_id}/archive/")
    alices.post("/settings/fields/new/", {"label": "Crédito aprobado", "kind": "text"})
    alices.post("/settings/fields/new/", {"label": "2026", "kind": "text"})
    with inside(broker):
        assert list(CustomField.objects.values_list("key", flat=True)) == [
            "credito_aprobado",
            "credito_aprobado_2",
            "campo_2026",
        ]
        assert {event.pgh_context["label"] for event in apps.get_model("crm", "CustomFieldEvent").objects.all()} == {
            "Alice"
        }


@pytest.mark.parametrize(
    "data",
    [
        {"label": "", "kind": "text"},
        {"label": "Algo", "kind": "nada"},
        {"label": "Algo", "kind": "choice", "options_text": " \n"},
        {"label": "BANCO", "kind": "text"},
    ],
)
def test_what_is_wrong_is_said(client_for, alice, make_field, broker, inside, data):
    make_field("Banco")
    response = client_for(alice).post("/settings/fields/new/", data, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert len(fields(broker, inside)) == 1


def test_thirty_are_enough(client_for, alice, make_field, broker, inside):
    made = [make_field(f"Campo {n}") for n in range(30)]
    alices = client_for(alice)
    alices.post("/settings/fields/new/", {"label": "Uno más", "kind": "text"})
    assert len(fields(broker, inside)) == 30
    alices.post(f"/settings/fields/{made[0].public_id}/archive/")
    alices.post("/settings/fields/new/", {"label": "Uno más", "kind": "text"})
    alices.post(f"/settings/fields/{made[0].public_id}/restore/")
    assert ("Campo 0", True) in fields(broker, inside)
    assert "el máximo" in alices.get("/settings/fields/").content.decode()


def test_order_options_and_counts(client_for, alice, five, make_lead, broker, inside):
    alices = client_for(alice)
    make_lead()
    lead = make_lead()
    with inside(broker):
        Lead.objects.filter(pk=lead.pk).update(custom={"credito": "Aprobado"})
    alices.post(f"/settings/fields/{five[1].public_id}/move/", {"to": "up"})
    assert [label for label, _ in fields(broker, inside)] == ["Metros", "Banco", "Mudanza", "Crédito", "Mascotas"]
    alices.post(f"/settings/fields/{five[3].public_id}/", {"label": "Crédito", "options_text": "En trámite"})
    page = alices.get(f"/leads/{lead.public_id}/").content.decode()
    assert "Aprobado" in page  # the value stays, shown as it is
    with inside(broker):
        assert custom_fields.counts(list(CustomField.objects.filter(key="credito"))) == {"credito": 1}
    form = alices.get(f"/leads/{lead.public_id}/edit/custom/").content.decode()
    assert '<option value="Aprobado" selected>' in form
    saved = alices.post(
        f"/leads/{lead.public_id}/edit/custom/", {"version": 1, "cf_credito": "Aprobado", "cf_metros": "80"}
    )
    assert saved.status_code == 302
    with inside(broker):
        assert Lead.objects.get(pk=lead.pk).custom == {"credito": "Aprobado", "metros": 80}


def test_only_those_who_run_the_brokerage(client_for, bob, five):
    assert client_for(bob).get("/settings/fields/").status_code == 403
    assert client_for(bob).post(f"/settings/fields/{five[0].public_id}/archive/").status_code == 403


def test_the_list_asks_the_same_for_one_field_and_for_thirty(client_for, alice, make_field, django_assert_num_queries):
    alices = client_for(alice)
    make_field("Uno")
    with django_assert_num_queries(QUERIES):
        alices.get("/settings/fields/")
    for n in range(29):
        make_field(f"Campo {n}")
    with django_assert_num_queries(QUERIES):
        alices.get("/settings/fields/")


QUERIES = 8
