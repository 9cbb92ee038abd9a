import json
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from accounts import tokens

LEADS = "/api/v1/leads/"


class Api:
    """A program that speaks JSON to the API, with a token or with nothing."""

    def __init__(self, secret=""):
        self.client = Client(raise_request_exception=False)
        self.headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def __call__(self, method, path, body=None, *, raw=None, content_type="application/json", **headers):
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        return self.client.generic(
            method, path, content, content_type=content_type, headers={**self.headers, **headers}
        )

    def get(self, path, **headers):
        return self("GET", path, **headers)

    def post(self, path, body=None, **headers):
        return self("POST", path, body, **headers)

    def put(self, path, body=None, **headers):
        return self("PUT", path, body, **headers)

    def patch(self, path, body=None, **headers):
        return self("PATCH", path, body, **headers)


@pytest.fixture
def api_for():
    """`api_for(user, scope="read")`: the API with a new token of that person."""

    def connect(user, scope="write", days=30):
        _token, secret = tokens.issue(
            user=user, name="Planilla", scope=scope, expires_at=timezone.now() + timedelta(days=days)
        )
        return Api(secret)

    return connect


@pytest.fixture
def nobody():
    return Api()


@pytest.fixture
def as_alice(api_for, alice):
    return api_for(alice)


@pytest.fixture
def as_bob(api_for, bob):
    return api_for(bob)


@pytest.fixture
def as_charlie(api_for, charlie):
    return api_for(charlie)


@pytest.fixture
def problem():
    """Checks that a response is a problem of a status; returns its body."""

    def check(response, status, kind=None):
        assert response.status_code == status, response.content
        assert response.headers["Content-Type"] == "application/problem+json"
        body = response.json()
        assert {"type", "title", "status", "detail", "errors"} <= body.keys()
        assert body["status"] == status
        assert body["detail"]
        assert isinstance(body["errors"], dict)
        if kind:
            assert body["type"] == f"urn:corredor:problem:{kind}"
        return body

    return check


def address(lead, *rest):
    public_id = lead if isinstance(lead, (str, UUID)) else lead.public_id
    return "/".join([f"{LEADS}{public_id}", *rest, ""])
