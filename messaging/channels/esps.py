"""Providers of e-mail that speak plain HTTP and report by webhook.

Amazon SES goes by SMTP: its library would outweigh all others here. SendGrid too: anymail no longer supports it.
"""

import base64
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Esp:
    """How anymail is told the key of a provider, and where one may ask whether it works."""

    label: str
    backend: str
    key: str
    asks: str
    signs: Callable[[str], dict[str, str]]
    needs_domain: bool = False


def _basic(key: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"api:{key}".encode()).decode()}


ESPS = {
    "postmark": Esp(
        "Postmark",
        "anymail.backends.postmark.EmailBackend",
        "server_token",
        "https://api.postmarkapp.com/server",
        lambda key: {"X-Postmark-Server-Token": key},
    ),
    "mailgun": Esp(
        "Mailgun",
        "anymail.backends.mailgun.EmailBackend",
        "api_key",
        "https://api.mailgun.net/v3/domains/{domain}",
        _basic,
        needs_domain=True,
    ),
    "brevo": Esp(
        "Brevo",
        "anymail.backends.brevo.EmailBackend",
        "api_key",
        "https://api.brevo.com/v3/account",
        lambda key: {"api-key": key},
    ),
}
