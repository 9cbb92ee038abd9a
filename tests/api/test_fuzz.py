"""Whatever the body, the answer is a result or a problem: never a crash, and never JSON that lies about its kind."""

import json
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.enums import LostReason, Stage
from tests.api.conftest import LEADS, address

FUZZ = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
FIELDS = [
    "name",
    "phone",
    "email",
    "source",
    "language",
    "time_zone",
    "country",
    "qualification",
    "treatment_type",
    "next_action_at",
    "location",
    "operation",
    "property_type",
    "bedrooms",
    "bathrooms",
    "purpose",
    "property_ref",
    "timeline",
    "referred_by_name",
    "budget",
    "assigned_to",
    "tags",
    "version",
    "new_stage",
    "reason",
    "lost_reason",
    "lost_note",
    "closing_price",
    "force",
    "amount",
    "unit",
    "min",
    "body",
    "wording",
]
WORDS = [
    *Stage.values,
    *LostReason.values,
    "UF",
    "CLP",
    "CL",
    "es",
    "compra",
    "casa",
    "hold",
    "2026-01-01T00:00:00Z",
    "7",
    "",
]
TEXTS = st.text(max_size=40) | st.sampled_from(WORDS) | st.text("0123456789+ -()/x", max_size=90)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.uuids().map(str)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(FIELDS) | st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=8,
)
BODIES = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6) | VALUES


@pytest.fixture
def calls(as_alice, make_lead):
    lead = make_lead()
    move = f"/api/v1/pipeline/leads/{lead.public_id}/move-stage/"
    return as_alice, [
        ("POST", LEADS),
        ("PATCH", address(lead)),
        ("PUT", address(lead)),
        ("POST", move),
        ("POST", address(lead, "assign")),
        ("POST", address(lead, "notes")),
        ("POST", address(lead, "opt-out")),
    ]


def check(response):
    assert response.status_code < 500, response.content
    assert isinstance(json.loads(response.content), dict)
    kind = "application/problem+json" if response.status_code >= 400 else "application/json"
    assert response.headers["Content-Type"] == kind


@FUZZ
@given(body=BODIES, number=st.integers(0, 6))
def test_any_json(calls, body, number):
    api, ways = calls
    method, path = ways[number]
    check(api(method, path, raw=json.dumps(body).encode("utf-8", "surrogatepass")))


@FUZZ
@given(
    raw=st.binary(max_size=60) | st.text('{}[]":,\\u0d8e1 name', max_size=60).map(str.encode), number=st.integers(0, 6)
)
def test_any_bytes(calls, raw, number):
    api, ways = calls
    method, path = ways[number]
    check(api(method, path, raw=raw))


PARAMETERS = [
    "q",
    "stage",
    "status",
    "qualification",
    "source",
    "tag",
    "assigned",
    "operation",
    "property_type",
    "next_step",
    "score_min",
    "score_max",
    "created_from",
    "created_to",
    "inactive_days",
    "opted_out",
    "limit",
    "cursor",
    "inactivity_days",
    "format",
]
ODD = [
    "9999-12-31",
    "0001-01-01",
    "9" * 30,
    "1e400",
    "\x00",
    "\ud800",
    "me",
    "none",
    "%",
    "'",
    "-1",
    "٣",
    "[]",
    "&",
    "entrada",
]


@FUZZ
@given(
    pairs=st.lists(st.tuples(st.sampled_from(PARAMETERS), st.sampled_from(ODD) | st.text(max_size=30)), max_size=4),
    path=st.sampled_from(
        [LEADS, "/api/v1/pipeline/stages/entrada/inactive/", "/api/v1/pipeline/stages/agendado/leads/"]
    ),
)
def test_any_query(calls, pairs, path):
    api, _ways = calls
    check(api.get(path + "?" + "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name, value in pairs)))


@FUZZ
@given(path=st.text(max_size=30))
def test_any_path(calls, path):
    api, _ways = calls
    response = api.get("/api/v1/leads/" + quote(path, errors="surrogatepass"))
    assert response.status_code < 500
