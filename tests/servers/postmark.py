"""Postmark's HTTP interface, as django-anymail uses it."""

import json
from uuid import uuid4

from tests.servers.base import ACCEPTS, HttpServer, Reply

TOKEN = "11111111-2222-3333-4444-555555555555"
MAGIC = {"inactive@example.com": 406, "odd@example.com": 300}


class PostmarkServer(HttpServer):
    """`sent` are the payloads."""

    def __init__(self, **common):
        super().__init__(**common)
        self.sent = []

    async def answer(self, call):
        if call.headers.get("x-postmark-server-token") != TOKEN:
            return refusal(401, 10, "No Account or Server API tokens were supplied")
        if call.path == "/server":
            return Reply(200, {"ID": 1, "Name": "Andes"})
        payload, fault = json.loads(call.body), self.plan.next()
        code = MAGIC.get(payload["To"])
        ref = str(uuid4())
        if fault in ACCEPTS and code:
            return refusal(
                422, code, f"Inactive recipient. Found inactive addresses: {payload['To']}. None of it was sent."
            )
        if fault in ACCEPTS:
            self.sent.append(payload)
            key = payload.get("Metadata", {}).get("attempt", "")
            self.oracle.write(ref=ref, to=payload["To"], body=payload["Subject"], key=key, fault=fault)
        return await self.misbehave(
            fault,
            Reply(200, {"ErrorCode": 0, "Message": "OK", "MessageID": ref, "To": payload["To"], "SubmittedAt": ""}),
            Reply(503, {"ErrorCode": 100, "Message": "Maintenance"}),
            Reply(429, {"ErrorCode": 429, "Message": "Rate limit"}, {"Retry-After": "7"}),
        )


def refusal(status, code, message):
    return Reply(status, {"ErrorCode": code, "Message": message})
