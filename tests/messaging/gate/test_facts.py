"""The facts as the database has them: complete, for one message and for a hundred in the same statements."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from crm import consent
from crm.consent import Ground
from crm.enums import Channel, ConsentBasis, ConsentPurpose, ConsentSource, ConsentState
from messaging import outbox
from messaging.drafts import Draft
from messaging.gate import Check, Ruling, facts, judge
from messaging.models import ChannelAccount, ChannelMeter, ContactLimits, Message, SendScope, Suppression

BY = Actor.system().columns()
GROUND = Ground(ConsentBasis.OPT_IN, ConsentSource.FORM)


@pytest.fixture
def account(broker, inside):
    with inside(broker):
        made = ChannelAccount.objects.create(
            channel="whatsapp", provider="sandbox", name="Prueba", token="t", created_at=timezone.now(), **BY
        )
        ChannelMeter.objects.create(account=made, tokens_at=timezone.now())
    return made


@pytest.fixture
def write(account, broker, inside):
    """Messages to leads, in the outbox."""

    def make(*leads, **more):
        now = timezone.now()
        with inside(broker):
            drafts = [
                Draft(lead=lead, channel=Channel.WHATSAPP, dedupe_key=f"{lead.pk}-{len(more)}-{number}", not_before=now, expires_at=now + timedelta(days=9), **more)
                for number, lead in enumerate(leads)
            ]  # fmt: skip
            return outbox.enqueue(drafts, by=Actor.system(), now=now)

    return make


def test_the_facts_are_complete(make_lead, write, account, broker, inside):
    now = timezone.now()
    lead = make_lead(phone_raw="+56 61 222 3344", country="CL")
    [message] = write(lead, purpose=ConsentPurpose.MARKETING)
    with inside(broker):
        consent.record(lead, ConsentState.GRANTED, GROUND, by=Actor.system(), at=now)
        Suppression.objects.create(kind="phone", value=lead.phone_e164, source="manual", created_at=now, **BY)
        Suppression.objects.create(kind="phone", value="+56999999999", source="manual", created_at=now, **BY)
        ContactLimits.objects.create(opens="10:00", closes="12:00", days=[1, 2], updated_at=now, **BY)
        sent = {
            "direction": "out",
            "channel": "whatsapp",
            "lead": lead,
            "account": account,
            "created_at": now,
            "not_before": now,
            "expires_at": now,
            **BY,
        }
        Message.objects.create(
            status="sent", provider_ref="1", sent_at=now, dedupe_key="a", purpose="marketing", **sent
        )
        Message.objects.create(status="sent", provider_ref="2", sent_at=now, dedupe_key="b", is_reply=True, **sent)
        Message.objects.create(status="failed", dedupe_key="c", **sent)
        inbound = {**sent, "direction": "in", "expires_at": None, "created_at": now - timedelta(hours=1)}
        Message.objects.create(status="received", **inbound)
        [known] = facts.of([message])
    assert known.account == account
    assert known.lead == lead
    assert known.clock.zones[0].key == "America/Punta_Arenas"
    assert known.clock.rules.country == "CL"
    assert known.clock.own.days == {1, 2}
    assert [each.value for each in known.suppressions] == [lead.phone_e164]
    assert [(each.purpose, each.automatic) for each in known.sent] == [("marketing", True)]
    assert known.heard == {account.pk: now - timedelta(hours=1)}
    assert known.ledger.of("marketing", "whatsapp").state == ConsentState.GRANTED
    assert known.conversation.lead_id == lead.pk
    assert known.meter.account_id == account.pk


@pytest.mark.parametrize("hold", [False, True])
def test_a_hundred_take_the_statements_of_one(make_lead, write, broker, inside, hold):
    leads = [make_lead(phone_raw=f"+5699824{number:04}") for number in range(100)]
    messages = write(*leads)
    with inside(broker):
        scope = SendScope.objects.create(key="c")
        for each in messages:
            each.scope = scope
        facts.of(messages[:1], hold=True)  # the limits' row is made once
        counted = []
        for batch in (messages[:1], messages):
            with CaptureQueriesContext(
                connection,
            ) as seen:
                found = facts.of(batch, hold=hold)
                for each in found:
                    judge(each, now=timezone.now())  # asks the database nothing
            assert len(found) == len(batch)
            counted.append(len(seen))
    assert counted[0] == counted[1] <= 14


def test_two_of_one_lead_know_of_each_other(make_lead, write, broker, inside):
    lead = make_lead(phone_raw="+56998248519")
    messages = write(lead, lead, lead)
    with inside(broker):
        assert [each.ahead for each in facts.of(messages)] == [0, 1, 2]


def test_the_first_asking_makes_the_limits_a_kill_switch_needs(make_lead, write, broker, inside):
    messages = write(make_lead(phone_raw="+56998248519"))
    with inside(broker):
        facts.of(messages)
        assert not ContactLimits.objects.exists()
        facts.of(messages, hold=True)
        assert ContactLimits.objects.count() == 1


def test_a_message_nobody_stored_is_judged_too(make_lead, broker, inside):
    lead, now = make_lead(phone_raw="+56998248519"), timezone.now()
    with inside(broker):
        thought = Message(
            lead=lead,
            channel="whatsapp",
            purpose="transactional",
            address=lead.phone_e164,
            by_kind="user",
            not_before=now,
        )
        [known] = facts.of([thought])
        verdict = judge(known, now=now)
    assert verdict.ruling is Ruling.REFUSE
    assert verdict.reason.check is Check.ACCOUNT
    assert verdict.reason.code == "no_account"


def test_the_facts_stay_inside_the_brokerage(make_lead, write, other_broker, broker):
    messages = write(make_lead(phone_raw="+56998248519"))
    with tenancy.use(other_broker.pk), pytest.raises(KeyError):
        facts.of(messages)


@pytest.mark.django_db(transaction=True)
def test_many_hold_the_account_at_once_and_who_changes_it_waits(make_lead, write, account, broker):
    """FOR SHARE: a second sender passes, a second writer does not."""
    import psycopg
    from django.conf import settings

    messages = write(make_lead(phone_raw="+56998248519"))
    with tenancy.use(broker.pk):
        ContactLimits.objects.create(updated_at=timezone.now(), **BY)
    known = connection.settings_dict
    with (
        psycopg.connect(
            host=known["HOST"],
            port=known["PORT"] or None,
            dbname=known["NAME"],
            user=settings.DB_OWNER["USER"],
            password=settings.DB_OWNER.get("PASSWORD"),
        ) as other,
        tenancy.use(broker.pk),
    ):
        facts.of(messages, hold=True)
        other.execute("SELECT set_config('app.broker_id', %s, true)", [str(broker.pk)])
        held = other.execute("SELECT id FROM messaging_channelaccount FOR SHARE NOWAIT").fetchall()
        assert held == [(account.pk,)]
        for table in ("messaging_channelaccount", "messaging_contactlimits"):
            with other.transaction(), pytest.raises(psycopg.errors.LockNotAvailable), other.transaction():
                other.execute(f"SELECT id FROM {table} FOR UPDATE NOWAIT")
        other.rollback()
