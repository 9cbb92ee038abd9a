import json

import pytest
from django.test import Client

SCHEMA, PAGE = "/api/v1/schema/", "/api/v1/docs/"


@pytest.fixture
def document(as_alice):
    return json.loads(as_alice.get(SCHEMA).content)


def test_document_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert {scheme["type"] for scheme in document["components"]["securitySchemes"].values()} == {"http", "apiKey"}


def test_every_operation_is_named_tagged_and_tells_its_problems(document):
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            place = (method, path)
            assert operation["tags"], place
            assert operation["operationId"], place
            assert operation["summary"], place
            assert {"401", "403", "429"} <= operation["responses"].keys(), place
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"], (*place, status)
            if "requestBody" in operation:
                assert {"400", "413", "415"} <= operation["responses"].keys(), place


def test_document_holds_no_path_of_pages(document):
    assert all(path.startswith("/api/v1/") for path in document["paths"])


def test_document_and_page_are_for_people_who_are_signed_in(nobody, problem, db):
    problem(nobody.get(SCHEMA), 401)
    assert Client().get(PAGE).headers["Location"].startswith("/accounts/login/")


def test_platform_staff_may_read_the_document(db, make_user):
    client = Client()
    staff = make_user("root@plataforma.cl", None, is_staff=True)
    client.force_login(staff, backend="accounts.backends.SignIn")
    assert client.get(SCHEMA).status_code == 200


def test_page_has_a_policy_of_its_own(client_for, alice):
    response = client_for(alice).get(PAGE)
    policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "default-src 'none'" in policy
    assert b"<script>" not in response.content
