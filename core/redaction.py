"""One redactor for every log line: phones, e-mail addresses, tokens and known personal fields never reach a log."""

import re
from collections.abc import MutableMapping
from typing import Any

_MASK = "[…]"
_PRIVATE_FIELDS = frozenset(
    [
        "name",
        "phone",
        "phone_raw",
        "phone_e164",
        "email",
        "password",
        "token",
        "secret",
        "authorization",
        "cookie",
        "body",
        "content",
        "search",
        "q",
    ]
)
_PATTERNS = (
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"),  # e-mail addresses
    re.compile(r"(?<![\w.-])\+?\d[\d ()-]{7,18}\d(?![\w.-])"),  # phone numbers
    re.compile(r"\bcorr_[A-Za-z0-9_-]{8,}"),  # API tokens
    re.compile(r"(?i)\bbearer\s+\S+"),
    re.compile(r"(?<=DETAIL:)[^\n]*"),  # PostgreSQL shows the row it refuses
    re.compile(r"(?<=/password/reset/key/)[^/\s'\"]+"),
)


def mask(text: str) -> str:
    """The text without what identifies or authorises a person."""
    for pattern in _PATTERNS:
        text = pattern.sub(_MASK, text)
    return text


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:  # noqa: ARG001 -- structlog's signature
    """A structlog processor: mask private fields whole and personal data inside texts."""
    for key, value in event.items():
        if key in _PRIVATE_FIELDS:
            event[key] = _MASK
        elif key == "request":
            event[key] = str(value).partition("?")[0]  # a search may name a person
        elif isinstance(value, str) and key not in {"timestamp", "request_id"}:
            event[key] = mask(value)
    return event
