"""WhatsApp through Twilio: its own SDK over core.wire, which alone knows whether a request left.

A lost answer is looked up: Twilio lists what an account sent to whom. The list's own date filter is not used: it goes
by the day of sending, and what is still queued there has none.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from twilio.base.exceptions import TwilioException
from twilio.rest import Client

from crm.enums import Channel
from messaging.channels import answers
from messaging.channels.twilio_wire import Wire
from messaging.letters import Answer, Letter, Outcome, SendClass

RETRIES = "#rc=3&rp=all"
"""Asks Twilio to repeat a report that did not arrive; a fragment, which it does not sign."""
_BEFORE, _AFTER = timedelta(seconds=5), timedelta(minutes=15)
_LOOKED_AT = 200
_SID = re.compile(r"(?:SM|MM)[0-9a-fA-F]{32}\Z")


class Twilio:
    """One account: its SID and token, and a sender that WhatsApp knows."""

    send_class = SendClass.LOOKUP
    fields: Sequence[str] = ("account_sid", "auth_token")

    def send(self, letter: Letter) -> Answer:
        """Create a message; an approved template goes by its content alone."""

        def create(client: Client) -> Answer:
            made = client.messages.create(
                to=_address(letter, letter.to),
                from_=_address(letter, letter.sender),
                status_callback=letter.callback + RETRIES if letter.callback else None,
                **_content(letter),
            )
            if not _SID.match(str(made.sid)):
                return answers.unknown("garbage", status=HTTPStatus.CREATED)
            return answers.accepted(made.sid, status=HTTPStatus.CREATED)

        return _ask(letter.credentials, create)

    def look_up(self, letter: Letter, *, begun_at: datetime) -> Answer:
        """The message to this lead, from this sender, of this text, made when the try was; the first of several."""

        def search(client: Client) -> Answer:
            seen, found = 0, ""
            to, sender = _address(letter, letter.to), _address(letter, letter.sender)
            for message in client.messages.stream(to=to, from_=sender, limit=_LOOKED_AT, page_size=50):
                created = message.date_created
                if created is None:
                    return answers.unknown("garbage")
                created = created if created.tzinfo else created.replace(tzinfo=UTC)
                if created < begun_at - _BEFORE:  # the newest come first
                    break
                if created <= begun_at + _AFTER and message.sid not in letter.taken and _is(message, letter):
                    found = str(message.sid)
                seen += 1
            if found:
                return answers.accepted(found)
            return answers.unknown("too_many") if seen >= _LOOKED_AT else Answer(Outcome.NOT_SENT, code="absent")

        found = _ask(letter.credentials, search)
        if found.outcome is Outcome.ACCEPTED or found.code == "absent":
            return found
        # A question that could not be asked says nothing about the message.
        return Answer(Outcome.UNKNOWN, code=found.code, detail=found.detail, status=found.status)

    def check(self, sender: str, credentials: Mapping[str, str]) -> Answer:
        """Read the account's own name."""

        def read(client: Client) -> Answer:
            account = client.api.v2010.accounts(credentials.get("account_sid") or "-").fetch()
            if account.status != "active":
                return Answer(Outcome.REJECTED, code="account_inactive")
            return answers.accepted(account.friendly_name or account.sid)

        return _ask(credentials, read)


channel = Twilio()


def _ask(credentials: Mapping[str, str], question: Callable[[Client], Answer]) -> Answer:
    wire = Wire(answers.PATIENCE)
    client = Client(
        credentials.get("account_sid") or "-",
        credentials.get("auth_token") or "-",
        http_client=wire,
        environment={"": ""},  # not the process's own: a region named there would change the host
    )
    try:
        return question(client)
    except TwilioException as error:
        return _refused(error, wire)
    except Exception as error:  # noqa: BLE001 -- whatever a provider provokes is its answer
        if wire.last is None:
            return answers.broken(error)
        return answers.unknown("garbage", status=wire.last.status)


def _refused(error: TwilioException, wire: Wire) -> Answer:
    """What the SDK raised of an answer: a REST error, its newer kind, or a page it cannot read."""
    if wire.last is None:
        return answers.unknown("broken")
    status, wait = wire.last.status, answers.retry_after(wire.last.headers)
    detail = getattr(error, "msg", "") or getattr(error, "detail", "")
    return answers.refused(status, getattr(error, "code", None) or status, detail, wait=wait)


def _content(letter: Letter) -> dict[str, Any]:
    if not letter.content_sid:
        return {"body": letter.body}
    variables = {str(name): str(value) for name, value in letter.content_variables.items()}
    return {
        "content_sid": letter.content_sid,
        "content_variables": json.dumps(variables, ensure_ascii=False) if variables else None,
    }


def _address(letter: Letter, number: str) -> str:
    return f"whatsapp:{number}" if letter.channel == Channel.WHATSAPP else number


def _is(message: Any, letter: Letter) -> bool:  # noqa: ANN401 -- the SDK's own instance
    """Whether it is this text; of an approved template only Twilio knows the words."""
    if str(message.direction).startswith("inbound"):
        return False
    return bool(letter.content_sid) or " ".join((message.body or "").split()) == " ".join(letter.body.split())
