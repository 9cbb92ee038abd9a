"""The API keeps what its OpenAPI document promises: schemathesis makes calls from the document, good ones and bad ones.

CONTRACT=full adds every border of every field, some thousand calls: minutes instead of seconds.
"""

import json
import os

import pytest
import schemathesis
from django.core.management import call_command
from django.test.client import ClientHandler
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import load_all_checks
from schemathesis.core.parameters import ParameterLocation
from schemathesis.specs.openapi import checks

from campaigns.models import Campaign, CampaignLog, Enrollment, Step
from core import waking
from core.actors import Actor
from crm.models import Lead
from integrations import endpoints
from integrations.models import WebhookEndpoint
from messaging.models import SendScope

FULL = os.environ.get("CONTRACT") == "full"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900 if FULL else 120)]
load_all_checks()

# Whether a valid body is also a sensible one (somebody to recognise, a range the right way round) no schema can say.
MORE_THAN_SCHEMA = [checks.positive_data_acceptance]
# Only wrong bodies must be refused: a filter without a value is no filter, and strange headers are nobody's business.
WRONG_BUT_FINE = [checks.negative_data_rejection]
# Asks again without a token and with a wrong one: the door is the same whatever else was said.
AT_THE_DOOR = [checks.ignored_auth]


@pytest.fixture
def document(as_alice):
    response = as_alice.get("/api/v1/schema/")
    assert response.status_code == 200
    return json.loads(response.content)


@pytest.fixture
def promise(document):
    schema = schemathesis.openapi.from_dict(document)
    schema.app = wsgi
    return schema


def wsgi(environ, start_response):
    """Django as the test client calls it: the test's connection stays open."""
    response = ClientHandler()(environ)
    start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
    return [response.content]


# Which parameter names what: half of the calls should find something. The first line that fits.
NAMED = (
    *(("delivery_id", "/deliveries/", "delivery"), ("public_id", "/webhooks/", "webhook")),
    *(("step_id", "/steps/", "step"), ("log_id", "/logs/", "log"), ("lead_id", "/campaigns/", "lead")),
    *(("public_id", "/campaigns/", "campaign"), ("public_id", "/leads/", "lead")),
)


@pytest.fixture
def campaign_of(make_lead, broker, inside):
    """`campaign_of("log")`: a campaign of Andes, its step, or a row of its log."""

    def make(kind):
        by, now = Actor.system().columns(), timezone.now()
        with inside(broker):
            if not Campaign.objects.exists():
                scope = SendScope.objects.create(key="saludo", running=False)
                told = {"activated_at": now, "paused_at": now, "created_at": now, "updated_at": now, **by}
                campaign = Campaign.objects.create(
                    name="Saludo", channel="whatsapp", status="paused", scope=scope, **told
                )
                step = Step.objects.create(campaign=campaign, number=1, action="notify_agent", note="Llámalo")
                mine = {"campaign": campaign, "lead": make_lead()}
                done = {"stage": "entrada", "status": "finished", "reason": "done", "ended_at": now, "enrolled_at": now}
                entered = Enrollment.objects.create(**mine, **done, **by)
                at = {"due_at": now, "scheduled_for": now, "executed_at": now}
                CampaignLog.objects.create(
                    **mine, **at, enrollment=entered, step=step, status="skipped", reason="condition"
                )
            return {"campaign": Campaign, "step": Step, "log": CampaignLog}[kind].objects.earliest("pk")

    return make


@pytest.fixture
def existing(make_lead, campaign_of, broker, alice, inside, settings, monkeypatch):
    """`existing("lead")`: something of Andes of that kind."""
    settings.WEBHOOKS_ANYWHERE = False
    monkeypatch.setattr(waking, "_publish", lambda task, arguments: None)

    def make(kind):
        if kind == "lead":
            with inside(broker):
                return Lead.objects.order_by("pk").last() or make_lead()
        if kind in {"campaign", "step", "log"}:
            return campaign_of(kind)
        now = timezone.now()
        with inside(broker):
            endpoint = WebhookEndpoint.objects.filter(is_active=True).first()
            if endpoint is None:
                wanted = endpoints.Wanted("Planilla", "https://example.com/", ["lead.created"])
                endpoint, _secret = endpoints.create(wanted, by=Actor.of(alice), now=now)
            return endpoint if kind == "webhook" else endpoints.send_test(endpoint, now=now)

    return make


@pytest.fixture
def knocked():
    """The operations that were asked once without a token: the others need not be."""
    return set()


contract = schemathesis.pytest.from_fixture("promise")


@contract.parametrize()
@settings(
    max_examples=25 if FULL else 3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate] if FULL else [Phase.generate],
    derandomize=True,
)
def test_every_operation_keeps_its_promise(case, as_alice, existing, knocked):
    for name, given in case.path_parameters.items():
        kind = next((kind for param, of, kind in NAMED if param == name and of in case.path), None)
        if kind and isinstance(given, str):
            case.path_parameters[name] = str(existing(kind).public_id)
    response = case.call(headers=as_alice.headers)
    body = case.meta.components.get(ParameterLocation.BODY)
    skipped = [*MORE_THAN_SCHEMA, *([] if body and body.mode.is_negative else WRONG_BUT_FINE)]
    if (case.method, case.path) in knocked and not FULL:
        skipped += AT_THE_DOOR
    knocked.add((case.method, case.path))
    case.validate_response(response, excluded_checks=skipped, headers=as_alice.headers)


def test_document_is_valid_and_complete(capsys):
    call_command("spectacular", validate=True, fail_on_warn=True)
    assert capsys.readouterr().err == ""
