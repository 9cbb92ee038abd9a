"""What Telegram posts: what people write to the bot, and that they shut it out or let it in again."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from messaging.enums import EventKind
from messaging.identities import digest_of
from messaging.inbound.bodies import Unreadable
from messaging.inbound.news import Door, Heard, News, Told

_START = re.compile(r"/start(?:@\w+)?(?:\s+(?P<token>[A-Za-z0-9_-]{1,64}))?\s*", re.ASCII)
_MEDIA = ("audio", "document", "photo", "sticker", "video", "video_note", "voice", "animation")
_GONE = {"kicked", "left"}


def told(update: Mapping[str, Any]) -> list[Told]:
    """The event of an update, named by its number; raises Unreadable when it has none.

    The token of a link that binds a chat is a secret: its digest is kept in its place.
    """
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool):
        raise Unreadable("no update")
    kept, kind = dict(update), EventKind.OTHER
    if isinstance(message := update.get("message"), dict):
        kind = EventKind.INBOUND
        found = _START.fullmatch(_text(message))
        if found and found["token"]:
            kept["message"] = {**message, "text": "/start"}
            kept["link"] = digest_of(found["token"])
    return [Told(str(number)[:40], kind, kept)]


def news(kind: str, payload: Mapping[str, Any], at: datetime) -> News | None:
    """What an update says; None for groups, channels, bots, and whatever else there is."""
    if kind == EventKind.INBOUND:
        return _heard(payload["message"], str(payload.get("link", "")), at)
    change = payload.get("my_chat_member")
    if not isinstance(change, dict) or not _is_private(change):
        return None
    became = change.get("new_chat_member")
    state = became.get("status") if isinstance(became, dict) else None
    return Door(_chat(change), is_open=state not in _GONE) if isinstance(state, str) else None


def _heard(message: Mapping[str, Any], link: str, at: datetime) -> Heard | None:
    sender, number = message.get("from"), message.get("message_id")
    if not _is_private(message) or not isinstance(sender, dict) or sender.get("is_bot") or not isinstance(number, int):
        return None
    chat = _chat(message)
    name = " ".join(str(sender.get(part) or "") for part in ("first_name", "last_name"))
    return Heard(
        ref=f"{chat}/{number}",
        address=chat,
        at=_moment(message.get("date"), at),
        text=_text(message) or str(message.get("caption") or ""),
        name=name.strip(),
        phone=_own_number(message, sender),
        language=str(sender.get("language_code") or "")[:2],
        attachments=tuple(_attachments(message)),
        link=link,
    )


def _is_private(part: Mapping[str, Any]) -> bool:
    chat = part.get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private" and isinstance(chat.get("id"), int)


def _chat(part: Mapping[str, Any]) -> str:
    return str(part["chat"]["id"])[:120]


def _text(message: Mapping[str, Any]) -> str:
    text = message.get("text")
    return text if isinstance(text, str) else ""


def _moment(told_at: object, at: datetime) -> datetime:
    """When it was written, as Telegram says; never later than it came."""
    if not isinstance(told_at, int) or not 0 < told_at < at.timestamp():
        return at
    return datetime.fromtimestamp(told_at, UTC)


def _own_number(message: Mapping[str, Any], sender: Mapping[str, Any]) -> str:
    """The number of somebody who shares their own contact; another's is no proof of anything."""
    contact = message.get("contact")
    if not isinstance(contact, dict) or contact.get("user_id") != sender.get("id"):
        return ""
    digits = re.sub(r"[^0-9]", "", str(contact.get("phone_number") or ""))[:20]
    return f"+{digits}" if digits else ""


def _attachments(message: Mapping[str, Any]) -> list[dict[str, str]]:
    found = []
    for kind in _MEDIA:
        part = message.get(kind)
        part = part[-1] if isinstance(part, list) and part else part
        if isinstance(part, dict):
            known = {"type": str(part.get("mime_type") or kind), "name": str(part.get("file_name") or "")}
            found.append({**{key: text[:200] for key, text in known.items()}, "id": str(part.get("file_id"))[:200]})
    place = message.get("location")
    if isinstance(place, dict):
        found.append({"type": "location", **{key: str(place.get(key))[:20] for key in ("latitude", "longitude")}})
    return found
