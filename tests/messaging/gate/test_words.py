"""Every code has words, and asking beforehand says what begin will say."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.actors import Actor, ActorKind
from crm import consent
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from messaging.enums import SuppressionSource
from messaging.gate import Check, Question, Ruling, ask, facts, judge, rules, words
from messaging.gate.verdict import Said
from messaging.models import Message
from tests.messaging.gate.build import NOON

GATE = Path(settings.BASE_DIR) / "messaging/gate"
OPT_IN = consent.Ground(ConsentBasis.OPT_IN, ConsentSource.FORM)


def test_every_code_of_every_check_has_words():
    said = "".join((GATE / f"{name}.py").read_text() for name in ("judging", "permission", "caps", "window", "hours"))
    codes = set(
        re.findall(
            r'"((?:[a-z]+_)+[a-z]+|stopped|merged|deleted|holiday|weekday|hours|turn|farewell|unrecorded)"', said
        )
    )
    codes |= {f"suppressed_{source}" for source in SuppressionSource}
    assert codes - words.CODES <= {"is_reply", "opt_out"}
    assert len(codes & words.CODES) > 40


@pytest.mark.parametrize("code", sorted(words.CODES))
def test_a_code_is_a_sentence_and_a_way_out(code):
    told = words.of_code(code)
    assert told.text.endswith(".")
    assert "%(" not in told.text
    blocks = code not in {"farewell", "live_talk", "always_open", "window_open", "by_hand", "own_address"}
    assert bool(told.todo) == blocks


def test_a_wait_says_when_in_the_hour_of_there():
    said = Said(Check.HOURS, Ruling.WAIT, "weekday", NOON, (("zone", "Pacific/Easter"),))
    assert words.of(said).text.endswith("Sale el miércoles 25 noviembre a las 10:00, hora de allá.")
    assert words.of_stored(said.stored()) == words.of(said)


def test_a_wait_that_may_go_on_promises_no_time():
    said = Said(Check.ACCOUNT, Ruling.WAIT, "account_paused", NOON)
    assert words.of(said) == words.of_code("account_paused")


def test_what_nobody_knows_is_shown_as_it_is():
    assert words.of_code("30007").text == "30007"
    assert words.of_code("gate:stopped") == words.of_code("stopped")


def test_asking_beforehand_says_what_the_gate_would(make_lead, make_account, broker, inside):
    make_account("whatsapp", is_default=True)
    make_account("email")
    lead, now, by = (
        make_lead(phone_raw="+56998248519", email="ana@example.com"),
        timezone.now(),
        Actor(ActorKind.CAMPAIGN),
    )
    with inside(broker):
        consent.record(lead, ConsentState.GRANTED, OPT_IN, by=by, at=now, channel=Channel.EMAIL)
        question = Question(purpose=ConsentPurpose.MARKETING)
        told = dict(ask(lead, question, by=by, now=now))
        assert not Message.objects.exists()
    codes = {
        channel: {each.code for each in verdict.said if each.ruling is Ruling.REFUSE}
        for channel, verdict in told.items()
    }
    assert codes == {
        Channel.WHATSAPP: {"no_basis"},
        Channel.TELEGRAM: {"no_account", "no_address", "no_basis"},
        Channel.EMAIL: set(),
    }


def test_asking_for_a_hundred_costs_what_one_costs(make_lead, make_account, broker, inside):
    make_account()
    leads = [make_lead(phone_raw=f"+5699824{number:04}") for number in range(100)]
    counted = []
    rules.load()
    with inside(broker):
        for some in (leads[:1], leads):
            with CaptureQueriesContext(connection) as seen:
                assert len(ask(some, Question(), by=Actor.system(), now=timezone.now())) == 3 * len(some)
            counted.append(len(seen))
    assert counted[0] == counted[1] <= 14


def test_a_message_in_the_outbox_gets_the_same_answer(make_lead, make_account, write, broker, inside):
    make_account()
    lead, now = make_lead(phone_raw="+56998248519"), timezone.now()
    message = write(lead, is_reply=True)
    with inside(broker):
        [(_channel, asked)] = ask(
            lead, Question(is_reply=True, expires_at=now + timedelta(days=1)), by=Actor(ActorKind.USER), now=now, channels=[Channel.WHATSAPP]
        )  # fmt: skip
        [known] = facts.of([message])
        assert judge(known, now=now).said == asked.said
