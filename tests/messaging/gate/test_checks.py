"""Each check of the gate, one at a time: everything else lets the message pass."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from messaging.gate import Check, Ruling, judge
from messaging.gate.evidence import Sent, Today
from messaging.gate.hours import Own
from messaging.models import (
    ChannelIdentity,
    ChannelMeter,
    ContactLimits,
    Conversation,
    SendScope,
    Suppression,
)
from templates_app.models import TemplateVersion
from tests.messaging.gate.build import GRANTED, NOBODY, NOON, REVOKED, clock, facts, ledger, local
from tests.messaging.gate.test_hours import MOMENTS

NIGHT = local("CL", 2026, 11, 25, 23, 30)
REPLY = {"is_reply": True, "by_kind": "user"}
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def said(check, now=NOON, **more):
    verdict = judge(facts(**more), now=now)
    found = next(each for each in verdict.said if each.check is check)
    return found.ruling.name, found.code


def limits(**more):
    return ContactLimits(broker_id=1, **more)


def sent(*ages, automatic=True, purpose="marketing"):
    return [Sent(NOON - age, purpose, automatic) for age in ages]


def test_everything_in_order_may_go():
    verdict = judge(facts(), now=NOON)
    assert verdict.ruling is Ruling.SEND
    assert [each.check for each in verdict.said] == list(Check)


def test_the_kill_switch_stops_people_too():
    assert said(Check.KILL_SWITCH, limits=limits(stopped_at=NOON), message=REPLY) == ("REFUSE", "stopped")


def test_a_closed_brokerage_sends_nothing():
    from accounts.models import Broker

    assert said(Check.BROKER, broker=Broker(id=1, is_active=False, country="CL")) == ("REFUSE", "broker_off")


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ({"is_active": False}, ("REFUSE", "account_off")),
        ({"paused_at": NOON}, ("WAIT", "account_paused")),
        ({"health": "failing"}, ("SEND", "account_failing")),
        ({"provider": "smtp"}, ("REFUSE", "account_channel")),
    ],
)
def test_an_account_has_to_be_able(account, expected):
    assert said(Check.ACCOUNT, account=account) == expected


def test_a_provider_that_asked_for_a_pause_gets_it():
    meter = ChannelMeter(broker_id=1, closed_until=NOON + HOUR)
    assert said(Check.ACCOUNT, meter=meter) == ("WAIT", "account_resting")
    assert said(Check.ACCOUNT, now=NOON + HOUR, meter=meter) == ("SEND", "")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"message": {"address": " "}}, "no_address"),
        ({"channel": "email", "message": {"address": "ana"}}, "bad_address"),
        ({"lead": {"deleted_at": NOON}}, "deleted"),
        ({"lead": {"deleted_at": NOON, "merged_into_id": 9}}, "merged"),
        ({"channel": "telegram", "identity": ChannelIdentity(broker_id=1, blocked_at=NOON)}, "blocked_us"),
    ],
)
def test_there_has_to_be_somebody_at_the_other_end(more, code):
    assert said(Check.ADDRESS, **more) == ("REFUSE", code)


def test_a_lead_on_hold_hears_from_people_only():
    assert said(Check.HOLD, lead={"treatment_type": "hold"}) == ("REFUSE", "on_hold")
    assert said(Check.HOLD, lead={"treatment_type": "hold"}, message=REPLY) == ("SEND", "")


def test_who_took_over_speaks_and_machines_are_silent():
    talk = Conversation(broker_id=1, owner="user", taken_by_id=5)
    assert said(Check.TAKEOVER, conversation=talk, message={"by_kind": "agent"}) == ("REFUSE", "taken_over")
    assert said(Check.TAKEOVER, conversation=talk, message={"by_kind": "api", "by_user_id": 5}) == ("SEND", "")
    assert said(Check.TAKEOVER, conversation=talk, message=REPLY) == ("SEND", "")


def test_a_revocation_on_one_channel_leaves_the_others():
    one = ledger(("marketing", "email", REVOKED, "none"), ("marketing", "", GRANTED, "opt_in"))
    assert said(Check.CONSENT, channel="email", ledger=one) == ("REFUSE", "opted_out")
    assert said(Check.CONSENT, channel="whatsapp", ledger=one) == ("SEND", "")


def test_the_lead_s_mark_alone_is_enough_for_no():
    assert said(Check.CONSENT, lead={"opted_out_at": NOON}) == ("REFUSE", "opted_out")


def test_nothing_known_is_no_for_machines_and_a_warning_for_people():
    service = {"purpose": "transactional", "ledger": NOBODY}
    assert said(Check.CONSENT, **service) == ("REFUSE", "no_basis")
    assert said(Check.CONSENT, **service, message={"by_kind": "user"}) == ("SEND", "unrecorded")
    assert said(Check.CONSENT, ledger=NOBODY, message={"by_kind": "user"}) == ("REFUSE", "no_basis")


def test_who_wrote_to_us_has_asked():
    assert said(Check.CONSENT, purpose="transactional", ledger=NOBODY, heard={9: NOON}) == ("SEND", "")
    assert said(Check.CONSENT, country="PE", ledger=NOBODY, heard={9: NOON}) == ("REFUSE", "needs_opt_in")


def test_after_no_more_messages_only_what_they_ask_is_answered():
    gone = ledger(("marketing", "", REVOKED, "none"), ("transactional", "", REVOKED, "none"))
    service = {"purpose": "transactional", "ledger": gone}
    refused_at = gone.of("transactional", "whatsapp").at
    assert said(Check.CONSENT, **service, message=REPLY, heard={7: refused_at}) == ("REFUSE", "refused_service")
    assert said(Check.CONSENT, **service, message=REPLY, heard={7: refused_at + HOUR}) == ("SEND", "")
    assert said(Check.CONSENT, **service, heard={7: refused_at + HOUR}) == ("REFUSE", "refused_service")


def test_the_farewell_is_the_one_thing_still_sent():
    gone = ledger(("marketing", "", REVOKED, "none"), ("transactional", "", REVOKED, "none"))
    key = f"opt_out:{gone.of('marketing', 'whatsapp').entry}"
    refused_at = gone.of("transactional", "whatsapp").at
    farewell = {"purpose": "transactional", "ledger": gone, "now": NIGHT, "heard": {7: refused_at}}
    listed = [Suppression(broker_id=1, source="person", created_at=NIGHT)]
    written = {"is_reply": True, "by_kind": "system", "dedupe_key": key, "content_sid": ""}
    known = facts(
        purpose="transactional",
        ledger=gone,
        heard={7: NIGHT},
        suppressions=listed,
        message=written,
        lead={"treatment_type": "hold", "opted_out_at": NIGHT},
        conversation=Conversation(broker_id=1, owner="user", taken_by_id=5),
    )
    assert judge(known, now=NIGHT).ruling is Ruling.SEND
    assert said(Check.CONSENT, **farewell, message={**REPLY, "dedupe_key": "opt_out:another"}) == (
        "REFUSE",
        "refused_service",
    )
    assert said(Check.CONSENT, **{**farewell, "purpose": "marketing"}, message={"dedupe_key": key}) == (
        "REFUSE",
        "opted_out",
    )


@pytest.mark.parametrize(
    ("source", "purpose", "message", "code"),
    [
        ("registry", "marketing", {}, "suppressed_registry"),
        ("registry", "transactional", {}, ""),
        ("bounce", "transactional", REPLY, "suppressed_bounce"),
        ("manual", "transactional", REPLY, "suppressed_manual"),
        ("person", "transactional", {}, "suppressed_person"),
        ("person", "transactional", REPLY, ""),
        ("complaint", "marketing", {}, "suppressed_complaint"),
    ],
)
def test_a_list_covers_what_it_is_about(source, purpose, message, code):
    listed = [Suppression(broker_id=1, source=source, created_at=NOON - DAY)]
    found = said(Check.SUPPRESSION, purpose=purpose, message=message, suppressions=listed, heard={7: NOON - HOUR})
    assert found[1] == code


def test_an_entry_that_ran_out_covers_nothing():
    listed = [Suppression(broker_id=1, source="manual", created_at=NOON - DAY, expires_at=NOON)]
    assert said(Check.SUPPRESSION, suppressions=listed) == ("SEND", "")


def test_an_answer_to_who_just_wrote_rings_at_any_hour():
    service = {"purpose": "transactional", "now": NIGHT}
    agent = {"is_reply": True, "by_kind": "agent"}
    assert said(Check.HOURS, **service, message=agent, heard={7: NIGHT - HOUR}) == ("SEND", "live_talk")
    assert said(Check.HOURS, **service, message=agent, heard={7: NIGHT - 2 * HOUR}) == ("WAIT", "hours")
    assert said(Check.HOURS, **service, message=agent, heard={8: NIGHT}) == ("WAIT", "hours")  # on another account
    assert said(Check.HOURS, **service, message=REPLY, heard={7: NIGHT - 2 * HOUR}) == ("SEND", "late_reply")
    assert said(Check.HOURS, **service, message=REPLY, heard={7: NIGHT - 25 * HOUR}) == ("WAIT", "hours")
    assert said(Check.HOURS, **service, message={"by_kind": "user"}, heard={7: NIGHT}) == ("WAIT", "hours")


def test_always_open_opens_simulated_phones_only():
    open_ = limits(always_open=True)
    assert said(Check.HOURS, NIGHT, limits=open_, account={"provider": "sandbox"}) == ("SEND", "always_open")
    assert said(Check.HOURS, NIGHT, limits=open_) == ("WAIT", "hours")


def test_the_country_s_cap_counts_the_week():
    assert said(Check.CAPS, country="CO", sent=sent(8 * DAY)) == ("SEND", "")
    assert said(Check.CAPS, country="CO", sent=sent(8 * DAY, purpose="transactional")) == ("SEND", "")
    full = judge(facts("CO", sent=sent(3 * DAY)), now=NOON)
    assert full.reason.code == "country_cap"
    assert full.until == local("CO", 2026, 11, 30, 8)  # the week is over on Sunday: Monday at eight
    assert said(Check.CAPS, country="CO", sent=sent(3 * DAY), message={"is_reply": True}) == ("SEND", "")


def test_the_brokerage_s_caps_count_what_machines_sent():
    own = limits(per_day=2, per_week=3)
    assert said(Check.CAPS, limits=own, sent=sent(HOUR, 2 * HOUR)) == ("WAIT", "own_day_cap")
    assert said(Check.CAPS, limits=own, sent=sent(HOUR, 2 * HOUR, automatic=False)) == ("SEND", "")
    assert said(Check.CAPS, limits=own, sent=sent(2 * DAY, 3 * DAY, 4 * DAY)) == ("WAIT", "own_week_cap")
    assert said(Check.CAPS, limits=own, sent=sent(HOUR, 2 * HOUR), message={"by_kind": "user"}) == ("SEND", "")
    assert said(Check.CAPS, limits=limits(per_day=0)) == ("REFUSE", "own_day_cap")


def test_two_for_one_person_take_turns():
    own = limits(per_day=1)
    assert said(Check.CAPS, limits=own, ahead=0) == ("SEND", "")
    assert said(Check.CAPS, limits=own, ahead=1) == ("WAIT", "turn")


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, "caller_id"),
        ({"purpose": "transactional"}, "caller_id"),
        ({"message": {"by_kind": "user"}}, ""),
        ({"message": {"is_reply": True, "by_kind": "agent"}}, ""),
        ({"country": "PE"}, ""),
    ],
)
def test_a_machine_that_calls_in_chile_shows_its_prefix(more, code):
    assert said(Check.CALLER_ID, channel="call", account={"address": "+56912345678"}, **more)[1] == code
    assert said(Check.CALLER_ID, channel="call", account={"address": "+56809123456"}, **more)[1] == ""


def test_the_window_closes_five_minutes_early():
    free = {"message": {"content_sid": ""}}
    assert said(Check.WINDOW, heard={7: NOON - timedelta(hours=23, minutes=54)}, **free) == ("SEND", "window_open")
    assert said(Check.WINDOW, heard={7: NOON - timedelta(hours=23, minutes=55)}, **free) == ("REFUSE", "window_closed")
    assert said(Check.WINDOW, heard={8: NOON}, **free) == ("REFUSE", "window_closed")  # it is another number's
    assert said(Check.WINDOW, account={"provider": "sandbox"}, **free) == ("SEND", "")
    assert said(Check.WINDOW, channel="telegram", **free) == ("SEND", "")


@pytest.mark.parametrize("approval", ["not_sent", "pending", "rejected", "paused"])
def test_outside_the_window_only_an_approved_template_goes(approval):
    assert said(Check.WINDOW) == ("SEND", "")
    assert said(Check.WINDOW, version=TemplateVersion(broker_id=1, approval=approval)) == ("REFUSE", "not_approved")
    assert said(Check.WINDOW, version=None) == ("REFUSE", "not_approved")


def test_a_campaign_has_to_run_and_be_the_same():
    running = SendScope(broker_id=1, key="c", running=True, version=2)
    assert said(Check.SCOPE, scope=running, message={"scope_version": 2}) == ("SEND", "")
    assert said(Check.SCOPE, scope=running, message={"scope_version": 1}) == ("REFUSE", "scope_changed")
    stopped = SendScope(broker_id=1, key="c", running=False, version=2)
    assert said(Check.SCOPE, scope=stopped, message={"scope_version": 2}) == ("WAIT", "scope_stopped")


def test_what_would_wait_too_long_is_refused_now():
    late = judge(facts(message={"expires_at": NIGHT + HOUR}), now=NIGHT)
    assert (late.ruling, late.reason.check, late.reason.code) == (Ruling.REFUSE, Check.EXPIRY, "waits_too_long")
    assert judge(facts(message={"expires_at": NIGHT + 12 * HOUR}), now=NIGHT).ruling is Ruling.WAIT
    assert said(Check.EXPIRY, message={"expires_at": NOON}) == ("REFUSE", "too_late")


def test_budgets_of_a_day():
    day = NOON.date()
    meter = ChannelMeter(broker_id=1, day=day, begun_today=9)
    assert said(Check.BUDGET, account={"per_day": 10}, meter=meter) == ("SEND", "")
    assert said(Check.BUDGET, account={"per_day": 10}, meter=meter, before=1) == ("WAIT", "nearly_spent")
    assert said(Check.BUDGET, account={"per_day": 9}, meter=meter, message=REPLY) == ("WAIT", "account_full")
    assert said(Check.BUDGET, limits=limits(daily_budget=5), today=Today(day, 5)) == ("WAIT", "budget_spent")
    assert said(Check.BUDGET, limits=limits(daily_budget=5), today=Today(day, 5), message=REPLY) == ("SEND", "")
    assert said(Check.BUDGET, limits=limits(daily_budget=5), today=Today(day - DAY, 5)) == ("SEND", "")


@settings(max_examples=300, deadline=None)
@given(
    now=MOMENTS,
    country=st.sampled_from(["CL", "CO", "PE", "MX", "AR", "BR", "UY"]),
    purpose=st.sampled_from(["marketing", "transactional"]),
    ages=st.lists(st.integers(0, 15 * 24), max_size=4),
    rest=st.none() | st.integers(1, 2000),
    per_day=st.none() | st.integers(1, 3),
    own=st.none() | st.tuples(st.integers(0, 12), st.integers(13, 23)),
    expires=st.integers(1, 900),
    automatic=st.booleans(),
)
def test_nothing_goes_at_a_forbidden_time_and_no_wait_ends_at_one(
    now, country, purpose, ages, rest, per_day, own, expires, automatic
):
    from datetime import time

    own = Own(time(own[0]), time(own[1])) if own else Own()
    known = facts(
        country,
        purpose=purpose,
        clock=clock(country, "whatsapp", purpose, own=own),
        sent=[Sent(now - timedelta(hours=age), purpose, automatic=True) for age in sorted(ages)],
        meter=ChannelMeter(broker_id=1, closed_until=now + timedelta(minutes=rest) if rest else None),
        limits=limits(per_day=per_day),
        message={"by_kind": "campaign" if automatic else "user", "expires_at": now + timedelta(hours=expires)},
    )
    verdict = judge(known, now=now)
    if verdict.ruling is Ruling.SEND:
        assert known.clock.is_open(now)
    if verdict.ruling is Ruling.WAIT:
        assert now < verdict.until < known.message.expires_at
        assert known.clock.is_open(verdict.until)
        again = judge(known, now=verdict.until)
        assert again.ruling is Ruling.SEND or again.until > verdict.until
