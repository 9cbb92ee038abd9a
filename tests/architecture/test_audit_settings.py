"""Whoever changes how the brokerage works is found in the audit: who, when, from where."""

import pytest
from django.utils import timezone

from accounts import invitations, tokens
from accounts.models import ApiToken, Invitation
from campaigns import drafting
from core.actors import Actor
from crm import custom_fields
from crm.models import CaptureForm, CustomField, SavedView
from integrations import endpoints
from integrations.models import WebhookEndpoint
from messaging.models import ChannelAccount
from reports.audit import stream
from tests.architecture.probe.classes import rules_typed
from tests.capture.test_settings import NEW
from tests.conftest import PASSWORD
from tests.templates_app.test_pages import FORM as TEMPLATE
from tests.templates_app.test_pages import NEW as NEW_TEMPLATE

pytestmark = pytest.mark.django_db
ADDRESS = "203.0.113.7"
ANDES = {"name": "Andes y Mar", "country": "CL", "currency": "CLP", "language": "es", "time_zone": "America/Santiago", "rotting_days": 9}  # fmt: skip
SHARED = {"name": "Calientes", "query": "status=hot", "shared": "on"}
MAILBOX = {
    "name": "Correo", "address": "ventas@andes.cl", "host": "smtp.example.com", "port": "587", "security": "starttls",
    "password": "una-clave", "per_second": "5",
}  # fmt: skip
HOOK = {"name": "Planilla", "url": "https://example.com/hook", "events": ["lead.created"]}

NOTICE = {"action": "notify_agent", "delay": "0", "unit": "1", "note": "Llámalo", "when_false": "skip"}


