"""What e-mail providers post, read by django-anymail: what became of messages of ours, and what people answer."""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from anymail.signals import EventType, RejectReason
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.module_loading import import_string

from messaging.enums import EventKind, Status
from messaging.inbound.bodies import Unreadable, clean
from messaging.inbound.news import Complaint, Heard, News, Returned, Told
from messaging.letters import Report

LARGEST = 25 * 1024 * 1024
"""Bytes: providers post whole e-mails with what is attached to them."""
_MOST_ATTACHMENTS = 20
_LONGEST = 20_000
_VIEWS = {
    "postmark": "anymail.webhooks.postmark.Postmark",
    "mailgun": "anymail.webhooks.mailgun.Mailgun",
    "brevo": "anymail.webhooks.brevo.Brevo",
    "sendgrid": "anymail.webhooks.sendgrid.SendGrid",
}
_NOWHERE = {EventType.BOUNCED, EventType.REJECTED}
_NO_MAILBOX = {RejectReason.BOUNCED, RejectReason.INVALID}
_STATES = {
    EventType.QUEUED: Status.SENT,
    EventType.SENT: Status.SENT,
    EventType.DELIVERED: Status.DELIVERED,
    EventType.BOUNCED: Status.FAILED,
    EventType.REJECTED: Status.FAILED,
    EventType.FAILED: Status.FAILED,
}
"""Opened is not among them: mail programs open everything by themselves."""
_QUOTED = re.compile(
    r"^\s*(?:>|-{2,}\s*(?:original|mensaje|mensagem)|(?:on|el|em)\b.{4,200}\b(?:wrote|escribi[oó]|escreveu)\s*:|"
    r"(?:from|de|von)\s*:\s.*@)",
    re.IGNORECASE,
)


def told(request: HttpRequest, body: bytes, esp: str) -> list[Told]:
    """The events of a post; raises Unreadable for what anymail cannot make sense of."""
    if esp not in _VIEWS:
        raise Unreadable("no provider")
    is_letter = _is_letter(request, body, esp)
    view = import_string(_VIEWS[esp] + ("InboundWebhookView" if is_letter else "TrackingWebhookView"))
    reader = view.__new__(view)  # what its __init__ asks for are keys of one installation; doors.py has checked ours
    reader.request = request
    try:
        events = reader.parse_events(request)
        found = [_letter(event) if is_letter else _tracked(event) for event in events]
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("not understood") from error
    return [one for one in found if one is not None]


def news(kind: str, payload: Mapping[str, Any], at: datetime) -> News | None:
    """What an event says."""
    if kind == EventKind.INBOUND:
        return Heard(at=at, **{**payload, "attachments": tuple(payload["attachments"])})
    return _news_of(payload, at)


def without_quotes(text: str) -> str:
    """What somebody wrote themselves, above what they answer to."""
    lines = text.replace("\r\n", "\n").split("\n")
    end = next((number for number, line in enumerate(lines) if number and _QUOTED.match(line)), len(lines))
    return "\n".join(lines[:end]).strip()


def _is_letter(request: HttpRequest, body: bytes, esp: str) -> bool:
    """Whether somebody's e-mail is in it, and no report."""
    if esp in {"mailgun", "sendgrid"}:
        return request.content_type != "application/json"
    return (b'"FromFull"' in body and b'"RecordType"' not in body) if esp == "postmark" else b'"items"' in body


def _tracked(event: Any) -> Told | None:  # noqa: ANN401 -- anymail has no types
    recipient = str(event.recipient or "")[:254]
    name = "|".join([event.event_type, str(event.event_id or ""), str(event.message_id or ""), recipient])
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    payload = {
        "type": event.event_type,
        "reason": event.reject_reason or "",
        "soft": _is_soft(event.esp_event),
        "recipient": recipient,
        "ref": str(event.message_id or "")[:200],
        "attempt": str(metadata.get("attempt") or "")[:40],
    }
    return Told(sha256(name.encode("utf-8", "replace")).hexdigest(), EventKind.STATUS, clean(payload))


def _is_soft(raw: Any) -> bool:  # noqa: ANN401 -- the provider's own document
    """A full mailbox today is none tomorrow; anymail tells it from a wrong one only sometimes."""
    said = [raw.get(name) for name in ("Type", "event", "type")] if isinstance(raw, Mapping) else []
    return any("soft" in str(word).lower() or str(word).lower() == "blocked" for word in said)


def _news_of(payload: Mapping[str, Any], at: datetime) -> News | None:
    kind, reason, address = payload["type"], payload["reason"], payload["recipient"]
    attempt = None
    with suppress(ValueError):
        attempt = UUID(payload["attempt"])
    state = _STATES.get(kind)
    code = (f"{kind}_{reason}" if reason and reason != kind else kind) if state == Status.FAILED else ""
    report = Report(state, at, attempt=attempt, ref=payload["ref"], code=code[:40]) if state else None
    if kind == EventType.COMPLAINED or reason == RejectReason.SPAM:
        return Returned(address, Complaint.SPAM, report=report)
    if kind == EventType.UNSUBSCRIBED or reason == RejectReason.UNSUBSCRIBED:
        return Returned(address, Complaint.UNSUBSCRIBED, report=report)
    if kind in _NOWHERE and reason in _NO_MAILBOX and not payload["soft"]:
        return Returned(address, Complaint.BOUNCED, report=report)
    return report


def _letter(event: Any) -> Told | None:  # noqa: ANN401 -- the same
    """Somebody's e-mail, without what it answers to; what a machine answered is nobody's."""
    message = event.message
    sender = message.from_email
    ref = str(message.get("Message-ID") or event.event_id or "").strip()
    if sender is None or isinstance(sender, list) or not ref:
        return None
    if str(message.get("Auto-Submitted") or "no").lower() != "no" or message.get("List-Id"):
        return None
    written = message.stripped_text or without_quotes(str(message.text or strip_tags(str(message.html or ""))))
    payload = {
        "ref": ref[:200],
        "address": sender.addr_spec.lower()[:120],
        "email": sender.addr_spec.lower()[:254],
        "name": str(sender.display_name or "")[:160],
        "subject": str(message.subject or "")[:200],
        "text": str(written)[:_LONGEST],
        "attachments": _attachments(message.attachments),
        "facts": {"answers": str(message.get("In-Reply-To") or "")[:200]},
    }
    return Told(sha256(f"in|{ref}".encode("utf-8", "replace")).hexdigest(), EventKind.INBOUND, clean(payload))


def _attachments(parts: Iterable[Any]) -> list[dict[str, str]]:
    return [
        {"type": str(part.get_content_type())[:100], "name": str(part.get_filename() or "")[:200]}
        for part in list(parts)[:_MOST_ATTACHMENTS]
    ]
