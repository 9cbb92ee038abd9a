"""What got stuck is mended for many at the price of one: an outage leaves thousands behind."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from messaging.enums import AnomalyKind, Status
from messaging.letters import Answer, Outcome, SendClass
from messaging.models import Anomaly, Message
from messaging.sending import reaping, resolving
from messaging.sending.claiming import claim
from messaging.sending.sender import Sender
from messaging.sending.workers import Worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def telegram(make_account):
    return make_account(channel="telegram", provider="telegram")


@pytest.fixture
def write_some(telegram, write, make_lead):
    """`write_some(3)`: messages of as many leads, due at once."""
    made = iter(range(1000, 9999))

    def act(number):
        leads = [make_lead(phone_raw=f"+56 9 8765 {next(made)}") for _ in range(number)]
        return [write(lead, account=telegram) for lead in leads]

    return act


@pytest.fixture
def unknown(write_some, provider):
    """`unknown(3)`: messages of which nobody knows what became."""

    def act(number):
        messages = write_some(number)
        provider.answers.extend([Answer(Outcome.UNKNOWN)] * number)
        sender = Sender(at_once=8)
        sender.look()
        sender.close()
        return messages

    return act


def statements(act):
    """What `act` gave, and how many statements it took."""
    with CaptureQueriesContext(connection) as seen:
        made = act()
    return made, len(seen)


def test_ends_nobody_will_tell_are_given_up_together(unknown, fresh):
    counted = []
    for number in (1, 3):
        messages = unknown(number)
        later = timezone.now() + timedelta(hours=1)
        counted.append(statements(lambda now=later: resolving.due(now=now))[1])
        assert {fresh(message).status for message in messages} == {Status.UNCONFIRMED}
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("answer", "looks", "becomes"),
    [
        (Answer(Outcome.NOT_SENT), 1, Status.UNKNOWN),
        (Answer(Outcome.NOT_SENT), 3, Status.QUEUED),
        (Answer(Outcome.UNKNOWN), 1, Status.UNCONFIRMED),
    ],
)
def test_a_provider_is_asked_about_all_and_its_answers_are_taken_in_together(
    unknown, fresh, provider, monkeypatch, answer, looks, becomes
):
    monkeypatch.setattr(provider, "send_class", SendClass.LOOKUP)
    counted = []
    for number in (1, 3):
        messages = unknown(number)
        for look in range(1, looks + 1):
            now = timezone.now() + timedelta(hours=look)
            asked, first = statements(lambda now=now: resolving.due(now=now))
            said = [(question, answer) for question in asked]
            assert len(said) == number
            second = statements(lambda said=said, now=now: resolving.answered(said, now=now))[1]
        counted.append((first, second))
        assert {fresh(message).status for message in messages} == {becomes}
    assert counted[0] == counted[1]


def test_found_ones_are_told_apart_from_those_that_are_not(unknown, fresh, provider, monkeypatch):
    monkeypatch.setattr(provider, "send_class", SendClass.LOOKUP)
    messages = unknown(3)
    now = timezone.now() + timedelta(hours=1)
    answers = [Answer(Outcome.ACCEPTED, ref="T1"), Answer(Outcome.NOT_SENT), Answer(Outcome.UNKNOWN)]
    asked = {question.letter.attempt: question for question in resolving.due(now=now)}
    resolving.answered([(asked[fresh(m).attempt], a) for m, a in zip(messages, answers, strict=True)], now=now)
    assert [fresh(message).status for message in messages] == [Status.SENT, Status.UNKNOWN, Status.UNCONFIRMED]


def test_the_names_of_other_messages_to_the_same_person_are_told_with_the_question(
    unknown, fresh, provider, write, telegram, monkeypatch, inside, broker
):
    monkeypatch.setattr(provider, "send_class", SendClass.LOOKUP)
    one, other = unknown(2)
    with inside(broker):
        named = write(one.lead, account=telegram, key="another")
        Message.objects.filter(pk=named.pk).update(
            status=Status.SENT, provider_ref="T7", sent_at=timezone.now(), settled_at=timezone.now()
        )
    asked = {question.letter.attempt: question for question in resolving.due(now=timezone.now() + timedelta(hours=1))}
    assert asked[fresh(one).attempt].letter.taken == {"T7"}
    assert asked[fresh(other).attempt].letter.taken == frozenset()


def test_what_a_dead_worker_held_is_freed_together(write_some, fresh, provider, inside, broker):
    counted = []
    for number in (1, 3):
        messages = write_some(number)
        worker = Worker()
        claim(worker, now=timezone.now(), most=10)
        worker.stop()
        with inside(broker):
            Message.objects.exclude(lease_worker=None).update(lease_until=timezone.now() - timedelta(seconds=1))
        freed, cost = statements(lambda: reaping.reap(now=timezone.now()))
        assert freed == number
        counted.append(cost)
        assert {fresh(message).status for message in messages} == {Status.QUEUED}
        with inside(broker):
            Message.objects.filter(pk__in=[message.pk for message in messages]).update(status=Status.CANCELLED)
    assert counted[0] == counted[1]


def test_of_those_freed_together_only_the_deadly_one_fails(write_some, fresh, provider, inside, broker):
    [deadly] = write_some(1)
    for death in range(1, reaping.CRASHES + 1):
        others = write_some(2) if death == reaping.CRASHES else []
        worker = Worker()
        claim(worker, now=timezone.now(), most=10)
        worker.stop()
        with inside(broker):
            Message.objects.exclude(lease_worker=None).update(lease_until=timezone.now() - timedelta(seconds=1))
        reaping.reap(now=timezone.now())
    assert (fresh(deadly).status, fresh(deadly).error_code) == (Status.FAILED, "crashes_sender")
    assert {fresh(message).status for message in others} == {Status.QUEUED}
    with inside(broker):
        assert [one.kind for one in Anomaly.objects.all()] == [AnomalyKind.CRASHING]
