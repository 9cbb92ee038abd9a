import json
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts import tokens
from accounts.models import ApiToken
from core.api.problems import middleware
from tests.api.conftest import LEADS, Api, address

ME = "/api/v1/me/"


def test_without_a_token_it_is_401_and_says_which_key_is_wanted(nobody, problem):
    response = nobody.get(LEADS)
    problem(response, 401, "not-authenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")


def test_tokens_that_do_not_live_are_401(api_for, alice, problem):
    problem(Api("corr_nunca").get(ME), 401)
    problem(api_for(alice, days=-1).get(ME), 401)
    revoked = api_for(alice)
    assert revoked.get(ME).status_code == 200
    token = ApiToken.objects.latest("id")
    tokens.revoke(token=token, by=token.user, now=timezone.now())
    problem(revoked.get(ME), 401)


def test_token_of_a_deactivated_person_is_401(api_for, bob, problem):
    api = api_for(bob)
    bob.is_active = False
    bob.save()
    problem(api.get(ME), 401)


def test_bad_token_is_not_saved_by_a_session(client_for, alice):
    assert client_for(alice).get(ME, headers={"Authorization": "Bearer corr_mala"}).status_code == 401


def test_token_that_reads_may_not_write(api_for, alice, problem):
    api = api_for(alice, scope="read")
    assert api.get(LEADS).status_code == 200
    problem(api.post(LEADS, {"name": "Ana"}), 403, "forbidden")


def test_every_write_asks_for_the_scope(api_for, alice, make_lead, problem):
    api, lead = api_for(alice, scope="read"), make_lead()
    for action in ("assign", "opt-out", "notes"):
        problem(api.post(address(lead, action), {}), 403, "forbidden")
    problem(api.patch(address(lead), {}), 403)
    problem(api.put(address(lead), {}), 403)
    problem(api.post(f"/api/v1/pipeline/leads/{lead.public_id}/move-stage/", {}), 403)


def test_session_writes_with_its_csrf_token_only(alice, problem):
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="accounts.backends.SignIn")
    assert client.get(ME).json()["token"] is None
    problem(client.post(LEADS, {"name": "Ana"}, content_type="application/json"), 403)
    key = client.get("/api/v1/docs/").context["csrf_token"]
    made = client.post(LEADS, {"name": "Ana"}, content_type="application/json", headers={"X-CSRFToken": str(key)})
    assert made.status_code == 201


def test_platform_staff_have_no_brokerage_here(db, make_user, problem):
    client = Client()
    staff = make_user("root@plataforma.cl", None, is_staff=True)
    client.force_login(staff, backend="accounts.backends.SignIn")
    problem(client.get(LEADS), 403)


@pytest.mark.parametrize("path", ["/api/v1/nada/", "/api/v1/leads/7/", "/api/nada", "/api/v1/pipeline/stages/x/y/"])
def test_unknown_path_is_404(as_alice, nobody, problem, path):
    problem(as_alice.get(path), 404, "not-found")
    problem(nobody.get(path), 404, "not-found")


def test_unknown_lead_is_404(as_alice, problem):
    problem(as_alice.get(address("0190a0b0-0000-7000-8000-000000000000")), 404, "not-found")


def test_wrong_method_is_405_with_the_right_ones(as_alice, problem):
    response = as_alice("DELETE", LEADS)
    problem(response, 405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) >= {"GET", "POST"}
    problem(as_alice("OPTIONS", LEADS), 405)


def test_other_languages_than_json_are_406_and_415(as_alice, problem):
    problem(as_alice.get(ME, Accept="text/html"), 406)
    problem(as_alice("POST", LEADS, raw=b"name=Ana", content_type="application/x-www-form-urlencoded"), 415)
    problem(as_alice("POST", LEADS, raw=b"<lead/>", content_type="application/xml"), 415)


def test_large_body_is_413(as_alice, problem, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    problem(as_alice.post(LEADS, {"name": "x" * 1000}), 413, "too-large")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"nada",
        b'{"name": "Ana",}',
        b"[" * 10_000 + b"]" * 10_000,
        b'{"name":' * 10_000 + b"1" + b"}" * 10_000,
        b'{"budget": ' + b"[" * 40 + b"]" * 40 + b"}",
        b'{"name": "a\\u0000b"}',
        b'{"a\\u0000b": 1}',
        b'{"name": "\\ud800"}',
        b'{"tags": ["\\udc00x"]}',
        b'{"name": "a\x00b"}',
        b'{"name": "\xff\xfe"}',
        b'{"name": "\xed\xa0\x80"}',
        b'{"bedrooms": 1e400}',
        b'{"bedrooms": -1e400}',
        b'{"bedrooms": NaN}',
        b'{"bedrooms": Infinity}',
        b'{"bedrooms": ' + b"9" * 10_000 + b"}",
        b'{"budget": {"amount": 1e300, "unit": "UF"}}',
        b'{"bedrooms": 99999999999999999999}',
        b'{"name": "Ana", "name": "Eva"}',
        b"[]",
        b"null",
        b'"Ana"',
        b"7",
        b'{"name": {"$ne": null}}',
        b'{"name": []}',
        b'{"tags": {"0": "a"}}',
        b'{"tags": [[["a"]]]}',
        b'{"name": "Ana", "assigned_to": {"id": 1}}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_hostile_body_is_400(as_alice, problem, raw, make_lead):
    lead = make_lead()
    problem(as_alice("POST", LEADS, raw=raw), 400)
    problem(as_alice("POST", f"/api/v1/pipeline/leads/{lead.public_id}/move-stage/", raw=raw), 400)
    if raw:
        problem(as_alice("PATCH", address(lead), raw=raw), 400)


def test_too_many_calls_are_429_with_the_seconds_to_wait(api_for, alice, problem, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"caller": "5/day"}}
    api, other = api_for(alice), api_for(alice)
    assert [api.get(ME).status_code for _call in range(5)] == [200] * 5
    response = api.get(ME)
    problem(response, 429, "too-many-requests")
    assert 0 < int(response.headers["Retry-After"]) <= 86_400
    assert other.get(ME).status_code == 200  # each token has its own count


def test_refused_calls_count_too(api_for, alice, problem, settings):
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": {"caller": "3/day"}}
    api = api_for(alice)
    assert [api.post(LEADS, {}).status_code for _call in range(4)] == [400, 400, 400, 429]


def test_crash_and_foreign_pages_become_problems():
    request = RequestFactory().get("/api/v1/leads/")
    for status in (400, 403, 404, 500, 503):
        page = middleware(lambda _request, status=status: HttpResponse("<h1>Ups</h1>", status=status))(request)
        assert page.headers["Content-Type"] == "application/problem+json"
        assert json.loads(page.content)["status"] == status


def test_pages_outside_the_api_stay_pages():
    request = RequestFactory().get("/leads/")
    page = HttpResponse("<h1>Ups</h1>", status=404)
    assert middleware(lambda _request: page)(request) is page


def test_details_speak_the_callers_language(api_for, make_user, broker):
    english = make_user("eve@andes.cl", broker, language="en")
    response = api_for(english).get("/api/v1/nada/")
    assert response.headers["Content-Language"] == "en"


def test_me_tells_who_calls(api_for, bob, broker):
    me = api_for(bob, scope="read").get(ME).json()
    assert (me["id"], me["role"], me["broker"]["name"]) == (str(bob.public_id), "agent", "Andes Propiedades")
    assert (me["token"]["name"], me["token"]["scope"]) == ("Planilla", "read")
    assert timezone.datetime.fromisoformat(me["token"]["expires_at"]) > timezone.now() + timedelta(days=29)
