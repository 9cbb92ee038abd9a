"""What the admin pages do: through the product's functions, and in a constant number of queries."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask, PeriodicTasks

from accounts import tokens
from accounts.models import Invitation
from core import tenancy
from core.admin_base import AppendOnlyAdmin
from crm import financial
from crm.models import Lead, Tag, TimelineEntry
from pipeline.models import StageTransition

APPEND_ONLY = [model for model, each in admin.site._registry.items() if isinstance(each, AppendOnlyAdmin)]
CHANGELISTS = {"lead": 9, "timelineentry": 8, "stagetransition": 8, "tag": 8, "leadimport": 8}


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled(client, lead):
    """The change form as a browser would send it back."""
    form = client.get(url(Lead, "change", lead.pk)).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value is None else value for name, value in data.items()}
    data["next_action_at_0"] = data["next_action_at_1"] = ""
    for prefix, count in (("phones", 0), ("lead_tags", 0)):
        data |= {f"{prefix}-TOTAL_FORMS": count, f"{prefix}-INITIAL_FORMS": count}
    return data


def test_editing_a_lead_tells_its_timeline_who(as_staff, make_lead, bob, broker, inside):
    lead = make_lead(phone_raw="+56987654321")
    data = filled(as_staff, lead) | {"name": "Ana María", "assigned_to": bob.pk, "stage": "ganado", "status": "hot"}
    assert as_staff.post(url(Lead, "change", lead.pk), data).status_code == 302
    with inside(broker):
        lead.refresh_from_db()
        assert (lead.name, lead.assigned_to, lead.status) == ("Ana María", bob, "cold")
        assert (
            lead.stage == "perfilamiento"
        )  # where the rules took it, now that it has an owner: not where the form said
        told = {entry.kind: entry for entry in TimelineEntry.objects.filter(lead=lead).exclude(kind="created")}
        assert told["edit"].data["changes"] == {"name": ["Ana Rojas", "Ana María"]}
        assert (told["edit"].by_label, told["assign"].data["to"]) == ("Ada", "Bob")


def test_what_platform_staff_do_is_told_as_the_platforms(in_andes, make_lead, broker, inside):
    lead = make_lead()
    in_andes.post(url(Lead, "change", lead.pk), filled(in_andes, lead) | {"name": "Otra"})
    with inside(broker):
        entry = TimelineEntry.objects.get(lead=lead, kind="edit")
        assert (entry.by_kind, entry.by_user, entry.by_label) == ("platform", None, "Raíz")
    page = in_andes.get(url(Lead, "history", lead.pk)).content.decode()
    assert "Raíz" in page
    assert "Ana Rojas → Otra" in page


def test_adding_a_lead_writes_its_entry_and_its_phones(as_staff, broker, inside):
    data = {
        "name": "Nueva", "phone_raw": "9 8765 4321", "country": "CL", "language": "es", "qualification": "PENDIENTE",
        "treatment_type": "manual_follow_up", "timeline": "unknown", "next_action_at_0": "", "next_action_at_1": "",
        "phones-TOTAL_FORMS": 0, "phones-INITIAL_FORMS": 0, "lead_tags-TOTAL_FORMS": 0, "lead_tags-INITIAL_FORMS": 0,
    }  # fmt: skip
    assert as_staff.post(url(Lead, "add"), data).status_code == 302
    with inside(broker):
        lead = Lead.objects.get()
        assert (lead.phone_e164, lead.broker) == ("+56987654321", broker)
        assert StageTransition.objects.get(lead=lead).to_stage == "entrada"
    again = as_staff.post(url(Lead, "add"), data)
    assert "Otro lead ya tiene este teléfono." in again.content.decode()


def test_half_a_budget_is_refused(as_staff, make_lead):
    lead = make_lead()
    page = as_staff.post(url(Lead, "change", lead.pk), filled(as_staff, lead) | {"budget_amount": "5000"})
    assert "van juntos" in page.content.decode()


def test_tags_of_a_lead_change_through_its_timeline(as_staff, make_lead, broker, inside):
    lead = make_lead(tags=["VIP"])
    with inside(broker):
        worn = lead.lead_tags.get()
        other = Tag.objects.create(name="Inversión", key="inversion")
    data = filled(as_staff, lead) | {
        "lead_tags-TOTAL_FORMS": 2, "lead_tags-INITIAL_FORMS": 1, "lead_tags-0-id": worn.pk,
        "lead_tags-0-lead": lead.pk, "lead_tags-0-DELETE": "on", "lead_tags-1-tag": other.pk,
        "lead_tags-1-lead": lead.pk,
    }  # fmt: skip
    assert as_staff.post(url(Lead, "change", lead.pk), data).status_code == 302
    with inside(broker):
        assert [tag.name for tag in lead.tags.all()] == ["Inversión"]
        assert TimelineEntry.objects.get(lead=lead, kind="tag").data == {"added": ["Inversión"], "removed": ["VIP"]}


def test_a_lead_keeps_the_tags_it_wears(as_staff, make_lead, broker, inside):
    lead = make_lead(tags=["VIP"])
    with inside(broker):
        worn = lead.lead_tags.get()
    data = filled(as_staff, lead) | {
        "location": "Ñuñoa", "lead_tags-TOTAL_FORMS": 1, "lead_tags-INITIAL_FORMS": 1, "lead_tags-0-id": worn.pk,
        "lead_tags-0-lead": lead.pk,
    }  # fmt: skip
    assert as_staff.post(url(Lead, "change", lead.pk), data).status_code == 302
    with inside(broker):
        lead.refresh_from_db()
        assert (lead.location, [tag.name for tag in lead.tags.all()]) == ("Ñuñoa", ["VIP"])


def test_a_tag_is_one_whatever_its_accents(as_staff, make_lead, broker, inside):
    make_lead(tags=["Inversión"])
    assert "Ya hay una etiqueta" in as_staff.post(url(Tag, "add"), {"name": "INVERSION"}).content.decode()
    assert as_staff.post(url(Tag, "add"), {"name": "Playa"}).status_code == 302
    with inside(broker):
        tag = Tag.objects.get(name="Playa")
    assert as_staff.post(url(Tag, "change", tag.pk), {"name": "Costa Ñ"}).status_code == 302
    assert as_staff.post(url(Tag, "delete", tag.pk), {"post": "yes"}).status_code == 302
    with inside(broker):
        assert [each.key for each in Tag.objects.all()] == ["inversion"]


@pytest.mark.parametrize("model", APPEND_ONLY, ids=lambda model: model._meta.label_lower)
def test_append_only_rows_are_to_look_at(as_staff, make_lead, broker, inside, model):
    make_lead()
    assert as_staff.get(url(model, "add")).status_code == 403
    assert as_staff.post(url(model, "add"), {}).status_code == 403
    with inside(broker):
        row = model.objects.order_by("pk").values_list("pk", flat=True).first()
    if row is not None:
        assert "_save" not in as_staff.get(url(model, "change", row)).content.decode()
        assert as_staff.post(url(model, "change", row), {"body": "x"}).status_code == 403
        assert as_staff.post(url(model, "delete", row), {"post": "yes"}).status_code == 403


def test_leads_are_not_deleted_here(as_staff, make_lead):
    lead = make_lead()
    assert as_staff.post(url(Lead, "delete", lead.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in as_staff.get(url(Lead)).content.decode()


def test_nothing_is_written_to_djangos_own_log(as_staff, make_lead):
    lead = make_lead()
    as_staff.post(url(Lead, "change", lead.pk), filled(as_staff, lead) | {"name": "Otra"})
    as_staff.post(url(Tag, "add"), {"name": "Playa"})
    assert not LogEntry.objects.exists()


def test_declared_finances_stay_sealed(as_staff, make_lead, broker, inside):
    lead = make_lead()
    with inside(broker):
        financial.declare(lead, financial.Declared(monthly_income=1234567))
        profile = lead.financial_profiles.get()
    for page in (url(type(profile)), url(type(profile), "change", profile.pk), url(Lead, "change", lead.pk)):
        text = as_staff.get(page).content.decode()
        assert "1234567" not in text
        assert "sealed" not in text


@pytest.mark.parametrize("leads", [1, 3])
@pytest.mark.parametrize("name", sorted(CHANGELISTS))
def test_lists_cost_the_same_for_one_and_three(as_staff, make_lead, bob, leads, name, django_assert_num_queries):
    for n in range(leads):
        make_lead(phone_raw=f"+5698765430{n}", tags=[f"t{n}"], assigned_to=bob)
    app = "pipeline" if name == "stagetransition" else "crm"
    path = f"/admin/{app}/{name}/"
    as_staff.get(path)
    with django_assert_num_queries(CHANGELISTS[name]):
        assert as_staff.get(path).status_code == 200


def test_inviting_from_the_admin(in_andes, broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        page = in_andes.post(url(Invitation, "add"), {"email": "dora@andes.cl", "role": "agent"}, follow=True)
    invitation = Invitation.objects.get()
    assert (invitation.broker, invitation.invited_by) == (broker, None)
    assert "/invitation/corr_inv_" in page.content.decode()
    assert mail.outbox[0].to == ["dora@andes.cl"]
    in_andes.post(url(Invitation), {"action": "revoke", "_selected_action": [invitation.pk]})
    invitation.refresh_from_db()
    assert invitation.revoked_at


def test_people_are_changed_by_actions_that_know_the_last_admin(in_andes, staff, bob):
    users = "/admin/accounts/user/"
    page = in_andes.post(users, {"action": "make_agent", "_selected_action": [staff.pk]}, follow=True)
    assert "única persona que administra" in page.content.decode()
    in_andes.post(users, {"action": "make_admin", "_selected_action": [bob.pk]})
    in_andes.post(users, {"action": "deactivate", "_selected_action": [staff.pk]})
    bob.refresh_from_db()
    staff.refresh_from_db()
    assert (bob.role, staff.is_active) == ("admin", False)


def test_the_platform_makes_an_admin_staff(in_andes, alice):
    data = {"name": "Alice", "language": "es", "theme": "auto", "time_zone": "", "is_staff": "on"}
    assert in_andes.post(f"/admin/accounts/user/{alice.pk}/change/", data).status_code == 302
    alice.refresh_from_db()
    assert alice.is_staff


def test_tokens_are_revoked_without_showing_secrets(as_staff, bob):
    token, secret = tokens.issue(user=bob, name="planilla", scope="read", expires_at=None)
    page = as_staff.get("/admin/accounts/apitoken/").content.decode()
    assert token.prefix in page
    assert token.token_hash not in page
    assert token.token_hash not in as_staff.get(f"/admin/accounts/apitoken/{token.pk}/change/").content.decode()
    as_staff.post("/admin/accounts/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    assert tokens.find(secret, now=timezone.now()) is None


def test_editing_a_periodic_task_wakes_beat(as_root):
    every, _made = IntervalSchedule.objects.get_or_create(every=30, period="seconds")
    task, _made = PeriodicTask.objects.get_or_create(
        task="core.heartbeat", defaults={"name": "Señal de vida", "interval": every}
    )
    PeriodicTasks.objects.all().delete()
    form = as_root.get(url(PeriodicTask, "change", task.pk)).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: "" if value in (None, False) else value for name, value in data.items()}
    data |= {f"{name}_{part}": "" for name in ("start_time", "expires") for part in (0, 1)}
    assert as_root.post(url(PeriodicTask, "change", task.pk), data | {"enabled": ""}).status_code == 302
    task.refresh_from_db()
    assert not task.enabled
    assert PeriodicTasks.last_change()


def test_no_page_has_inline_scripts_or_styles(in_andes, make_lead):
    lead = make_lead()
    for page in ("/admin/", url(Lead), url(Lead, "add"), url(Lead, "change", lead.pk), url(PeriodicTask)):
        text = in_andes.get(page).content.decode()
        assert " style=" not in text
        assert " onclick=" not in text
        assert "<script>" not in text


def test_tenancy_is_closed_after_a_page(in_andes):
    in_andes.get("/admin/crm/lead/")
    assert not tenancy.is_open()


@pytest.mark.parametrize("action", ["make_admin", "make_agent", "deactivate", "reactivate"])
def test_platform_staff_have_no_role_to_change(as_root, make_user, action):
    other = make_user("otra@corredor.cl", None, name="Otra", is_staff=True)
    response = as_root.post("/admin/accounts/user/", {"action": action, "_selected_action": [other.pk]})
    assert response.status_code == 302
    other.refresh_from_db()
    assert (other.role, other.is_staff, other.is_active) == ("agent", True, action != "deactivate")


@pytest.mark.parametrize(("name", "status"), [("ﷺ" * 40, 302), ("\u0301", 200)])
def test_a_tag_whose_folded_name_is_longer_or_nothing(as_staff, name, status):
    assert as_staff.post("/admin/crm/tag/add/", {"name": name}).status_code == status


@pytest.mark.parametrize("owner", ["9" * 5000, "9" * 30, "²", "none"])
def test_an_owner_that_cannot_be_finds_nobody(as_staff, owner):
    assert as_staff.get("/admin/crm/lead/", {"owner": owner}).status_code == 200
