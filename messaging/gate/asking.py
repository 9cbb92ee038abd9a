"""Asking beforehand: what the gate would say of a message nobody has written yet. Nothing is stored."""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime

from core.actors import Actor
from crm.enums import Channel, ConsentPurpose
from crm.models import Lead
from messaging import accounts
from messaging.enums import Direction, Status
from messaging.gate import facts
from messaging.gate.evidence import Facts
from messaging.gate.judging import judge
from messaging.gate.verdict import Verdict
from messaging.models import ChannelAccount, ChannelIdentity, Message, SendScope
from templates_app.models import TemplateVersion

WRITABLE = (Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one would like to send, as far as the gate is concerned."""

    purpose: ConsentPurpose = ConsentPurpose.TRANSACTIONAL
    is_reply: bool = False
    version: TemplateVersion | None = None
    scope: SendScope | None = None
    expires_at: datetime | None = None


def ask(
    leads: Lead | Sequence[Lead],
    question: Question,
    *,
    by: Actor,
    now: datetime,
    channels: Sequence[Channel] = WRITABLE,
) -> list[tuple[Channel, Verdict]]:
    """What the gate would say for each lead and channel, leads first; the same checks as right before sending.

    For one lead: a verdict for each channel, in their order. In as many statements for many leads as for one.
    """
    known = facts_of(leads, question, by=by, now=now, channels=channels)
    return [(Channel(each.message.channel), judge(each, now=now)) for each in known]


def facts_of(
    leads: Lead | Sequence[Lead],
    question: Question,
    *,
    by: Actor,
    now: datetime,
    channels: Sequence[Channel] = WRITABLE,
    read: bool = False,
) -> list[Facts]:
    """What the gate would look at for each lead and channel, leads first; with `read` of the leads as they are here."""
    asked = [leads] if isinstance(leads, Lead) else list(leads)
    return facts.of(_thought(asked, question, by, now, channels), read=read)


def _thought(
    leads: Sequence[Lead], question: Question, by: Actor, now: datetime, channels: Sequence[Channel]
) -> list[Message]:
    known = accounts.for_channels(channels, even_off=True)
    chats = _chats(leads, known.get(Channel.TELEGRAM)) if Channel.TELEGRAM in channels else {}
    alike = {channel: _about(channel, known.get(channel), question, by, now) for channel in channels}
    made = []
    for lead in leads:
        for channel in channels:
            message = copy(alike[channel])  # a seventh of what making one of thirty values takes
            addresses = {Channel.EMAIL: lead.email, Channel.TELEGRAM: chats.get(lead.pk, "")}
            message.lead, message.address = lead, addresses.get(channel, lead.phone_e164)
            made.append(message)
    return made


def _about(channel: Channel, account: ChannelAccount | None, question: Question, by: Actor, now: datetime) -> Message:
    """A message to nobody in particular."""
    return Message(
        direction=Direction.OUT,
        status=Status.QUEUED,
        channel=channel,
        account=account,
        purpose=question.purpose,
        is_reply=question.is_reply,
        template_version=question.version,
        content_sid=question.version.content_sid if question.version else "",
        scope=question.scope,
        scope_version=question.scope.version if question.scope else None,
        not_before=now,
        expires_at=question.expires_at,
        **by.columns(),
    )


def _chats(leads: Sequence[Lead], account: ChannelAccount | None) -> dict[int, str]:
    if account is None:
        return {}
    known = ChannelIdentity.objects.filter(account=account, lead_id__among={lead.pk for lead in leads})
    bound = known.order_by("-blocked_at", "bound_at")
    return {each.lead_id: each.address for each in bound}
