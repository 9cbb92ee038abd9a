"""Facts without a database: unsaved rows, as the gate's checks read them."""

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from accounts.models import Broker
from core.public_ids import uuid7
from crm.consent import EMPTY, Ledger, Standing
from crm.enums import ConsentBasis, ConsentState
from crm.models import Lead
from messaging.gate.evidence import Facts
from messaging.gate.hours import Clock, Own
from messaging.gate.rules import Rule, pick
from messaging.models import ChannelAccount, ContactPolicy, Message
from messaging.policies.rows import rows

ZONES = {
    "CL": "America/Santiago", "CO": "America/Bogota", "PE": "America/Lima", "MX": "America/Mexico_City",
    "AR": "America/Argentina/Buenos_Aires", "BR": "America/Sao_Paulo", "UY": "America/Montevideo",
}  # fmt: skip
PROVIDERS = {"whatsapp": "twilio", "telegram": "telegram", "email": "smtp", "call": "twilio"}
ADDRESSES = {"whatsapp": "+56998248519", "telegram": "12345", "email": "ana@example.com", "call": "+56998248519"}
GRANTED, REVOKED, UNKNOWN = ConsentState.GRANTED, ConsentState.REVOKED, ConsentState.UNKNOWN
NOON = datetime(2026, 11, 25, 15, tzinfo=UTC)  # a Wednesday, a working day in all of them


@cache
def everything():
    return tuple(Rule.of(ContactPolicy(**row)) for row in rows())


def local(country, *when):
    """A moment as a clock there shows it."""
    return datetime(*when, tzinfo=ZoneInfo(ZONES[country])).astimezone(UTC)


def ledger(*entries):
    """(purpose, channel, state, basis), newest first."""
    return Ledger(
        tuple(
            (purpose, channel, Standing(ConsentState(state), ConsentBasis(basis), NOON - timedelta(days=30 + age), uuid7()))
            for age, (purpose, channel, state, basis) in enumerate(entries)
        )
    )  # fmt: skip


OPT_IN = ledger(("marketing", "", GRANTED, "opt_in"), ("transactional", "", GRANTED, "request"))


NO_LIMITS = Own()


def clock(country="CL", channel="whatsapp", purpose="marketing", zones=(), own=NO_LIMITS):
    zones = tuple(ZoneInfo(zone) for zone in zones) or (ZoneInfo(ZONES[country]),)
    return Clock(pick(everything(), country=country, channel=channel, purpose=purpose), zones, country, own)


def facts(country="CL", channel="whatsapp", purpose="marketing", *, message=(), lead=(), account=(), **more):
    """A message that may go, but for what is said otherwise."""
    said = {"by_kind": "campaign", "expires_at": datetime(2028, 1, 1, tzinfo=UTC), "dedupe_key": "x", **dict(message)}
    usual = {"address": ADDRESSES[channel], "content_sid": "HX1" if channel == "whatsapp" else ""}
    row = Message(id=1, channel=channel, purpose=purpose, account_id=7, broker_id=1, **{**usual, **said})
    address = "+56600123456" if channel == "call" else ""
    known = {"provider": PROVIDERS[channel], "is_active": True, "health": "ok", "address": address, **dict(account)}
    more.setdefault("clock", clock(country, channel, purpose))
    more.setdefault("ledger", OPT_IN)
    more.setdefault("version", _approved())
    return Facts(
        message=row,
        account=ChannelAccount(id=7, broker_id=1, **known),
        scope=more.pop("scope", None),
        lead=Lead(id=3, broker_id=1, country=country, **dict(lead)),
        broker=more.pop("broker", None) or Broker(id=1, country=country, time_zone=ZONES[country], is_active=True),
        **more,
    )


def _approved():
    from templates_app.models import TemplateVersion

    return TemplateVersion(id=1, broker_id=1, approval="approved")


NOBODY = EMPTY
