"""Whoever writes a lead, by whatever way, is named in the audit log."""

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts import tokens
from crm.models import Lead, LeadImport


@pytest.fixture
def unsigned(broker, inside):
    """The changes of leads so far: (how many, those without a doer)."""

    def look():
        with inside(broker):
            events = apps.get_model("crm", "LeadEvent").objects.order_by("pgh_id")
            told = list(events.values_list("pgh_label", "pgh_context"))
        return len(told), [label for label, context in told if not (context or {}).get("kind")]

    return look


def by_pages(client, broker, inside, bob):
    assert client.post("/leads/new/", {"name": "Ana", "phone_raw": "9 8765 4321", "basis": "opt_in"}).status_code == 302
    with inside(broker):
        lead = Lead.objects.get()
    path = f"/leads/{lead.public_id}/"
    for page, body in (
        ("edit/search/", {"location": "Ñuñoa", "timeline": "unknown", "version": 1}),
        ("edit/money/", {"qualification": "POTENCIAL", "budget": "UF 5.000", "monthly_income": "2 millones", "dicom_status": "clean", "version": 2}),
        ("notes/", {"body": "Llamar"}),
        ("tags/", {"add": "VIP"}),
        ("assign/", {"to": bob.public_id}),
        ("consent/", {"state": "revoked", "reason": "Lo pidió"}),
        ("move/", {"stage": "perfilamiento"}),
        ("move/", {"stage": "perdido", "lost_reason": "precio"}),
    ):  # fmt: skip
        assert client.post(path + page, body).status_code in {200, 302}, page


def by_admin(client, broker, inside):
    with inside(broker):
        lead = Lead.objects.get()
    form = client.get(f"/admin/crm/lead/{lead.pk}/change/").context["adminform"].form
    body = {name: "" if value is None else value for name, value in form.initial.items()} | {"location": "Providencia", "next_action_at": ""}  # fmt: skip
    for prefix in ("phones", "lead_tags"):
        body |= {f"{prefix}-TOTAL_FORMS": 0, f"{prefix}-INITIAL_FORMS": 0}
    assert client.post(f"/admin/crm/lead/{lead.pk}/change/", body).status_code == 302


def by_import(client, broker, inside, run_jobs):
    sheet = SimpleUploadedFile("leads.csv", "Nombre,Teléfono,Comuna\nLuz,912345678,Macul\nAna,987654321,\n".encode())
    assert client.post("/import/new/", {"file": sheet}).status_code == 302
    with inside(broker):
        path = f"/import/{LeadImport.objects.get().public_id}/"
    assert client.post(f"{path}preview/", {"basis": "request", "stage": "entrada"}).status_code == 302
    run_jobs(broker)
    with inside(broker):
        assert Lead.objects.filter(name="Luz").exists()
    client.post(f"{path}revert/", {"worked_on": "on"})
    run_jobs(broker)
    with inside(broker):
        assert not Lead.objects.filter(name="Luz").exists()


def by_api(client, secret):
    sent = {"content_type": "application/json", "headers": {"Authorization": f"Bearer {secret}"}}
    made = client.post("/api/v1/leads/", {"name": "Eva", "tags": ["feria"]}, **sent).json()
    path = f"/api/v1/leads/{made['id']}/"
    assert client.patch(path, {"location": "Macul", "tags": []}, **sent).status_code == 200
    assert client.post(f"{path}assign/", {"assigned_to": None}, **sent).status_code == 200
    assert client.post(f"{path}opt-out/", {}, **sent).status_code == 200
    moved = client.post(f"/api/v1/pipeline/leads/{made['id']}/move-stage/", {"new_stage": "agendado"}, **sent)
    assert moved.status_code == 200


def test_every_change_of_a_lead_has_a_doer(client_for, alice, bob, broker, inside, run_jobs, unsigned):
    alice.is_staff = True
    alice.save()
    client = client_for(alice)
    _token, secret = tokens.issue(user=alice, name="x", scope="write", expires_at=None)
    told = 0
    for act in (
        lambda: by_pages(client, broker, inside, bob),
        lambda: by_admin(client, broker, inside),
        lambda: by_import(client, broker, inside, run_jobs),
        lambda: by_api(client, secret),
    ):
        act()
        count, nobody = unsigned()
        assert count > told
        assert nobody == []
        told = count
