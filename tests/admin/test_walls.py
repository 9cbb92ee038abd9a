"""The admin inside one brokerage: whoever is in Andes never sees Sur."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import NoReverseMatch, reverse

from accounts import invitations, tokens
from accounts.admin_site import ADMIN_BROKER
from accounts.models import AdminVisit, Broker, User
from core import tenancy
from core.admin_base import Guarded, WithinBrokerage
from crm.models import Lead, Tag

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)
WALLED = [model for model in MODELS if getattr(model, "walled", False)]
GLOBAL = {"accounts.broker", "accounts.user", "accounts.adminvisit", "django_celery_beat.periodictask",
          "messaging.contactpolicy", "django_celery_beat.intervalschedule", "django_celery_beat.crontabschedule"}  # fmt: skip

ELSEWHERE = {
    "core.keptanswer": "what others' programs were answered, for a day",
    "crm.formreceipt": "digests, for a day",
    "crm.leadphone": "on the lead's page",
    "crm.leadtag": "on the lead's page",
    "crm.defaultview": "one's own taste; the view itself is listed",
    "crm.leadexport": "a file for whoever asked; the audit says that they did",
    "messaging.bindinglink": "digests of links, for two weeks",
    "messaging.channelmeter": "how much an account may send in this moment",
    "messaging.sendscope": "whether what sends together runs: its owner shows it",
    "templates_app.templateversion": "on the template's page",
    "crm.personalfile": "a person's data, for whoever asked; the audit says that they did",
}  # fmt: skip


def url(model, page="changelist", *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def ids(models):
    return [model._meta.label_lower for model in models]


def test_every_table_of_a_brokerage_is_found_in_the_admin_or_said_why_not():
    walled = {
        model._meta.label_lower
        for model in apps.get_models()
        if getattr(model, "walled", False) and not hasattr(model, "pgh_id")
    }
    assert walled - set(ids(WALLED)) == set(ELSEWHERE)


@pytest.mark.parametrize("model", WALLED, ids=ids(WALLED))
def test_what_a_list_shows_of_another_table_comes_with_it(model):
    shown = admin.site._registry[model]
    near = {name for name in shown.list_display if name in _foreign(model)}
    assert near <= set(shown.list_select_related or ()), near


def _foreign(model):
    return {field.name for field in model._meta.concrete_fields if field.is_relation}


def test_only_classes_of_ours_are_registered():
    assert all(isinstance(each, Guarded) for each in admin.site._registry.values())


def test_every_model_of_a_brokerage_asks_for_a_brokerage():
    loose = {
        model._meta.label_lower for model, each in admin.site._registry.items() if not isinstance(each, WithinBrokerage)
    }
    assert loose == GLOBAL


@pytest.mark.parametrize("who", ["as_staff", "in_andes"])
def test_rows_of_another_brokerage_are_not_listed_found_or_opened(request, who, in_sur, other_broker):
    client = request.getfixturevalue(who)
    for model in WALLED:
        with tenancy.use(other_broker.pk):
            strangers = list(model.objects.values_list("pk", flat=True))
        for query in ("", "?q=canario"):
            page = client.get(url(model) + query, follow=True)
            assert page.status_code == 200, model
            assert "CANARIO" not in page.content.decode(), model
        for pk in strangers:
            for page in ("change", "delete", "history"):
                response = client.get(url(model, page, pk))
                assert response.status_code in {302, 403, 404}, (model, page)
                assert "CANARIO" not in response.content.decode(), (model, page)


def test_autocomplete_offers_the_own_brokerage_only(as_staff, in_sur, make_lead, broker):
    make_lead(tags=["Andina"])
    found = as_staff.get(
        "/admin/autocomplete/", {"term": "", "app_label": "crm", "model_name": "leadtag", "field_name": "tag"}
    )
    assert [each["text"] for each in found.json()["results"]] == ["Andina"]


@pytest.mark.parametrize("who", ["as_staff", "in_andes"])
def test_owners_offered_are_colleagues(request, who, make_lead, bob, charlie):
    client, lead = request.getfixturevalue(who), make_lead()
    for page in (url(Lead, "add"), url(Lead, "change", lead.pk), url(Lead)):
        text = client.get(page).content.decode()
        assert "Bob" in text
        assert "Charlie" not in text
    data = {"name": "X", "country": "CL", "language": "es", "assigned_to": charlie.pk}
    assert client.post(url(Lead, "add"), data).status_code == 200  # refused
    with tenancy.use(bob.broker_id):
        assert Lead.objects.count() == 1


def test_staff_see_their_own_people_brokerage_invitations_and_tokens(as_staff, bob, charlie, other_broker):
    invitations.invite(broker=other_broker, email="x@canario.cl", role="agent", by=charlie, now=charlie.date_joined)
    tokens.issue(user=charlie, name="CANARIO", scope="read", expires_at=None)
    for name in ("user", "broker", "invitation", "apitoken"):
        page = as_staff.get(f"/admin/accounts/{name}/").content.decode()
        for secret in ("charlie@sur.cl", "Sur Corredores", "canario.cl", "CANARIO"):
            assert secret not in page
    assert as_staff.get(url(User, "change", charlie.pk)).status_code == 302
    assert as_staff.get(url(Broker, "change", other_broker.pk)).status_code == 302
    as_staff.post(url(User), {"action": "deactivate", "_selected_action": [charlie.pk]})
    charlie.refresh_from_db()
    assert charlie.is_active


@pytest.mark.parametrize("name", ["adminvisit", "periodictask", "intervalschedule", "crontabschedule", "contactpolicy"])
def test_what_is_global_is_for_the_platform(as_staff, as_root, name):
    app = {"adminvisit": "accounts", "contactpolicy": "messaging"}.get(name, "django_celery_beat")
    assert as_staff.get(f"/admin/{app}/{name}/").status_code == 403
    assert as_root.get(f"/admin/{app}/{name}/").status_code == 200


def test_staff_cannot_make_or_close_brokerages_or_give_themselves_more(as_staff, staff, broker, other_broker):
    assert as_staff.get(url(Broker, "add")).status_code == 403
    data = {
        "name": "Andes", "slug": "x", "country": "CL", "currency": "CLP", "language": "es", "time_zone": "America/Lima",
        "rotting_days": "7",
    }  # fmt: skip
    assert as_staff.post(url(Broker, "change", broker.pk), data).status_code == 302
    broker.refresh_from_db()
    assert (broker.slug, broker.is_active, broker.time_zone) == ("andes", True, "America/Lima")
    profile = {
        "name": "Ada",
        "language": "es",
        "theme": "auto",
        "time_zone": "",
        "broker": other_broker.pk,
        "role": "agent",
    }
    assert as_staff.post(url(User, "change", staff.pk), profile).status_code == 302
    staff.refresh_from_db()
    assert (staff.broker, staff.role, staff.is_staff) == (broker, "admin", True)


@pytest.mark.parametrize("role", ["agent", "admin"])
def test_members_without_the_staff_right_get_403(client_for, make_user, broker, role):
    client = client_for(make_user("x@andes.cl", broker, role=role, is_staff=role == "agent"))
    for path in ("/admin/", "/admin/crm/lead/", "/admin/brokerage/", "/admin/jsi18n/"):
        assert client.get(path).status_code == 403


def test_strangers_are_sent_to_the_login_page(client, db):
    response = client.get("/admin/crm/lead/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/?next=/admin/crm/lead/") or (
        "%2Fadmin%2Fcrm%2Flead%2F" in response.redirect_chain[-1][0]
    )


class TestChoice:
    def test_without_a_choice_there_is_only_the_question(self, as_root):
        for model in WALLED:
            response = as_root.get(url(model))
            assert response["Location"].startswith("/admin/brokerage/?next="), model
            assert as_root.get(response["Location"]).status_code == 200, model

    def test_the_choice_is_written_down_and_shown(self, as_root, root, broker, make_lead):
        make_lead(name="Ana de Andes")
        response = as_root.post("/admin/brokerage/", {"broker": broker.public_id, "next": "/admin/crm/lead/"})
        assert response["Location"] == "/admin/crm/lead/"
        page = as_root.get("/admin/crm/lead/").content.decode()
        assert "<strong>Andes Propiedades</strong>" in page
        assert "Ana de Andes" in page
        visit = AdminVisit.objects.get()
        assert (visit.user, visit.broker) == (root, broker)

    def test_changing_and_leaving(self, in_andes, other_broker, in_sur):
        in_andes.post("/admin/brokerage/", {"broker": other_broker.public_id})
        assert "CANARIO" in in_andes.get("/admin/crm/lead/").content.decode()
        in_andes.post("/admin/brokerage/", {"broker": ""})
        assert in_andes.get("/admin/crm/lead/").status_code == 302
        assert AdminVisit.objects.count() == 2

    @pytest.mark.parametrize("nonsense", ["1", "0", "x", "\x00", "9" * 400])
    def test_nonsense_chooses_nothing(self, as_root, broker, nonsense):
        assert as_root.post("/admin/brokerage/", {"broker": nonsense})["Location"] == "/admin/brokerage/"
        assert not as_root.session.get(ADMIN_BROKER)

    @pytest.mark.parametrize("next_", ["https://evil.example", "//evil.example/admin/", "/admin/..//evil", "/board/"])
    def test_the_choice_leads_inside_the_admin(self, as_root, broker, next_):
        response = as_root.post("/admin/brokerage/", {"broker": broker.public_id, "next": next_})
        assert response["Location"].startswith("/admin/")

    def test_choosing_by_get_does_nothing(self, as_root, broker):
        as_root.get("/admin/brokerage/", {"broker": broker.public_id})
        assert not AdminVisit.objects.exists()

    def test_brokerages_own_staff_do_not_choose(self, as_staff, other_broker):
        assert as_staff.get("/admin/brokerage/").status_code == 403
        assert as_staff.post("/admin/brokerage/", {"broker": other_broker.public_id}).status_code == 403

    def test_a_choice_left_in_the_session_of_a_member_opens_nothing(self, as_staff, other_broker, in_sur):
        session = as_staff.session
        session[ADMIN_BROKER] = other_broker.pk
        session.save()
        assert "CANARIO" not in as_staff.get("/admin/crm/lead/").content.decode()

    def test_a_choice_does_not_open_the_product(self, in_andes):
        assert in_andes.get("/leads/")["Location"] == "/admin/"

    def test_a_closed_brokerage_may_be_looked_into(self, in_andes, broker):
        broker.is_active = False
        broker.save()
        assert in_andes.get("/admin/crm/lead/").status_code == 200


def test_every_page_answers_for_platform_staff_inside(in_andes, make_lead, root):
    lead = make_lead(tags=["VIP"])
    for path in ("/admin/", "/admin/brokerage/", "/admin/jsi18n/", url(Lead, "history", lead.pk)):
        assert in_andes.get(path).status_code == 200
    for app in {model._meta.app_label for model in MODELS}:
        assert in_andes.get(f"/admin/{app}/").status_code == 200
    for model in MODELS:
        assert in_andes.get(url(model)).status_code == 200
        assert in_andes.get(url(model), {"q": "a"}).status_code == 200
        try:
            addition = in_andes.get(url(model, "add"))
        except NoReverseMatch:
            continue
        may = admin.site._registry[model].can_add
        assert addition.status_code == (200 if may else 403), model
    with tenancy.use(lead.broker_id):
        first = [
            (model, model._default_manager.order_by("pk").values_list("pk", flat=True).first()) for model in MODELS
        ]
        assert Tag.objects.exists()
    for model, pk in first:
        if pk is not None and model is not AdminVisit:
            assert in_andes.get(url(model, "change", pk)).status_code in {200, 302}, model


def test_no_page_of_djangos_own_login_is_left(as_root):
    for path, to in (("logout/", "/accounts/logout/"), ("password_change/", "/accounts/password/change/")):
        assert as_root.get(f"/admin/{path}")["Location"] == to
