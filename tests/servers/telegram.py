"""Telegram's Bot API: getMe, the webhook, sendMessage; and updates pushed to the webhook with its secret."""

import asyncio
import json
import re
from uuid import uuid4

from tests.servers import base
from tests.servers.base import ACCEPTS, HttpServer, Reply

TOKEN = "123456789:AAprueba-prueba-prueba-prueba-prueba"
MAGIC = {
    "4030001": (403, "Forbidden: bot was blocked by the user"),
    "4030002": (403, "Forbidden: user is deactivated"),
    "4030003": (403, "Forbidden: bot can't initiate conversation with a user"),
    "4030004": (403, "Forbidden: bot was kicked from the group chat"),
    "4000001": (400, "Bad Request: chat not found"),
    "4000002": (400, "Bad Request: group chat was upgraded to a supergroup chat"),
    "4000003": (400, "Bad Request: not enough rights to send text messages to the chat"),
    "4000004": (400, "Bad Request: something nobody has heard of"),
}
MOST = 4096


class TelegramServer(HttpServer):
    """One bot; `webhook` is what setWebhook was told."""

    def __init__(self, *, token=TOKEN, retry_after=1, **common):
        super().__init__(**common)
        self.token, self.retry_after, self.webhook, self.number, self.update = token, retry_after, {}, 0, 1000
        self.calls = []

    async def answer(self, call):
        self.calls.append(call)
        del self.calls[:-1000]
        found = re.fullmatch(r"/bot([^/]+)/(\w+)", call.path)
        if call.path == "/_push":
            status = await self.push(json.loads(call.body))
            return Reply(200, {"status": status})
        if not found:
            return refusal(404, "Not Found")
        if found[1] != self.token:
            return refusal(401, "Unauthorized")
        wanted = json.loads(call.body or b"{}")
        if found[2] == "sendMessage":
            return await self._send(wanted)
        return self._manage(found[2], wanted)

    def _manage(self, method, wanted):
        if method == "getMe":
            return Reply(200, {"ok": True, "result": {"id": 123456789, "is_bot": True, "username": "andes_bot"}})
        if method not in {"setWebhook", "deleteWebhook"}:
            return refusal(404, "Not Found")
        self.webhook = wanted if method == "setWebhook" else {}
        return Reply(200, {"ok": True, "result": True, "description": "Webhook was set"})

    async def _send(self, wanted):
        fault, chat, text = self.plan.next(), str(wanted.get("chat_id", "")), wanted.get("text", "")
        if fault in ACCEPTS:
            if chat in MAGIC:
                return refusal(*MAGIC[chat])
            if not text.strip():
                return refusal(400, "Bad Request: message text is empty")
            if len(text) > MOST:
                return refusal(400, "Bad Request: message is too long")
            self.number += 1
            self.oracle.write(ref=f"{chat}/{self.number}", to=chat, body=text, key="", fault=fault)
        result = {"message_id": self.number, "chat": {"id": int(chat), "type": "private"}, "date": 0, "text": text}
        wait = {"parameters": {"retry_after": self.retry_after}}
        return await self.misbehave(
            fault,
            Reply(200, {"ok": True, "result": result}),
            refusal(503, "Service Unavailable"),
            refusal(429, f"Too Many Requests: retry after {self.retry_after}", **wait),
        )

    async def push(self, update):
        """Post one update to the webhook; the status it answered."""
        self.update += 1
        body = json.dumps({"update_id": self.update, **update}).encode()
        headers = {"Content-Type": "application/json"}
        if self.webhook.get("secret_token"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = self.webhook["secret_token"]
        return await base.post(self.webhook.get("url", ""), body, headers)

    def write_from_lead(self, chat, text, name="Camila"):
        """A message of a person, pushed from any thread; the status our hook answered."""
        person = {"id": chat, "is_bot": False, "first_name": name}
        message = {"message_id": uuid4().int % 10**9, "from": person, "date": 0, "text": text}
        message["chat"] = {"id": chat, "type": "private", "first_name": name}
        return asyncio.run_coroutine_threadsafe(self.push({"message": message}), self.loop).result(15)


def refusal(status, description, **more):
    return Reply(status, {"ok": False, "error_code": status, "description": description, **more})


def main():
    parser = base.arguments(__doc__)
    parser.add_argument("--token", default=TOKEN)
    options = parser.parse_args()
    base.serve(TelegramServer(token=options.token, **base.common(options)))


if __name__ == "__main__":
    main()
