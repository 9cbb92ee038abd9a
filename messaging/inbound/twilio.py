"""What Twilio posts: reports about messages of ours, and what people write to us by WhatsApp."""

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import UUID

from messaging.enums import EventKind, Status
from messaging.inbound.bodies import Unreadable, clean
from messaging.inbound.news import Heard, News, Told
from messaging.letters import Report

_MOST_MEDIA = 10
_REPORTS = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "partially_delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.FAILED,
    "failed": Status.FAILED,
    "canceled": Status.FAILED,
}
"""What Twilio's states mean here: whatever it queues it has taken."""
_SID = re.compile(r"[A-Za-z]{2}[0-9A-Za-z]{8,60}", re.ASCII)
_REFERRAL = "Referral"


def status(fields: Mapping[str, str], attempt: str) -> list[Told]:
    """The event of a status callback; raises Unreadable when it names no message."""
    ref = _ref(fields)
    state = (fields.get("MessageStatus") or fields.get("SmsStatus") or "").lower()[:30]
    return [Told(f"{ref}:{state}", EventKind.STATUS, {**fields, "attempt": clean(attempt[:40])})]


def inbound(fields: Mapping[str, str]) -> list[Told]:
    """The event of an inbound message; raises Unreadable when it has no name."""
    return [Told(_ref(fields), EventKind.INBOUND, fields)]


def news(kind: str, payload: Mapping[str, Any], at: datetime) -> News | None:
    """What an event says; None for states nobody needs."""
    return _report(payload, at) if kind == EventKind.STATUS else _heard(payload, at)


def _ref(fields: Mapping[str, str]) -> str:
    ref = fields.get("MessageSid") or fields.get("SmsMessageSid") or fields.get("SmsSid") or ""
    if not _SID.fullmatch(ref):
        raise Unreadable("no message")
    return ref


def _report(payload: Mapping[str, Any], at: datetime) -> Report | None:
    said = (payload.get("MessageStatus") or payload.get("SmsStatus") or "").lower()
    state = _REPORTS.get(said)
    if state is None:
        return None
    attempt = None
    with suppress(ValueError):
        attempt = UUID(payload.get("attempt", ""))
    code = (payload.get("ErrorCode") or said)[:40] if state == Status.FAILED else ""
    return Report(state, at, attempt=attempt, ref=_ref(payload), code=code)


def _heard(payload: Mapping[str, Any], at: datetime) -> Heard:
    sender = str(payload.get("From", "")).removeprefix("whatsapp:")
    phone = "".join(character for character in payload.get("WaId") or sender if character.isdecimal())
    hidden = payload.get("ExternalUserId", "").removeprefix("whatsapp:")
    if not sender.startswith("+"):  # people may keep their number to themselves
        phone, hidden = "", hidden or sender
    return Heard(
        ref=_ref(payload),
        address=(phone or hidden)[:120],
        at=at,
        text=payload.get("ButtonText") or payload.get("Body") or payload.get("ListTitle") or "",
        name=payload.get("ProfileName", ""),
        phone=f"+{phone}" if phone else "",
        also=(hidden[:120],) if phone and hidden else (),
        attachments=tuple(_attachments(payload)),
        facts=_facts(payload),
        referral={
            name.removeprefix(_REFERRAL): value[:500]
            for name, value in payload.items()
            if name.startswith(_REFERRAL) and value and name != "ReferralNumMedia"
        },
    )


def _attachments(payload: Mapping[str, Any]) -> list[dict[str, str]]:
    number = payload.get("NumMedia") or "0"
    many = min(int(number), _MOST_MEDIA) if number.isdecimal() and len(number) < _MOST_MEDIA else 0
    found = [
        {
            "type": payload.get(f"MediaContentType{place}", "")[:100],
            "url": payload.get(f"MediaUrl{place}", "")[:500],
        }
        for place in range(many)
    ]
    if payload.get("Latitude"):
        place = {"latitude": payload["Latitude"][:20], "longitude": payload.get("Longitude", "")[:20]}
        name = payload.get("Label") or payload.get("Address") or ""
        found.append({"type": "location", "name": name[:200], **place})
    return found


_FACTS = {
    "ButtonPayload": "button",
    "ListId": "option",
    "OriginalRepliedMessageSid": "answers",
    "Forwarded": "forwarded",
    "MessageType": "type",
}


def _facts(payload: Mapping[str, Any]) -> dict[str, str]:
    return {ours: payload[theirs][:200] for theirs, ours in _FACTS.items() if payload.get(theirs)}
