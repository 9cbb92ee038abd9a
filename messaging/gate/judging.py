"""The checks themselves: pure functions of the facts and the moment."""

from collections.abc import Callable
from datetime import datetime

from messaging.gate.facts import Facts
from messaging.gate.verdict import Check, Ruling, Said, Verdict

_Judge = Callable[[Facts, datetime], Said]


def judge(facts: Facts, *, now: datetime) -> Verdict:
    """Ask every check, also after one refused: people are shown all of them."""
    return Verdict(tuple(ask(facts, now) for ask in _CHECKS))


def _account(facts: Facts, _now: datetime) -> Said:
    ready = facts.account.is_active and facts.account.paused_at is None
    return Said(Check.ACCOUNT, Ruling.SEND if ready else Ruling.REFUSE, "" if ready else "account_off")


def _scope(facts: Facts, _now: datetime) -> Said:
    scope = facts.scope
    if scope is None or (scope.running and scope.version == facts.message.scope_version):
        return Said(Check.SCOPE, Ruling.SEND)
    return Said(Check.SCOPE, Ruling.REFUSE, "stopped" if not scope.running else "changed")


def _expiry(facts: Facts, now: datetime) -> Said:
    expires = facts.message.expires_at
    late = expires is not None and expires <= now
    return Said(Check.EXPIRY, Ruling.REFUSE if late else Ruling.SEND, "too_late" if late else "")


_CHECKS: tuple[_Judge, ...] = (_account, _scope, _expiry)
