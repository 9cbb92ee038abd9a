"""Whether the person lets us write: the ledger, the lists, and the number a call comes from. Unknown means no."""

from datetime import datetime

from crm.consent import Standing
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentState
from messaging.enums import SuppressionSource
from messaging.gate.evidence import Facts
from messaging.gate.verdict import FINE, Check, Ruling, Said
from messaging.models import ConsentNeed, Suppression

_ASKED = frozenset({ConsentBasis.OPT_IN, ConsentBasis.EXISTING_RELATION, ConsentBasis.REQUEST})
_BY_THE_PERSON = frozenset({SuppressionSource.PERSON, SuppressionSource.COMPLAINT})
FAREWELL = "opt_out:"
"""A message with this and the revocation's id as its cause confirms an opt-out: the one thing still sent after it."""


def consent(facts: Facts, now: datetime) -> Said:
    """What the ledger says, measured by what the country asks for."""
    if is_farewell(facts):
        return Said(Check.CONSENT, Ruling.SEND, "farewell")
    code = _marketing(facts, now) if facts.message.purpose == ConsentPurpose.MARKETING else _service(facts)
    if code == "unrecorded":
        return Said(Check.CONSENT, Ruling.SEND, code)
    return Said(Check.CONSENT, Ruling.REFUSE if code else Ruling.SEND, code)


def suppression(facts: Facts, now: datetime) -> Said:
    """Whether the address stands on a list that covers this message."""
    if is_farewell(facts):
        return Said(Check.SUPPRESSION, Ruling.SEND, "farewell")
    for each in facts.suppressions:
        if (each.expires_at is None or each.expires_at > now) and _covers(each, facts):
            data = (("registry", each.registry),) if each.registry else ()
            return Said(Check.SUPPRESSION, Ruling.REFUSE, f"suppressed_{each.source}", None, data)
    return FINE[Check.SUPPRESSION]


def caller_id(facts: Facts, now: datetime) -> Said:
    """Whether an automatic call comes from a number its country reserves for that; one that was asked for may."""
    if facts.message.channel != Channel.CALL or facts.message.is_reply or not facts.is_automatic:
        return FINE[Check.CALLER_ID]
    rule = facts.clock.rules.on(now.astimezone(facts.clock.zones[0]).date())
    sender = facts.account.address if facts.account else ""
    if rule is None or not rule.caller_prefixes or sender.startswith(rule.caller_prefixes):
        return FINE[Check.CALLER_ID]
    told = (("prefixes", ", ".join(each for each in rule.caller_prefixes if not each.startswith("+"))),)
    return Said(Check.CALLER_ID, Ruling.REFUSE, "caller_id", None, told)


def is_farewell(facts: Facts) -> bool:
    """Whether the message confirms the revocation that stands now. Its cause is unique, so there is one."""
    said = facts.message
    standing = facts.ledger.of(ConsentPurpose.MARKETING, said.channel)
    return (
        said.purpose == ConsentPurpose.TRANSACTIONAL
        and standing.state == ConsentState.REVOKED
        and said.dedupe_key == f"{FAREWELL}{standing.entry}"
    )


def _marketing(facts: Facts, now: datetime) -> str:
    channel = facts.message.channel
    standing = facts.ledger.of(ConsentPurpose.MARKETING, channel)
    if standing.state == ConsentState.REVOKED or facts.lead.opted_out_at is not None:
        return "opted_out"
    rule = facts.clock.rules.on(now.astimezone(facts.clock.zones[0]).date())
    if rule is None:
        return "no_rule"
    if rule.consent == ConsentNeed.NONE:
        return ""
    if rule.consent == ConsentNeed.OPT_IN:
        agreed = standing.state == ConsentState.GRANTED and standing.basis == ConsentBasis.OPT_IN
        return "" if agreed else "needs_opt_in"
    return "" if _has_basis(facts, standing) else "no_basis"


def _service(facts: Facts) -> str:
    standing = facts.ledger.of(ConsentPurpose.TRANSACTIONAL, facts.message.channel)
    if standing.state == ConsentState.REVOKED:
        return "" if _asked_since(facts, standing.at) else "refused_service"
    if _has_basis(facts, standing):
        return ""
    return "no_basis" if facts.is_automatic else "unrecorded"


def _has_basis(facts: Facts, standing: Standing) -> bool:
    """Whether somebody who was not told no has a reason to write: an entry that says so, or the person wrote to us."""
    other = (
        facts.ledger.of(purpose, facts.message.channel)
        for purpose in (ConsentPurpose.TRANSACTIONAL, ConsentPurpose.MARKETING)
    )
    granted = any(each.state == ConsentState.GRANTED and each.basis in _ASKED for each in (standing, *other))
    return granted or facts.heard_at is not None


def _covers(listed: Suppression, facts: Facts) -> bool:
    """A public register is about marketing; what the person said is taken back by writing to us, for answers only."""
    if listed.source == SuppressionSource.REGISTRY:
        return facts.message.purpose == ConsentPurpose.MARKETING
    if listed.source in _BY_THE_PERSON:
        return not _asked_since(facts, listed.created_at)
    return True


def _asked_since(facts: Facts, refused_at: datetime | None) -> bool:
    """Whether this answers what the person wrote after they had said no."""
    heard = facts.heard_at
    return bool(facts.message.is_reply and heard and refused_at and heard > refused_at)
