"""Who a request stands for: closed brokerages, addresses behind a proxy, headers on every answer."""

import pytest
from django.test import Client

HEADERS = ("Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "Referrer-Policy")  # fmt: skip


@pytest.fixture
def closed(broker):
    broker.is_active = False
    broker.save()


@pytest.mark.usefixtures("closed")
def test_the_api_of_a_closed_brokerage_answers_401(client_for, alice):
    response = client_for(alice).get("/api/v1/me/")
    assert response.status_code == 401
    assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.usefixtures("closed")
def test_a_closed_brokerage_ends_its_sessions(client_for, alice):
    client = client_for(alice)
    assert client.get("/board/", headers={"HX-Request": "true"}).headers["HX-Redirect"].startswith("/accounts/login/")
    assert client.get("/board/").headers["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("said", ["203.0.113.9", "198.51.100.1, 203.0.113.9"])
def test_the_address_is_the_one_the_proxy_saw(settings, said):
    settings.BEHIND_PROXY = True
    request = Client().get("/healthz", headers={"X-Forwarded-For": said}).wsgi_request
    assert request.META["REMOTE_ADDR"] == "203.0.113.9"


@pytest.mark.parametrize(("behind", "said"), [(False, "203.0.113.9"), (True, "nonsense"), (True, "")])
def test_a_visitors_word_for_an_address_is_not_taken(settings, behind, said):
    settings.BEHIND_PROXY = behind
    request = Client().get("/healthz", headers={"X-Forwarded-For": said}).wsgi_request
    assert request.META["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize("path", ["/", "/nada/", "/accounts/login/", "/api/v1/nada/", "/api/v1/me/", "/static/js/texts.js", "/static/nada.js", "/admin/", "/healthz"])  # fmt: skip
def test_every_answer_bears_the_headers(db, path):
    response = Client().get(path)
    missing = [name for name in HEADERS if name not in response.headers]
    assert missing == [], response.status_code
