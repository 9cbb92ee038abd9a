"""`next` never leads out of the site, whatever it is made of."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from tests.conftest import PASSWORD

PAYLOADS = [
    "https://evil.example/", "http://evil.example", "//evil.example", "///evil.example", "////evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "\t//evil.example",
    " //evil.example", "%09//evil.example", "https:evil.example", "https:/evil.example", "http:///evil.example",
    "HTTPS://EVIL.EXAMPLE", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "ftp://evil.example", "https://testserver@evil.example/",
    "https://testserver.evil.example/", "https://evil.example#testserver", "https://evil.example?testserver",
    "//testserver@evil.example", "https://evil。example/", "//evil%E3%80%82example", "\x00//evil.example",
    "https://127.0.0.1:8000/x", "mailto:a@evil.example", "/\x0b/evil.example", "http:\\\\evil.example",
]  # fmt: skip


def leads_inside(location):
    """As a browser reads it: no tabs or line ends, backslashes are slashes."""
    read = re.sub(r"[\t\r\n]", "", location).strip("\x00\x0b ").replace("\\", "/")
    return urlsplit(urljoin("http://here/accounts/login/", read))[:2] == ("http", "here")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_login_stays_inside(alice, payload):
    response = Client().post("/accounts/login/", {"login": alice.email, "password": PASSWORD, "next": payload})
    assert response.status_code == 302
    assert leads_inside(response["Location"]), response["Location"]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_logout_and_language_stay_inside(client_for, alice, payload):
    client = client_for(alice)
    for path, data in (("/i18n/language/", {"language": "en"}), ("/accounts/logout/", {})):
        response = client.post(path, {**data, "next": payload})
        assert leads_inside(response["Location"]), (path, response["Location"])


def test_login_goes_where_it_was_asked_to_inside(alice):
    data = {"login": alice.email, "password": PASSWORD, "next": "/team/?x=1"}
    assert Client().post("/accounts/login/", data)["Location"] == "/team/?x=1"