@pytest.fixture
def alices(client_for, alice):
    """Alice, at her own address, who has just told her password."""
    client = client_for(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.defaults["REMOTE_ADDR"] = ADDRESS
    return client


@pytest.fixture
def invited(broker, alice):
    invitations.invite(broker=broker, email="nueva@andes.cl", role="agent", by=alice, now=timezone.now())
    return f"/team/invitations/{Invitation.objects.get().public_id}/"


@pytest.fixture
def colleague(bob):
    return f"/team/{bob.public_id}/"


@pytest.fixture
def token(alice):
    tokens.issue(user=alice, name="x", scope="read", expires_at=None)
    return f"/profile/tokens/{ApiToken.objects.get().public_id}/"


@pytest.fixture
def field(broker, alice, inside):
    with inside(broker):
        made = custom_fields.create(CustomField(label="Mascotas", kind="flag"), by=Actor.of(alice))
    return f"/settings/fields/{made.public_id}/"


@pytest.fixture
def form(alices, broker, inside):
    alices.post("/settings/forms/new/", NEW)
    with inside(broker):
        return f"/settings/forms/{CaptureForm.objects.get().public_id}/"


@pytest.fixture
def view(alices, broker, inside):
    alices.post("/views/board/save/", SHARED)
    with inside(broker):
        return f"/views/of/{SavedView.objects.get().public_id}/"


@pytest.fixture
def hook(settings, broker, alice, inside):
    with inside(broker):
        made, _secret = endpoints.create(endpoints.Wanted(**HOOK), by=Actor.of(alice), now=timezone.now())
    return f"/settings/webhooks/{made.public_id}/"


@pytest.fixture
def mailbox(alices, broker, inside):
    alices.post("/settings/channels/new/smtp/", MAILBOX)
    with inside(broker):
        return f"/settings/channels/{ChannelAccount.objects.get().public_id}/"


@pytest.fixture
def campaign(broker, alice, inside):
    with inside(broker):
        wanted = drafting.Wanted(name="Reactivación")
        made = drafting.create(wanted, by=Actor.of(alice), now=timezone.now())
    return f"/campaigns/{made.public_id}/"


ACTS = [
    ("brokerage.saved", "", "/settings/", ANDES),
    ("invitation.sent", "", "/team/invite/", {"email": "otra@andes.cl", "role": "agent"}),
    ("invitation.resent", "invited", "resend/", {}),
    ("invitation.withdrawn", "invited", "revoke/", {}),
    ("user.role", "colleague", "admin/", {}),
    ("user.deactivated", "colleague", "deactivate/", {}),
    ("user.reactivated", "colleague", "reactivate/", {}),
    ("token.issued", "", "/profile/tokens/", {"name": "Planilla", "scope": "read", "days": "30"}),
    ("token.revoked", "token", "revoke/", {}),
    ("rules.saved", "", "/settings/rules/", lambda: rules_typed(None) | {"profile.name": "5", "note": "Vale más"}),
    ("assignment.saved", "", "/settings/assignment/", {"mode": "load"}),
    ("view.shared", "", "/views/board/save/", SHARED),
    ("view.shared", "view", "", {"name": "Tibias", "query": "status=warm", "shared": "on"}),
    ("view.withdrawn", "view", "", {"name": "Tibias", "query": "status=warm"}),
    ("view.withdrawn", "view", "delete/", {}),
    ("crm.CustomField insert", "", "/settings/fields/new/", {"label": "Cochera", "kind": "flag"}),
    ("crm.CustomField update", "field", "", {"label": "Animales"}),
    ("crm.CustomField update", "field", "archive/", {}),
    ("crm.CaptureForm insert", "", "/settings/forms/new/", NEW),
    ("crm.CaptureForm update", "form", "", NEW | {"title": "Otra"}),
    ("integrations.WebhookEndpoint insert", "", "/settings/webhooks/new/", HOOK),
    ("integrations.WebhookEndpoint update", "hook", "edit/", HOOK | {"name": "Otra"}),
    ("integrations.WebhookEndpoint update", "hook", "rotate/", {}),
    ("integrations.WebhookEndpoint update", "hook", "off/", {}),
    ("integrations.WebhookEndpoint delete", "hook", "delete/", {}),
    ("crm.AgentQueue update", "", "/leads/pause/", {"pause": "on"}),
    ("messaging.ChannelAccount insert", "", "/settings/channels/new/smtp/", MAILBOX),
    ("channel.created", "", "/settings/channels/new/smtp/", MAILBOX),
    ("channel.credentials", "mailbox", "edit/", MAILBOX | {"password": "otra-clave"}),
    ("messaging.ChannelAccount update", "mailbox", "pause/", {"because": "Sin saldo"}),
    ("messaging.ChannelAccount update", "mailbox", "off/", {}),
    ("messaging.ContactLimits insert", "", "/settings/sending/", {"opens": "10:00"}),
    ("templates_app.Template insert", "", NEW_TEMPLATE, TEMPLATE),
    ("templates_app.TemplateVersion insert", "", NEW_TEMPLATE, TEMPLATE),
    ("campaigns.Campaign insert", "", "/campaigns/new/", {"name": "Reactivación", "channel": "whatsapp"}),
    ("campaigns.Campaign update", "campaign", "audience/", {"stage": "entrada"}),
    ("campaigns.Campaign update", "campaign", "archive/", {}),
    ("campaigns.Campaign delete", "campaign", "delete/", {"sure": "on"}),
    ("campaigns.Step insert", "campaign", "steps/new/", NOTICE),
    ("sending.stopped", "", "/settings/sending/stop/", {"sure": "on"}),
    ("suppression.added", "", "/settings/suppressions/new/", {"value": "998248519"}),
]


@pytest.mark.parametrize(("told", "thing", "path", "body"), ACTS, ids=[f"{act[2]} {act[0]}" for act in ACTS])
def test_a_change_of_settings_is_found_in_the_audit(request, alices, alice, broker, inside, told, thing, path, body):
    where = request.getfixturevalue(thing) if thing else ""
    with inside(broker):
        before = {(event.kind, event.key) for event in _events()}
    answer = alices.post(where + path, body() if callable(body) else body)
    assert answer.status_code in {200, 204, 302}, answer.content.decode()[:500]
    with inside(broker):
        found = [event for event in _events() if (event.kind, event.key) not in before and told in _names(event)]
    assert found, "nothing tells of it"
    context = found[0].context
    assert (context["kind"], context["user"], context["label"]) == ("user", alice.pk, "Alice")
    assert context["address"] == ADDRESS


def _events():
    return stream.page(stream.Filters()).events


def _names(event):
    return {event.verb, f"{event.kind} {event.verb}"}


def test_who_joins_is_told(client, broker, alice, inside):
    _made, link = invitations.invite(broker=broker, email="nueva@andes.cl", role="agent", by=alice, now=timezone.now())
    secret = link.rstrip("/").rsplit("/", 1)[1]
    joined = invitations.accept(secret=secret, name="Nueva", password=PASSWORD, language="es", now=timezone.now())
    with inside(broker):
        [event] = [each for each in _events() if each.verb == "invitation.accepted"]
    assert (event.context["user"], event.context["label"]) == (joined.pk, "Nueva")


def test_the_same_settings_again_leave_no_trace(alices, broker, inside):
    for _ in range(2):
        alices.post("/settings/", ANDES)
    with inside(broker):
        told = [event for event in _events() if event.verb == "brokerage.saved"]
    assert [event.now["rotting_days"] for event in told] == ["7 → 9"]


def test_what_is_written_in_django_admin_has_a_doer(alices, alice, field, broker, inside):
    alice.is_staff = True
    alice.save()
    with inside(broker):
        key = CustomField.objects.get().pk
    body = {"label": "Animales", "options": "[]", "position": "1"}
    assert alices.post(f"/admin/crm/customfield/{key}/change/", body).status_code == 302
    with inside(broker):
        newest = stream.page(stream.Filters(kind="crm.CustomField")).events[0]
    assert (newest.verb, newest.context["user"], newest.context["address"]) == ("update", alice.pk, ADDRESS)


def test_every_tracked_setting_is_listed():
    listed = {act[0].split(" ")[0] for act in ACTS}
    assert {"crm.CustomField", "crm.CaptureForm", "crm.AgentQueue"} | {WebhookEndpoint._meta.label} <= listed
    assert set(stream.sources()) - listed == {
        "crm.Lead",
        "crm.Task",
        "crm.AssignmentPolicy",
        "appointments.Appointment",
    }
