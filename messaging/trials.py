"""A template tried out: sent to whoever tries it, with a lead's values, or to that lead as any other message.

To oneself it is no contact with the lead: the gate asks what concerns the brokerage and the account, and nothing of it
follows for the lead (`Message.is_trial`). It takes the same way otherwise: outbox, gate, channel.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from core import audit
from core.actors import Actor
from crm import leads
from crm.enums import Channel, ConsentPurpose
from crm.models import Lead
from messaging import accounts, composing, outbox
from messaging.composing import Refused, Unfilled, Wish
from messaging.drafts import Draft
from messaging.enums import Direction, Provider, Status
from messaging.gate import Ruling, Verdict, facts, judge
from messaging.gate.asking import WRITABLE
from messaging.models import OWN, ChannelAccount, Message
from templates_app import library, rendering, variables
from templates_app.models import Template, TemplateVersion
from templates_app.rendering import Rendered

_SENSIBLE_FOR = timedelta(hours=1)
_SIMULATED = "simulado"
"""A simulated phone rings whatever it is called by."""


class To(StrEnum):
    """Who gets it."""

    OWN = OWN
    LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Way:
    """One who can get it: where, what it says there, and what the gate would say; no verdict where there is no text."""

    to: To
    account: ChannelAccount | None
    address: str
    rendered: Rendered
    verdict: Verdict | None

    @property
    def is_open(self) -> bool:
        """Whether it would leave."""
        return self.verdict is not None and self.verdict.ruling is not Ruling.REFUSE

    @property
    def is_simulated(self) -> bool:
        """Whether it rings a simulated phone."""
        return self.account is not None and self.account.provider == Provider.SANDBOX


def ways(template: Template, lead: Lead, *, email: str, by: Actor, now: datetime) -> list[Way]:
    """Where the version in use can go, filled in for a lead: to oneself (by `email` or simulated), to the lead."""
    if template.channel not in WRITABLE:
        return []
    version = library.current(template)
    own = _own(version, lead, email, by, now)
    return [*([own] if own else []), _to_lead(version, lead, by, now)]


def send(template: Template, lead: Lead, to: To, *, key: UUID, email: str, by: Actor, now: datetime) -> Message:
    """Queue it, once for each press of the button (`key`). Raises Refused, Unfilled and outbox.NoAccount."""
    channel = Channel(template.channel)
    if to is To.LEAD:
        made = composing.fill(lead, template).rendered
        wish = Wish(channel=channel, key=key, body=made.body, subject=made.subject, template=template, why="test")
        return composing.send(lead, wish, by=by, now=now)
    cause = f"trial:{lead.public_id}:{key}"
    with audit.by(by), transaction.atomic():
        held = leads.lock(lead.pk)
        known = Message.objects.filter(dedupe_key=cause).first()
        if known is not None:
            return known
        version = library.current(template)
        way = _own(version, held, email, by, now)
        if way is None:
            raise outbox.NoAccount(channel)
        if way.verdict is None:
            raise Unfilled(way.rendered)
        if not way.is_open:
            raise Refused(way.verdict)
        [message] = outbox.enqueue([_draft(held, version, way, cause, now)], by=by, now=now)
    return message


def _own(version: TemplateVersion, lead: Lead, email: str, by: Actor, now: datetime) -> Way | None:
    """To oneself; what a meeting or a link would give are examples. None where no account of the brokerage could."""
    channel = Channel(version.template.channel)
    account = accounts.for_channel(channel) if channel == Channel.EMAIL else None
    account = account if account and account.provider != Provider.SANDBOX else _simulated(channel)
    address = email if channel == Channel.EMAIL else _SIMULATED
    if account is None:
        return None
    rendered = rendering.render(version, lead, variables.given_examples())
    thought = Message(
        direction=Direction.OUT,
        status=Status.QUEUED,
        lead=lead,
        channel=channel,
        account=account,
        address=address,
        template_version=version,
        is_reply=True,
        why={"to": OWN},
        not_before=now,
        expires_at=now + _SENSIBLE_FOR,
        **by.columns(),
    )
    return Way(To.OWN, account, address, rendered, judge(facts.of([thought])[0], now=now) if rendered.ok else None)


def _to_lead(version: TemplateVersion, lead: Lead, by: Actor, now: datetime) -> Way:
    channel = Channel(version.template.channel)
    address = lead.email if channel == Channel.EMAIL else lead.phone_e164
    try:
        rendered = composing.fill(lead, version.template).rendered
    except Unfilled as error:
        return Way(To.LEAD, None, address, error.rendered, None)
    found = composing.ways(lead, by=by, now=now, version=version)
    way = next(each for each in found if each.channel == channel)
    return Way(To.LEAD, way.account, address, rendered, way.verdict)


def _simulated(channel: Channel) -> ChannelAccount | None:
    phones = ChannelAccount.objects.filter(channel=channel, provider=Provider.SANDBOX, is_active=True)
    return phones.order_by("-is_default", "pk").first()


def _draft(lead: Lead, version: TemplateVersion, way: Way, cause: str, now: datetime) -> Draft:
    """Said to be an answer, for it counts against nothing that limits what a lead gets."""
    made = way.rendered
    return Draft(
        lead=lead,
        channel=Channel(version.template.channel),
        account=way.account,
        own_address=way.address,
        dedupe_key=cause,
        not_before=now,
        expires_at=now + _SENSIBLE_FOR,
        subject=made.subject,
        body=made.body,
        html=made.html,
        content_sid=made.content_sid,
        content_variables=made.content_variables,
        template_version=version,
        purpose=ConsentPurpose(version.template.purpose),
        is_reply=True,
        why={"by": "test", "to": OWN, "template": version.template.name},
    )
