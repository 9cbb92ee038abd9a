"""The checks in their order. Each is a pure function of the facts and the moment, and says one thing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from crm.enums import Channel, TreatmentType
from messaging.enums import CARRIES, Health, Owner
from messaging.gate import caps, permission, window
from messaging.gate.evidence import Facts
from messaging.gate.verdict import FINE, Check, Ruling, Said, Verdict

_Judge = Callable[[Facts, datetime], Said]
_SOON = timedelta(minutes=1)
LIVE_TALK = timedelta(hours=1)
"""How long after a person wrote an answer may ring at any hour: they are awake and waiting for it."""
OPEN_TALK = timedelta(hours=24)
"""How long a colleague may still answer by hand at any hour; the page says how late it is there."""


def judge(facts: Facts, *, now: datetime) -> Verdict:
    """Ask every check, also after one refused: people are shown all of them.

    A wait always ends at a moment that is a good hour too; one that would end after the message expires is a refusal.
    """
    said = [ask(facts, now) for ask in _CHECKS]
    if facts.message.is_trial:
        said = [_of_oneself(each) for each in said]
    if not any(each.ruling is Ruling.WAIT for each in said):
        return Verdict(tuple(said))
    said = [_at_a_good_hour(each, facts, now) for each in said]
    return Verdict(tuple(_in_time(each, said, facts) for each in said))


def _kill_switch(facts: Facts, _now: datetime) -> Said:
    stopped = facts.limits is not None and facts.limits.stopped_at is not None
    return _refused_if(Check.KILL_SWITCH, "stopped" if stopped else "")


def _broker(facts: Facts, _now: datetime) -> Said:
    return _refused_if(Check.BROKER, "" if facts.broker.is_active else "broker_off")


def _account(facts: Facts, now: datetime) -> Said:
    account, meter = facts.account, facts.meter
    if account is None:
        return _refused_if(Check.ACCOUNT, "no_account")
    if not account.is_active:
        return _refused_if(Check.ACCOUNT, "account_off")
    if facts.message.channel not in CARRIES.get(account.provider, ()):
        return _refused_if(Check.ACCOUNT, "account_channel")
    if account.paused_at is not None:  # it goes back into the queue, where nobody takes it until the pause ends
        return Said(Check.ACCOUNT, Ruling.WAIT, "account_paused", now + _SOON)
    if meter is not None and meter.closed_until is not None and meter.closed_until > now:
        return Said(Check.ACCOUNT, Ruling.WAIT, "account_resting", meter.closed_until)
    return Said(Check.ACCOUNT, Ruling.SEND, "account_failing" if account.health == Health.FAILING else "")


def _address(facts: Facts, _now: datetime) -> Said:
    lead, address = facts.lead, facts.message.address.strip()
    if lead.merged_into_id is not None:
        return _refused_if(Check.ADDRESS, "merged")
    if lead.deleted_at is not None:
        return _refused_if(Check.ADDRESS, "deleted")
    if not address:
        return _refused_if(Check.ADDRESS, "no_address")
    if facts.message.channel == Channel.EMAIL and "@" not in address:
        return _refused_if(Check.ADDRESS, "bad_address")
    blocked = facts.identity is not None and facts.identity.blocked_at is not None
    return _refused_if(Check.ADDRESS, "blocked_us" if blocked else "")


def _hold(facts: Facts, _now: datetime) -> Said:
    held = facts.lead.treatment_type == TreatmentType.HOLD
    return _refused_if(Check.HOLD, "on_hold" if held and _is_machine(facts) else "")


def _takeover(facts: Facts, _now: datetime) -> Said:
    """Who took a conversation over speaks alone: the agent and campaigns are silent, colleagues are not."""
    talk = facts.conversation
    taken = talk is not None and talk.owner == Owner.USER and talk.taken_by_id != facts.message.by_user_id
    return _refused_if(Check.TAKEOVER, "taken_over" if taken and _is_machine(facts) else "")


def _hours(facts: Facts, now: datetime) -> Said:
    clock = facts.hours
    why = clock.why_closed(now)
    if not why:
        return Said(Check.HOURS, Ruling.SEND, "always_open" if facts.plays else "")
    local = (("zone", clock.zones[0].key), ("country", clock.calendar))
    if exempt := _answers(facts, now):
        return Said(Check.HOURS, Ruling.SEND, exempt, None, local)
    opens = clock.opening(now)
    if opens is None:
        return Said(Check.HOURS, Ruling.REFUSE, "no_rule" if why == "no_rule" else "never_open", None, local)
    return Said(Check.HOURS, Ruling.WAIT, why, opens, local)


def _scope(facts: Facts, now: datetime) -> Said:
    scope = facts.scope
    if scope is None or (scope.running and scope.version == facts.message.scope_version):
        return FINE[Check.SCOPE]
    if not scope.running:  # whoever starts it again says what becomes of what waited
        return Said(Check.SCOPE, Ruling.WAIT, "scope_stopped", now + _SOON)
    return _refused_if(Check.SCOPE, "scope_changed")


def _expiry(facts: Facts, now: datetime) -> Said:
    expires = facts.message.expires_at
    return _refused_if(Check.EXPIRY, "too_late" if expires is not None and expires <= now else "")


_CHECKS: tuple[_Judge, ...] = (
    _kill_switch,
    _broker,
    _account,
    _address,
    _hold,
    _takeover,
    permission.consent,
    permission.suppression,
    _hours,
    caps.caps,
    permission.caller_id,
    window.window,
    _scope,
    _expiry,
    caps.budget,
)
_OF_THE_LEAD = frozenset({Check.HOLD, Check.TAKEOVER, Check.CONSENT, Check.CAPS})


def _of_oneself(said: Said) -> Said:
    """Of a template tried out at one's own address: what the lead wants, or has had, is no matter."""
    return Said(said.check, Ruling.SEND, "own_address") if said.check in _OF_THE_LEAD else said


def _is_machine(facts: Facts) -> bool:
    """Whether no person speaks; what confirms an opt-out is owed to the person, whoever has the conversation."""
    return facts.is_automatic and not permission.is_farewell(facts)


def _answers(facts: Facts, now: datetime) -> str:
    """Why a message may ring outside the hours: it answers somebody who has just written here, or "" when not."""
    if facts.message.is_trial:
        return "own_address"
    heard = facts.heard_here
    if not facts.message.is_reply or heard is None or heard > now:
        return ""
    if permission.is_farewell(facts) or now - heard <= LIVE_TALK:
        return "live_talk"
    return "late_reply" if not facts.is_automatic and now - heard <= OPEN_TALK else ""


def _at_a_good_hour(said: Said, facts: Facts, now: datetime) -> Said:
    """A wait of another check moved on to when one may write again."""
    if said.ruling is not Ruling.WAIT or said.until is None or _answers(facts, now):
        return said
    opens = facts.hours.opening(said.until)
    return replace(said, until=opens) if opens else replace(said, ruling=Ruling.REFUSE, code="never_open", until=None)


def _in_time(said: Said, everything: list[Said], facts: Facts) -> Said:
    """What the check of expiry says once it is known how long the others wait."""
    expires = facts.message.expires_at
    if said.check is not Check.EXPIRY or said.ruling is Ruling.REFUSE or expires is None:
        return said
    until = Verdict(tuple(everything)).until
    return _refused_if(Check.EXPIRY, "waits_too_long" if until is not None and until >= expires else "")


def _refused_if(check: Check, code: str) -> Said:
    return Said(check, Ruling.REFUSE, code) if code else FINE[check]
