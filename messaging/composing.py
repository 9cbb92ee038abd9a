"""Writing to a lead by hand: which channel, what the gate says to it, and one message for one press of the button."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from crm import leads
from crm.enums import Channel, ConsentPurpose
from crm.models import Lead
from messaging import accounts, outbox, unsubscribing
from messaging.drafts import Draft
from messaging.enums import Direction
from messaging.gate.asking import WRITABLE, Question, ask
from messaging.gate.verdict import Check, Ruling, Verdict
from messaging.models import ChannelAccount, Message
from messaging.telling import tell
from templates_app import library, rendering
from templates_app.models import Template, TemplateVersion
from templates_app.rendering import Rendered

LONGEST = 4_000
LONGEST_SUBJECT = 200
_MOST_TEMPLATES = 50
_OUT = "unsubscribe_link"
_SENSIBLE_FOR = timedelta(days=3)


class Unfilled(Exception):
    """The template lacks something of this lead; `rendered` says what."""

    def __init__(self, rendered: Rendered) -> None:
        super().__init__(", ".join(rendered.missing) or rendered.problem)
        self.rendered = rendered


class Refused(Exception):
    """The gate says no; `verdict` says why."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason.code if verdict.reason else "")
        self.verdict = verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a person wants to write. `key` names the press of the button: pressed twice, it is one message."""

    channel: Channel
    key: UUID
    body: str
    subject: str = ""
    template: Template | None = None
    """What the text began as."""
    why: str = "hand"
    """What made it go, as the message keeps it."""


@dataclass(frozen=True, slots=True)
class Way:
    """A channel as it stands for a lead now."""

    channel: Channel
    verdict: Verdict
    account: ChannelAccount | None

    @property
    def is_open(self) -> bool:
        """Whether a message would leave, now or later by itself."""
        return self.verdict.ruling is not Ruling.REFUSE

    @property
    def closes_at(self) -> datetime | None:
        """When WhatsApp's window closes, while it is open."""
        told = (dict(said.data).get("closes") for said in self.verdict.said if said.check is Check.WINDOW)
        return next((datetime.fromisoformat(each) for each in told if each), None)


def ways(lead: Lead, *, by: Actor, now: datetime, version: TemplateVersion | None = None) -> list[Way]:
    """What the gate would say of a message by each channel, in a constant number of statements."""
    question = _question(lead, version, now)
    asked = ask(lead, question, by=by, now=now, channels=WRITABLE)
    leaves_from = accounts.for_channels(WRITABLE)
    return [Way(channel, verdict, leaves_from.get(channel)) for channel, verdict in asked]


def preferred(lead: Lead, found: Sequence[Way]) -> Channel:
    """The channel the lead wrote on last, else the first that is open."""
    last = Message.objects.filter(lead=lead, direction=Direction.IN).order_by("-created_at", "-id")
    heard = last.values_list("channel", flat=True).first()
    if heard in WRITABLE:
        return Channel(heard)
    return next((way.channel for way in found if way.is_open), WRITABLE[0])


@dataclass(frozen=True, slots=True)
class Filled:
    """A template filled in for a lead. With `is_fixed` the words are Meta's to change, nobody else's."""

    version: TemplateVersion
    rendered: Rendered

    @property
    def is_fixed(self) -> bool:
        """Whether it is sent as it was approved."""
        return bool(self.rendered.content_sid)


def templates(channel: Channel) -> list[Template]:
    """What one may begin with on a channel, by name."""
    return list(library.in_use(channel=channel)[:_MOST_TEMPLATES])


def fill(lead: Lead, template: Template) -> Filled:
    """The template's version in use, filled in for this lead. Raises Unfilled."""
    version = library.current(template)
    mail = template.channel == Channel.EMAIL
    rendered = rendering.render(version, lead, {_OUT: unsubscribing.link(lead, Channel.EMAIL)} if mail else {})
    if not rendered.ok:
        raise Unfilled(rendered)
    return Filled(version, rendered)


def send(lead: Lead, wish: Wish, *, by: Actor, now: datetime) -> Message:
    """Queue it, or give back what the same press queued before. Raises Refused, Unfilled and outbox.NoAccount.

    Queued is not sent: the gate is asked once more right before it leaves, and the message says what became of it.
    """
    key = f"compose:{lead.public_id}:{wish.key}"
    with audit.by(by), transaction.atomic():
        held = leads.lock(lead.pk)
        known = Message.objects.filter(dedupe_key=key).first()
        if known is not None:
            return known
        filled = fill(held, wish.template) if wish.template else None
        question = _question(held, filled.version if filled else None, now)
        [(_channel, verdict)] = ask(held, question, by=by, now=now, channels=[wish.channel])
        if verdict.ruling is Ruling.REFUSE:
            raise Refused(verdict)
        [message] = outbox.enqueue([_draft(held, wish, question, filled, key, now)], by=by, now=now)
        tell([held])
    return message


def _question(lead: Lead, version: TemplateVersion | None, now: datetime) -> Question:
    """A person who writes to somebody who wrote answers; what is for promotion stays that, whoever presses."""
    purpose = ConsentPurpose(version.template.purpose) if version else ConsentPurpose.TRANSACTIONAL
    answers = lead.last_inbound_at is not None and purpose == ConsentPurpose.TRANSACTIONAL
    return Question(purpose=purpose, is_reply=answers, version=version, expires_at=now + _SENSIBLE_FOR)


def _draft(lead: Lead, wish: Wish, question: Question, filled: Filled | None, key: str, now: datetime) -> Draft:
    """Of a template the fixed words go as they are; HTML goes along while nobody changed the text beside it."""
    made = filled.rendered if filled else Rendered()
    fixed = filled is not None and filled.is_fixed
    as_it_was = " ".join(wish.body.split()) == " ".join(made.body.split())
    return Draft(
        lead=lead,
        channel=wish.channel,
        dedupe_key=key,
        not_before=now,
        expires_at=now + _SENSIBLE_FOR,
        body=made.body if fixed else wish.body,
        subject=wish.subject,
        html=made.html if as_it_was else "",
        content_sid=made.content_sid,
        content_variables=made.content_variables,
        template_version=filled.version if filled else None,
        purpose=question.purpose,
        is_reply=question.is_reply,
        why={"by": wish.why, **({"template": filled.version.template.name} if filled else {})},
    )
