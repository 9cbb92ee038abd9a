"""What people type on a simulated phone, as an event like any provider's."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from crm.enums import Channel
from crm.models import Lead
from messaging import identities
from messaging.enums import EventKind
from messaging.inbound.news import Heard, News, Told
from messaging.models import ChannelAccount


def typed(lead: Lead, account: ChannelAccount, text: str, *, key: UUID, now: datetime) -> Told:
    """The event of a text that a lead sends from their phone; `key` names the press of the button."""
    address = address_of(lead, account)
    if account.channel == Channel.TELEGRAM:
        identities.know(lead, account, [address], name=lead.name, now=now)
    payload = {
        "lead": str(lead.public_id),
        "id": str(key),
        "from": address,
        "text": text,
        "name": lead.name,
        "phone": lead.phone_e164 if account.channel == Channel.WHATSAPP else "",
        "email": lead.email if account.channel == Channel.EMAIL else "",
    }
    return Told(f"phone:{key}", EventKind.INBOUND, payload)


def news(_kind: str, payload: Mapping[str, Any], at: datetime) -> News | None:
    """What an event says: somebody wrote."""
    return Heard(
        ref=str(payload["id"]),
        address=str(payload["from"]),
        at=at,
        text=str(payload["text"]),
        name=str(payload.get("name", "")),
        phone=str(payload.get("phone", "")),
        email=str(payload.get("email", "")),
    )


def address_of(lead: Lead, account: ChannelAccount) -> str:
    """By what the simulated account knows a lead; a name of its own where the lead has none of that kind."""
    if account.channel == Channel.WHATSAPP and lead.phone_e164:
        return lead.phone_e164.removeprefix("+")
    if account.channel == Channel.EMAIL and lead.email:
        return lead.email.lower()
    return f"sim-{lead.public_id}"
