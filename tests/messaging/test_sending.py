"""A message's way: out once, whatever happens, and every end is told."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.actors import Actor
from crm.models import Interaction
from messaging import outbox
from messaging.enums import Status
from messaging.letters import Answer, Outcome, Report, SendClass
from messaging.models import Anomaly, ChannelMeter, Message, SendAttempt
from messaging.sending import reaping, resolving, settle, told
from messaging.sending.sender import Sender
from messaging.sending.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sender():
    made = Sender(at_once=8)
    yield made
    made.close()


@pytest.fixture
def telegram(make_account):
    return make_account(channel="telegram", provider="telegram")


@pytest.fixture
def sent(telegram, provider, write, make_lead, sender):
    """`sent(answer…)`: a message that was tried, once for each answer."""

    def send(*answers, **fields):
        provider.answers.extend(answers)
        message = write(make_lead(phone_raw="+56 9 8765 4321"), account=telegram, **fields)
        sender.look()
        return message

    return send


def test_a_message_to_a_simulated_phone_arrives_in_one_look(
    make_account, write, make_lead, sender, fresh, inside, broker
):
    make_account()
    message = write(make_lead(phone_raw="+56 9 8765 4321"))
    sender.look()
    stored = fresh(message)
    assert (stored.status, stored.provider_ref, stored.lease_worker) == (Status.SENT, str(message.public_id), None)
    with inside(broker):
        assert Interaction.objects.filter(lead=message.lead_id, kind="message_out").count() == 1
        assert stored.lead.last_outbound_at is not None
        [attempt] = SendAttempt.objects.filter(message=message)
        assert (attempt.state, attempt.begun_at is not None) == ("accepted", True)


def test_one_cause_makes_one_message(make_account, write, make_lead):
    make_account()
    lead = make_lead(phone_raw="+56 9 8765 4321")
    assert write(lead, key="campaign:1").pk == write(lead, key="campaign:1").pk


def test_an_accepted_message_is_recorded_with_its_name(sent, fresh):
    stored = fresh(sent(Answer(Outcome.ACCEPTED, ref="T1")))
    assert (stored.status, stored.provider_ref) == (Status.SENT, "T1")


def test_a_refused_message_fails_with_the_code(sent, fresh, provider):
    stored = fresh(sent(Answer(Outcome.REJECTED, code="400", detail="chat not found")))
    assert (stored.status, stored.error_code) == (Status.FAILED, "400")
    assert len(provider.letters) == 1


def test_a_message_that_never_left_goes_again_later(sent, fresh, provider, sender):
    message = sent(Outcome.NOT_SENT)
    stored = fresh(message)
    assert stored.status == Status.QUEUED
    assert stored.not_before > timezone.now()
    sender.look()
    assert len(provider.letters) == 1


def test_a_provider_that_asks_for_rest_gets_it_for_the_whole_account(sent, fresh, telegram, inside, broker):
    stored = fresh(sent(Answer(Outcome.LATER, code="429", wait=timedelta(seconds=40))))
    assert stored.status == Status.QUEUED
    with inside(broker):
        assert ChannelMeter.objects.get(account=telegram).closed_until > timezone.now() + timedelta(seconds=30)


def test_an_unknown_end_is_never_repeated_by_itself(sent, fresh, provider, sender):
    message = sent(Outcome.UNKNOWN)
    assert fresh(message).status == Status.UNKNOWN
    resolving.due(now=timezone.now() + timedelta(hours=1))
    sender.look()
    assert fresh(message).status == Status.UNCONFIRMED
    assert len(provider.letters) == 1


def test_an_unknown_end_that_the_provider_knows_of_is_sent(sent, fresh, provider, monkeypatch):
    monkeypatch.setattr(type(provider), "send_class", SendClass.LOOKUP)
    message = sent(Outcome.UNKNOWN)
    provider.found = [Outcome.ACCEPTED]
    later = timezone.now() + timedelta(hours=1)
    [question] = resolving.due(now=later)
    found = provider.look_up(question.letter, begun_at=question.begun_at)
    resolving.answered([(question, found)], now=later)
    assert fresh(message).status == Status.SENT


def test_an_unknown_end_absent_three_times_is_sent_again(sent, fresh, provider, monkeypatch, sender):
    monkeypatch.setattr(type(provider), "send_class", SendClass.LOOKUP)
    message = sent(Outcome.UNKNOWN)
    for minutes in (10, 20, 30):
        assert fresh(message).status == Status.UNKNOWN
        now = timezone.now() + timedelta(minutes=minutes)
        resolving.answered([(each, Answer(Outcome.NOT_SENT)) for each in resolving.due(now=now)], now=now)
    assert fresh(message).status == Status.QUEUED


def test_what_the_provider_reports_counts_before_and_after_our_own_record(
    telegram, provider, write, make_lead, sender, fresh, inside, broker
):
    def report_first(letter):
        report = Report(Status.DELIVERED, timezone.now(), attempt=letter.attempt, ref="T9")
        with inside(broker):
            assert told.apply(report, telegram, now=timezone.now())
        connection.close()
        return Answer(Outcome.ACCEPTED, ref="T9")

    provider.answers = [report_first]
    message = write(make_lead(phone_raw="+56 9 8765 4321"), account=telegram)
    sender.look()
    stored = fresh(message)
    assert (stored.status, stored.provider_ref) == (Status.DELIVERED, "T9")
    with inside(broker):
        assert Interaction.objects.filter(kind="message_out").count() == 1
        assert not Anomaly.objects.exists()
        told.apply(Report(Status.SENT, timezone.now(), ref="T9"), telegram, now=timezone.now())
    assert fresh(message).status == Status.DELIVERED


def test_an_acceptance_after_it_was_told_absent_stops_the_second_copy_and_is_an_anomaly(
    sent, fresh, telegram, inside, broker, provider, sender
):
    message = sent(Outcome.NOT_SENT)
    with inside(broker):
        first = SendAttempt.objects.get(message=message)
        told.apply(Report(Status.SENT, timezone.now(), attempt=first.key, ref="T5"), telegram, now=timezone.now())
        assert Anomaly.objects.get().kind == "late_acceptance"
    assert fresh(message).status == Status.SENT


def test_what_is_overdue_is_never_sent(telegram, provider, write, make_lead, sender, fresh):
    now = timezone.now()
    message = write(
        make_lead(phone_raw="+56 9 8765 4321"), account=telegram, now=now - timedelta(days=2), expires_at=now - timedelta(days=1)
    )  # fmt: skip
    sender(now=timezone.now())
    assert fresh(message).status == Status.EXPIRED
    assert provider.letters == []


def test_a_cancelled_message_stays(telegram, provider, write, make_lead, sender, fresh, inside, broker):
    message = write(make_lead(phone_raw="+56 9 8765 4321"), account=telegram)
    with inside(broker):
        assert outbox.cancel([message], why="by_hand", now=timezone.now())
        assert outbox.cancel([message], why="by_hand", now=timezone.now()) == []
    sender.look()
    assert provider.letters == []


@pytest.mark.parametrize(("begun", "becomes"), [(False, Status.QUEUED), (True, Status.UNKNOWN)])
def test_what_a_dead_worker_held_is_freed(telegram, provider, write, make_lead, fresh, inside, broker, begun, becomes):
    from messaging.sending.beginning import begin
    from messaging.sending.claiming import claim

    message = write(make_lead(phone_raw="+56 9 8765 4321"), account=telegram)
    worker = Worker()
    claims = claim(worker, now=timezone.now(), most=10)
    if begun:
        assert begin(broker.pk, claims, worker=worker, now=timezone.now())
    with inside(broker):
        Message.objects.filter(pk=message.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert reaping.reap(now=timezone.now(), mine=worker, in_flight={claims[0].attempt}) == 0
    worker.stop()
    reaping.reap(now=timezone.now())
    assert fresh(message).status == becomes


def test_one_that_cannot_be_freed_holds_up_no_other(
    telegram, provider, write, make_lead, sender, fresh, inside, broker
):
    """The row of its try is gone, which nothing of ours does."""
    from messaging.sending.claiming import claim

    broken, other = (write(make_lead(phone_raw=f"+56 9 8765 432{n}"), account=telegram) for n in range(2))
    worker = Worker()
    claim(worker, now=timezone.now(), most=5)
    worker.stop()
    with inside(broker):
        SendAttempt.objects.filter(message=broken).delete()
        Message.objects.exclude(lease_worker=None).update(lease_until=timezone.now() - timedelta(seconds=1))
    provider.answers.extend([Answer(Outcome.ACCEPTED, ref="1")])
    sender(now=timezone.now())
    assert (fresh(broken).status, fresh(other).status) == (Status.CLAIMED, Status.SENT)


def test_a_try_that_cannot_be_looked_at_holds_up_no_other(
    telegram, provider, write, make_lead, sender, fresh, monkeypatch
):
    monkeypatch.setattr(provider, "send_class", SendClass.LOOKUP)
    lost = [write(make_lead(phone_raw=f"+56 9 8765 432{n}"), account=telegram) for n in range(2)]
    provider.answers.extend([Answer(Outcome.UNKNOWN)] * 2)
    sender.look()
    letter_of = resolving.letter_of

    def broken(message):
        if message.pk == lost[0].pk:
            raise ValueError("nobody reads this letter")
        return letter_of(message)

    monkeypatch.setattr(resolving, "letter_of", broken)
    [question] = resolving.due(now=timezone.now() + timedelta(hours=1))
    assert question.letter.attempt == fresh(lost[1]).attempt


def test_a_person_settles_what_nobody_confirmed(sent, fresh, inside, broker, alice, sender, provider):
    message = sent(Outcome.UNKNOWN)
    resolving.due(now=timezone.now() + timedelta(hours=1))
    with inside(broker):
        settle.resend(message, by=Actor.of(alice), now=timezone.now())
        with pytest.raises(settle.Settled):
            settle.give_up(message, by=Actor.of(alice), now=timezone.now())
    sender.look()
    assert fresh(message).status == Status.SENT
    assert len(provider.letters) == 2


def test_a_status_never_goes_back(sent, inside, broker):
    message = sent(Answer(Outcome.ACCEPTED, ref="T1"))
    with inside(broker), pytest.raises(IntegrityError), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(status=Status.QUEUED)


def test_the_engine_mends_in_a_session_that_is_thrown_out_when_it_freezes(sender, monkeypatch, settings):
    """Frozen in any transaction it would hold leads and accounts for ever."""
    seen = []

    def look(*, now):
        with connection.cursor() as cursor:
            cursor.execute("SHOW idle_in_transaction_session_timeout")
            seen.extend(cursor.fetchone())

    monkeypatch.setattr("messaging.sending.overdue.expire", look)
    sender(now=timezone.now())
    connection.close()  # the database was away
    sender(now=timezone.now())
    assert seen == [f"{settings.SEND_LEASE.total_seconds():.0f}s"] * 2


def test_begin_needs_the_session_it_claimed_with(telegram, write, make_lead):
    from messaging.sending.beginning import begin
    from messaging.sending.claiming import claim
    from messaging.sending.workers import Retired

    message = write(make_lead(phone_raw="+56 9 8765 4321"), account=telegram)
    worker = Worker()
    claims = claim(worker, now=timezone.now(), most=10)
    connection.close()
    with pytest.raises(Retired):
        begin(message.broker_id, claims, worker=worker, now=timezone.now())


def test_a_strangers_claim_begins_nothing(telegram, write, make_lead):
    from messaging.sending.beginning import begin
    from messaging.sending.claiming import Claim

    message = write(make_lead(phone_raw="+56 9 8765 4321"), account=telegram)
    worker = Worker()
    assert (
        begin(message.broker_id, [Claim(message.broker_id, message.pk, uuid4())], worker=worker, now=timezone.now())
        == []
    )
    worker.stop()
