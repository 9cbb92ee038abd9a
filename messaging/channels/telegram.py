"""Telegram's Bot API: a bot writes to chats that wrote first. Plain text; nobody can be asked about lost answers."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.conf import settings

from core import wire
from messaging.channels import answers
from messaging.letters import Answer, Letter, Outcome, SendClass

UPDATES = ["message", "my_chat_member"]
"""What the bot is told of: what people write, and whether they block it."""
_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{1,100}\Z")
_WORDS = (
    ("bot was blocked", "blocked"),
    ("user is deactivated", "deactivated"),
    ("can't initiate conversation", "not_started"),
    ("bot was kicked", "kicked"),
    ("chat not found", "chat_not_found"),
    ("message is too long", "too_long"),
    ("message text is empty", "empty"),
    ("upgraded to a supergroup", "chat_moved"),
    ("not enough rights", "no_rights"),
    ("unauthorized", "bad_token"),
)


class Telegram:
    """One bot by its token; `webhook_secret` is made here, not typed."""

    send_class = SendClass.BLIND
    fields: Sequence[str] = ("bot_token",)

    def send(self, letter: Letter) -> Answer:
        """One plain text to a chat."""
        text = {"chat_id": letter.to, "text": letter.body, "link_preview_options": {"is_disabled": True}}
        answer, result = _call(letter.credentials, "sendMessage", text)
        if answer.outcome is not Outcome.ACCEPTED:
            return answer
        number, chat = result.get("message_id"), result.get("chat")
        if not isinstance(number, int) or not isinstance(chat, dict) or "id" not in chat:
            return answers.unknown("garbage", status=answer.status)
        return answers.accepted(f"{chat['id']}/{number}", status=answer.status)

    def look_up(self, letter: Letter, *, begun_at: datetime) -> Answer:
        """Telegram shows a bot nothing of what it sent."""
        return answers.unknown("blind")

    def check(self, sender: str, credentials: Mapping[str, str]) -> Answer:
        """Ask the bot's own name."""
        answer, result = _call(credentials, "getMe", {})
        if answer.outcome is not Outcome.ACCEPTED:
            return answer
        return answers.accepted(f"@{result['username']}") if result.get("username") else answers.unknown("garbage")

    def listen(self, credentials: Mapping[str, str], url: str, secret: str) -> Answer:
        """Have what people write posted to an address, with the secret in a header."""
        wanted = {"url": url, "secret_token": secret, "allowed_updates": UPDATES}
        return _call(credentials, "setWebhook", wanted)[0]

    def stop_listening(self, credentials: Mapping[str, str]) -> Answer:
        """Have nothing posted any more."""
        return _call(credentials, "deleteWebhook", {})[0]


channel = Telegram()


def _call(credentials: Mapping[str, str], method: str, wanted: Mapping[str, Any]) -> tuple[Answer, dict[str, Any]]:
    """Ask one method; the answer, and what was returned where it is a success."""
    token = credentials.get("bot_token", "")
    if not _TOKEN.match(token):
        return Answer(Outcome.REJECTED, code="bad_token"), {}
    url = f"{settings.TELEGRAM_BASE_URL}/bot{token}/{method}"
    body = json.dumps(wanted, ensure_ascii=False).encode("utf-8", "replace")
    try:
        reply = wire.request("POST", url, body, {"Content-Type": "application/json"}, patience=answers.PATIENCE)
    except Exception as error:  # noqa: BLE001 -- whatever a provider provokes is its answer
        return answers.broken(error), {}
    return _read(reply)


def _read(reply: wire.Reply) -> tuple[Answer, dict[str, Any]]:
    try:
        said = json.loads(reply.body)
    except (ValueError, RecursionError):
        said = None
    said = said if isinstance(said, dict) else {}
    is_good = HTTPStatus.OK <= reply.status < HTTPStatus.MULTIPLE_CHOICES
    if not is_good:
        return _refused(reply, said), {}
    if said.get("ok") is not True:
        return answers.unknown("garbage", status=reply.status), {}
    result = said.get("result")
    return answers.accepted("", status=reply.status), result if isinstance(result, dict) else {}


def _refused(reply: wire.Reply, said: Mapping[str, Any]) -> Answer:
    description = str(said.get("description") or "")
    asked = said.get("parameters")
    wait = answers.capped(asked.get("retry_after")) if isinstance(asked, dict) else None
    code = next((code for words, code in _WORDS if words in description.lower()), str(reply.status))
    if reply.status == HTTPStatus.NOT_FOUND:  # no such bot
        code = "bad_token"
    return answers.refused(reply.status, code, description, wait=wait or answers.retry_after(reply.headers))
