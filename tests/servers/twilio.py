"""Twilio's REST interface for messages, with signed status callbacks."""

import asyncio
import base64
import hashlib
import hmac
import random
import re
import time
from collections import defaultdict
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from tests.servers import base
from tests.servers.base import ACCEPTS, HttpServer, Reply

SID, TOKEN = "AC" + "0" * 32, "un-token-de-prueba"
MAGIC = {
    "+15005550001": 21211,  # Twilio's own test numbers
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
    "+15005551610": 21610,
}
REFUSED, FAILING = re.compile(r"\+15006(\d{6})\Z"), re.compile(r"\+15007(\d{6})\Z")
"""+15006 and six digits: refused with that code. +15007: taken, and reported failed with it."""
FORM = "application/x-www-form-urlencoded"


class TwilioServer(HttpServer):
    """`duplicate`, `reorder`, `lose`: the shares of callbacks that come twice, the wrong way round, never."""

    def __init__(
        self, *, sid=SID, token=TOKEN, states=("sent", "delivered"), duplicate=0.0, reorder=0.0, lose=0.0, lag=0.0,
        pause=0.02, **common,
    ):  # fmt: skip
        super().__init__(**common)
        self.sid, self.token, self.states, self.pause, self.lag = sid, token, states, pause, lag
        self.duplicate, self.reorder, self.lose = duplicate, reorder, lose
        self.random = random.Random(common.get("seed", 0) + 1)
        self.messages, self.calls, self.told, self._jobs = defaultdict(list), [], [], set()  # messages by recipient

    async def answer(self, call):
        self.calls.append(call)
        del self.calls[:-1000]
        expected = "Basic " + base64.b64encode(f"{self.sid}:{self.token}".encode()).decode()
        if call.headers.get("authorization") != expected:
            return Reply(401, error(401, 20003, "Authenticate"))
        if call.path == f"/2010-04-01/Accounts/{self.sid}.json":
            return Reply(200, {"sid": self.sid, "friendly_name": "Andes Propiedades", "status": "active"})
        if call.path != f"/2010-04-01/Accounts/{self.sid}/Messages.json":
            return Reply(404, error(404, 20404, "Not found"))
        return self._list(call) if call.method == "GET" else await self._create(call)

    async def _create(self, call):
        form, fault = call.form, self.plan.next()
        to = form.get("To", "").removeprefix("whatsapp:")
        refused = REFUSED.match(to)
        code = MAGIC.get(to) or (int(refused[1]) if refused else None)
        if to == "+15005550429":
            fault = "429"
        if fault in ACCEPTS and code:
            return Reply(400, error(400, code, "Refused as asked"))
        if fault in ACCEPTS and not (form.get("Body") or form.get("ContentSid")):
            return Reply(400, error(400, 21602, "Message body is required"))
        made = self._accept(form, fault) if fault in ACCEPTS else {}
        return await self.misbehave(
            fault,
            Reply(201, made),
            Reply(503, error(503, 20503, "Service unavailable")),
            Reply(429, error(429, 20429, "Too many requests"), {"Retry-After": "1"}),
        )

    def _accept(self, form, fault):
        made = self._message(form)
        callback = form.get("StatusCallback", "").partition("#")[0]
        key = parse_qs(urlsplit(callback).query).get("a", [""])[-1]
        self.oracle.write(ref=made["sid"], to=form["To"], body=made["body"], key=key, fault=fault)
        self.messages[made["to"]].append((time.time(), made))
        if callback:
            job = self.loop.create_task(self._report(made, callback))
            self._jobs.add(job)
            job.add_done_callback(self._jobs.discard)
        return made

    def _message(self, form):
        body, now = form.get("Body", ""), format_datetime(datetime.now(UTC))
        if form.get("ContentSid"):
            body = f"{form['ContentSid']} {form.get('ContentVariables', '')}".strip()
        return {
            "sid": "SM" + uuid4().hex, "account_sid": self.sid, "api_version": "2010-04-01", "body": body,
            "from": form.get("From"), "to": form.get("To"), "status": "queued", "direction": "outbound-api",
            "date_created": now, "date_updated": now, "date_sent": None, "num_media": "0", "num_segments": "1",
            "error_code": None, "error_message": None, "price": None, "price_unit": "USD",
        }  # fmt: skip

    def _list(self, call):
        size, page = int(call.query.get("PageSize", 50)), int(call.query.get("Page", 0))
        found = [
            made
            for at, made in reversed(self.messages[call.query.get("To")])
            if at <= time.time() - self.lag and call.query.get("From") in {None, made["from"]}
        ]
        shown = found[page * size : (page + 1) * size]
        is_more = len(found) > (page + 1) * size
        following = f"{call.path}?{urlencode({**call.query, 'Page': page + 1})}" if is_more else None
        return Reply(200, {"messages": shown, "page": page, "page_size": size, "next_page_uri": following, "uri": ""})

    async def _report(self, made, url):
        failing = FAILING.match(made["to"].removeprefix("whatsapp:"))
        states = ["failed"] if failing else list(self.states)
        if self.random.random() < self.reorder:
            states.reverse()
        for state in states:
            times = 0 if self.random.random() < self.lose else 2 if self.random.random() < self.duplicate else 1
            for _ in range(times):
                await asyncio.sleep(self.pause)
                await self.tell(made, url, state, failing[1].lstrip("0") if failing else "")

    async def tell(self, made, url, state, code=""):
        """One status callback, tried up to four times as `#rc=3` asks."""
        form = {
            "MessageSid": made["sid"], "MessageStatus": state, "SmsSid": made["sid"], "SmsStatus": state,
            "To": made["to"], "From": made["from"], "AccountSid": self.sid, "ApiVersion": "2010-04-01",
        }  # fmt: skip
        if code:
            form["ErrorCode"] = code
        token = uuid4().hex
        for attempt in range(4):
            status = await self.send(url, form, token)
            self.told.append((made["sid"], state, status))
            if status is not None and status < 500:
                return
            await asyncio.sleep(0.2 * 2**attempt)

    async def send(self, url, form, token=""):
        """One signed POST, as Twilio makes them; also what the inbound hook gets."""
        headers = {
            "Content-Type": FORM,
            "X-Twilio-Signature": signature(self.token, url, form),
            "I-Twilio-Idempotency-Token": token or uuid4().hex,
        }
        return await base.post(url, urlencode(form).encode(), headers)

    def write_from_lead(self, url, form):
        """A WhatsApp of a person, posted from any thread; the status our hook answered."""
        return asyncio.run_coroutine_threadsafe(self.send(url, form), self.loop).result(15)


def signature(token, url, form):
    """X-Twilio-Signature, written from its description and not by the SDK."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def error(status, code, message):
    return {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


def main():
    parser = base.arguments(__doc__)
    parser.add_argument("--sid", default=SID)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--states", default="sent,delivered", help="callbacks, comma separated; empty for none")
    for name in ("duplicate", "reorder", "lose", "lag"):
        parser.add_argument(f"--{name}", type=float, default=0.0)
    options = parser.parse_args()
    own = {name: getattr(options, name) for name in ("sid", "token", "duplicate", "reorder", "lose", "lag")}
    states = tuple(filter(None, options.states.split(",")))
    base.serve(TwilioServer(states=states, **own, **base.common(options)))


if __name__ == "__main__":
    main()
