"""Whoever writes a lead, or what belongs to one, by whatever way, is named in the audit log."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts import tokens
from appointments.models import Appointment
from core.actors import Actor
from crm import capture_forms, rules
from crm.models import AgentQueue, CaptureForm, Lead, LeadImport, Task
from crm.scoring import nightly
from reports.audit import stream
from tests.capture.conftest import ASKS

HTMX = {"HX-Request": "true"}
ACTS_ON = (
    "crm.Lead",
    "crm.Task",
    "crm.AgentQueue",
    "crm.AssignmentPolicy",
    "crm.CaptureForm",
    "appointments.Appointment",
)


@pytest.fixture
def unsigned(broker, inside):
    """The rows of every tracked table so far: (how many of leads, those without a doer)."""

    def look():
        with inside(broker):
            told = {
                kind: list(model.objects.values_list("pgh_label", "pgh_context"))
                for kind, model in stream.sources().items()
            }
        nobody = [
            (kind, label) for kind, rows in told.items() for label, context in rows if not (context or {}).get("kind")
        ]
        return {kind: len(rows) for kind, rows in told.items()}, nobody

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


def by_merge(client, make_lead):
    kept, other = make_lead(name="Ana"), make_lead(name="Ana R")
    body = {"kept_version": kept.version, "other_version": other.version}
    assert client.post(f"/leads/{kept.public_id}/merge/{other.public_id}/", body).status_code == 302


def by_bin(client, make_lead):
    lead = make_lead()
    assert client.post(f"/leads/{lead.public_id}/delete/").status_code == 302
    assert client.post(f"/leads/bin/{lead.public_id}/restore/").status_code == 302


def by_rotation(client, make_lead, bob, broker, inside):
    make_lead()
    body = {"mode": "round_robin", f"{bob.public_id}-in_rotation": "on"}
    assert client.post("/settings/assignment/", body).status_code == 302
    assert client.post("/leads/distribute/").status_code == 302
    with inside(broker):
        assert AgentQueue.objects.get(user=bob).last_given_at
    for word in ("on", "off"):
        assert client.post("/leads/pause/", {"pause": word}).status_code == 302


def take_back(client, answer):
    [undo] = [
        each["undo_url"] for each in json.loads(answer.headers["HX-Trigger"])["toast"] if "/undo/" in each["undo_url"]
    ]
    assert client.post(undo, headers=HTMX).status_code in {200, 204}


def by_many(client, make_lead, bob):
    """Moved, given and tagged together; each taken back."""
    ids = ",".join(str(make_lead(name=name).public_id) for name in ("Uno", "Dos"))
    client.get("/leads/")  # the messages so far
    for asked in (
        {"kind": "move", "stage": "agendado"},
        {"kind": "assign", "to": str(bob.public_id)},
        {"kind": "tag", "add": "feria"},
    ):
        take_back(client, client.post("/leads/bulk/", {"ids": ids, **asked}, headers=HTMX))


def by_undo(client, make_lead):
    path = f"/leads/{make_lead().public_id}/move/"
    take_back(client, client.post(path, {"stage": "perfilamiento", "version": 1}, headers=HTMX))


def by_form(broker, inside):
    with inside(broker):
        form = CaptureForm(name="Sitio", title="Hola", source="Web", asks=ASKS, consent_wording="Acepto.")
        capture_forms.save(form, by=Actor.system())
    answer = {"name": "Flor", "phone": "9 9824 8519", "agree": "on"}
    for message in ("Hola", "Otra vez"):
        assert Client().post(f"/l/{form.token}/", answer | {"message": message}).status_code == 303
    with inside(broker):
        assert Lead.objects.filter(name="Flor").count() == 1


def by_work(client, make_lead, alice, broker, inside):
    lead = make_lead(assigned_to=alice)
    path = f"/leads/{lead.public_id}/"
    assert client.post(f"{path}tasks/", {"title": "Llamar", "when": "tomorrow"}).status_code == 302
    with inside(broker):
        task = Task.objects.get(lead=lead)
    assert client.post(f"/tasks/{task.public_id}/reschedule/?to=week").status_code == 302
    for act in ("finish", "reopen", "delete"):
        assert client.post(f"/tasks/{task.public_id}/{act}/").status_code in {200, 302}, act
    contact = {"kind": "call_missed", "at": f"{timezone.localtime():%Y-%m-%dT%H:%M}"}
    assert client.post(f"{path}contact/", contact).status_code == 302
    for done in ("confirm", "complete", "no-show", "cancel"):
        slot = {"type": "property_visit", "starts_at": f"{timezone.now().year + 1}-03-10T11:00", "minutes": "60"}
        assert client.post(f"{path}visits/new/", slot).status_code == 302
        with inside(broker):
            visit = Appointment.objects.filter(lead=lead).latest("pk")
        client.post(f"/visits/{visit.public_id}/{done}/", {"reason": "Llueve"})


def by_itself(client, make_lead, alice, broker, inside, run_jobs):
    """A step the rules take, and a status that follows the score: asked for, of the night, of other rules."""
    ready = make_lead(name="Ana", phone_raw="9 9824 8510", location="Ñuñoa", property_type="casa")
    assert client.post(f"/leads/{ready.public_id}/advance/").status_code in {200, 302}
    strong = make_lead(phone_raw="9 9824 8511", stage="perfilamiento", location="Ñuñoa", wants_visit=True)
    with inside(broker):
        before = rules.in_force()
        softer = before.changed({"warmth.warm_from": 5, "warmth.hot_from": 10}, version=before.version)
        rules.save_version(softer, note="", by=Actor.of(alice), now=timezone.now())
        nightly.start(label="Noche", by=Actor.system())
    run_jobs(broker)
    with inside(broker):
        assert Lead.objects.get(pk=strong.pk).status != strong.status


def by_key(client, secret):
    """A call sent twice with one key writes once."""
    sent = {
        "content_type": "application/json",
        "headers": {"Authorization": f"Bearer {secret}", "Idempotency-Key": "una-vez-0001"},
    }
    first, again = (client.post("/api/v1/leads/", {"name": "Iris", "phone": "+56998240001"}, **sent) for _ in "ab")
    assert (first.status_code, again.status_code, first.content) == (201, 201, again.content)


def test_every_change_of_a_lead_has_a_doer(client_for, alice, bob, broker, inside, run_jobs, unsigned, make_lead):
    alice.is_staff = True
    alice.save()
    client = client_for(alice)
    _token, secret = tokens.issue(user=alice, name="x", scope="write", expires_at=None)
    told = 0
    with_leads = (client, make_lead)
    for act in (
        lambda: by_pages(client, broker, inside, bob),
        lambda: by_admin(client, broker, inside),
        lambda: by_import(client, broker, inside, run_jobs),
        lambda: by_api(client, secret),
        lambda: by_merge(*with_leads),
        lambda: by_bin(*with_leads),
        lambda: by_rotation(*with_leads, bob, broker, inside),
        lambda: by_many(*with_leads, bob),
        lambda: by_undo(*with_leads),
        lambda: by_form(broker, inside),
        lambda: by_work(*with_leads, alice, broker, inside),
        lambda: by_itself(*with_leads, alice, broker, inside, run_jobs),
        lambda: by_key(client, secret),
    ):
        act()
        counts, nobody = unsigned()
        assert counts["crm.Lead"] > told
        assert nobody == []
        told = counts["crm.Lead"]
    assert min(counts[kind] for kind in ACTS_ON) > 0, counts
