"""WhatsApp's own rule: free text within a day of what the person wrote, else a template Meta has approved."""

from datetime import datetime, timedelta

from crm.enums import Channel
from messaging.enums import Provider
from messaging.gate.evidence import Facts
from messaging.gate.verdict import FINE, Check, Ruling, Said
from templates_app.enums import Approval

OPEN_FOR = timedelta(hours=24) - timedelta(minutes=5)
"""From the last message of the person to this account; the margin is for the way to Meta."""


def closes_at(facts: Facts) -> datetime | None:
    """When free text stops being possible; None when it is not possible now or never was asked for."""
    return facts.heard_here + OPEN_FOR if facts.heard_here and not facts.is_shut else None


def window(facts: Facts, now: datetime) -> Said:
    """Whether WhatsApp takes this message. A simulated phone is not Meta's."""
    if facts.message.channel != Channel.WHATSAPP or (facts.account and facts.account.provider == Provider.SANDBOX):
        return FINE[Check.WINDOW]
    closes = closes_at(facts)
    if closes is not None and closes > now:
        return Said(Check.WINDOW, Ruling.SEND, "window_open", None, (("closes", closes.isoformat()),))
    if not facts.message.content_sid:
        return Said(Check.WINDOW, Ruling.REFUSE, "window_shut" if facts.is_shut else "window_closed")
    approved = facts.version is not None and facts.version.approval == Approval.APPROVED
    return Said(Check.WINDOW, Ruling.SEND if approved else Ruling.REFUSE, "" if approved else "not_approved")
