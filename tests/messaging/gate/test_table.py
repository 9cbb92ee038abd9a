"""Every country × hour × kind of day × channel × purpose × consent, against a table written by hand."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from messaging.gate import Check, Ruling, judge
from tests.messaging.gate.build import GRANTED, REVOKED, UNKNOWN, ZONES, facts, ledger, local

CHANNELS = ("whatsapp", "telegram", "email", "call")
DAYS = {"weekday": (2026, 11, 25), "friday": (2026, 11, 27), "saturday": (2026, 11, 28), "sunday": (2026, 11, 29)}
HOLIDAYS = {"CL": (2026, 12, 8), "CO": (2026, 12, 8), "PE": (2026, 12, 8), "MX": (2027, 2, 1), "AR": (2026, 12, 8), "BR": (2026, 12, 25)}  # fmt: skip
MARKETING = {  # weekday, friday, saturday, sunday, holiday
    "CL": ((9, 20), (9, 20), (9, 20), None, None),
    "CO": ((8, 19), (8, 19), (8, 15), None, None),
    "PE": ((9, 20), (9, 20), None, None, None),
    "MX": ((9, 20), (9, 20), (9, 20), None, None),
    "AR": ((9, 20), (9, 20), (9, 20), None, None),
    "BR": ((9, 20), (9, 20), (9, 16), None, None),
}
SERVICE = ((8, 21),) * 5
OPT_IN_ONLY = {"CO", "PE"}
CONSENT = {  # what the ledger says → may marketing go (opt-out countries, opt-in countries), may service go
    "nothing": ((), False, False, False),
    "unknown": ((("marketing", "", UNKNOWN, "none"),), False, False, False),
    "opt_in": ((("marketing", "", GRANTED, "opt_in"),), True, True, True),
    "client": ((("marketing", "", GRANTED, "existing_relation"),), True, False, True),
    "asked": ((("transactional", "", GRANTED, "request"),), True, False, True),
    "revoked": ((("marketing", "", REVOKED, "none"), ("transactional", "", GRANTED, "request")), False, False, True),
    "all revoked": ((("marketing", "", REVOKED, "none"), ("transactional", "", REVOKED, "none")), False, False, False),
    "came back": ((("marketing", "", GRANTED, "opt_in"), ("marketing", "", REVOKED, "none")), True, True, True),
}


def may(country, hour, day, purpose, consent):
    names = [*DAYS, "holiday"]
    span = (SERVICE if purpose == "transactional" else MARKETING[country])[names.index(day)]
    _entries, opt_out, opt_in, service = CONSENT[consent]
    agreed = service if purpose == "transactional" else opt_in if country in OPT_IN_ONLY else opt_out
    return bool(span and span[0] <= hour < span[1]), agreed


@pytest.mark.parametrize("country", MARKETING)
def test_every_hour_day_channel_and_consent(country):
    days = {**DAYS, "holiday": HOLIDAYS[country]}
    ledgers = {name: ledger(*entries) for name, (entries, *_rest) in CONSENT.items()}
    seen = Counter()
    for channel, purpose, consent in product(CHANNELS, ("marketing", "transactional"), CONSENT):
        known = facts(country, channel, purpose, ledger=ledgers[consent], account={"address": "+56600000000"})
        for day, hour in product(days, range(24)):
            now = local(country, *days[day], hour)
            verdict = judge(known, now=now)
            good_hour, agreed = may(country, hour, day, purpose, consent)
            said = {each.check: each for each in verdict.said}
            where = f"{country} {channel} {purpose} {consent} {day} {hour}"
            assert (said[Check.CONSENT].ruling is Ruling.SEND) == agreed, where
            assert (said[Check.HOURS].ruling is Ruling.SEND) == good_hour, where
            expected = Ruling.REFUSE if not agreed else Ruling.SEND if good_hour else Ruling.WAIT
            assert verdict.ruling is expected, where
            seen[expected] += 1
            if expected is Ruling.WAIT:
                until = verdict.until
                assert until > now, where
                assert judge(known, now=until).ruling is Ruling.SEND, where
                assert judge(known, now=until - timedelta(minutes=1)).ruling is Ruling.WAIT, where
    assert sum(seen.values()) == 4 * 2 * 8 * 5 * 24
    assert min(seen[each] for each in Ruling) > 500


def test_a_country_nobody_knows_gets_the_strictest_of_all():
    """Uruguay has no row: opt-in, Monday to Friday, nine to seven, once a week."""
    agreed, asked = (ledger(("marketing", "", GRANTED, basis)) for basis in ("opt_in", "request"))
    hours = [
        hour
        for hour in range(24)
        if judge(facts("UY", ledger=agreed), now=local("UY", 2026, 11, 25, hour)).ruling is Ruling.SEND
    ]
    assert hours == list(range(9, 19))
    assert judge(facts("UY", ledger=agreed), now=local("UY", 2026, 11, 28, 12)).ruling is Ruling.WAIT
    refused = judge(facts("UY", ledger=asked), now=local("UY", 2026, 11, 25, 12))
    assert (refused.ruling, refused.reason.code) == (Ruling.REFUSE, "needs_opt_in")


def test_without_any_rule_nothing_goes():
    from messaging.gate.hours import Clock
    from messaging.gate.rules import Rules

    empty = Clock(Rules(None, ()), (ZoneInfo(ZONES["CL"]),), "CL")
    verdict = judge(facts(clock=empty), now=datetime(2026, 11, 25, 15, tzinfo=UTC))
    assert {each.code for each in verdict.said if each.ruling is Ruling.REFUSE} == {"no_rule"}


def test_the_law_to_come_does_not_hold_yet():
    """Chile's bill would ask for an opt-in: its row is there, without a date, and decides nothing."""
    from tests.messaging.gate.build import everything

    assert [rule.channel for rule in everything() if rule.starts is None] == ["call", "whatsapp", "telegram"]
    asked = ledger(("transactional", "", GRANTED, "request"))
    assert judge(facts("CL", ledger=asked), now=local("CL", 2026, 11, 25, 12)).ruling is Ruling.SEND
