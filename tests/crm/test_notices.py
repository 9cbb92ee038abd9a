"""Notices and reminders: the right people, once."""

import os
import signal
import time
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.utils import timezone

from core import events, tenancy
from core.actors import Actor, ActorKind
from crm import leads, notices, reminders, todos
from crm.enums import NoticeKind
from crm.events import BecameHot
from crm.models import Lead, Notification, Task

NOW = timezone.now().replace(microsecond=0)
FORM = Actor(ActorKind.FORM)


@pytest.fixture
def heard(broker, inside):
    """`heard()`: who was told what, of Andes."""

    def read():
        with inside(broker):
            told = Notification.objects.order_by("id").select_related("user")
            return [(notice.user.name, notice.kind) for notice in told]

    return read


def arrive(broker, by=FORM, **draft):
    with tenancy.use(broker.pk):
        return leads.create(leads.Draft({"name": "Ana"}, **draft), by=by, now=NOW)


def test_new_lead_from_outside_is_told_to_its_owner(broker, alice, bob, heard):
    arrive(broker, assigned_to=bob)
    assert heard() == [("Bob", "new_lead")]


def test_new_lead_of_nobody_is_told_to_everybody_who_works_there(broker, alice, bob, make_user, heard, charlie):
    make_user("gone@andes.cl", broker, name="Gone", is_active=False)
    arrive(broker)
    assert heard() == [("Alice", "new_lead"), ("Bob", "new_lead")]


def test_new_lead_typed_by_hand_is_told_to_nobody(broker, alice, bob, heard):
    arrive(broker, by=Actor.of(alice), assigned_to=bob)
    assert heard() == []


def test_lead_given_is_told_to_who_got_it_but_not_to_who_took_it(broker, inside, alice, bob, make_lead, heard):
    mine, theirs = make_lead(), make_lead()
    with inside(broker):
        leads.assign(Lead.objects.filter(pk=mine.pk), to=alice, by=Actor.of(alice), now=NOW)
        leads.assign(Lead.objects.filter(pk=theirs.pk), to=bob, by=Actor.of(alice), now=NOW)
        leads.assign(Lead.objects.filter(pk=theirs.pk), to=None, by=Actor.of(alice), now=NOW)
    assert heard() == [("Bob", "assigned")]


def test_hot_lead_is_told_to_its_owner_once_a_day(broker, inside, alice, make_lead, heard):
    lead = make_lead(assigned_to=alice)
    with inside(broker):
        for _again in range(2):
            events.publish(BecameHot([lead.pk, make_lead().pk], Actor.system(), NOW))
    assert heard() == [("Alice", "hot_lead")]


def test_nobody_hears_of_a_lead_they_do_not_see(broker, inside, alice, bob, make_lead, heard):
    lead = make_lead(assigned_to=alice)
    with inside(broker):
        notices.tell([notices.Notice(bob, NoticeKind.MENTION, "x", lead)], by=Actor.of(alice), now=NOW)
    assert heard() == []


def test_notice_disappears_with_the_right_to_see_the_lead(broker, inside, alice, bob, make_lead):
    lead = make_lead(assigned_to=bob)
    with inside(broker):
        notices.tell([notices.Notice(bob, NoticeKind.MENTION, "x", lead)], by=Actor.of(alice), now=NOW)
        assert Notification.objects.of(bob).count() == 1
        leads.assign(Lead.objects.all(), to=alice, by=Actor.of(alice), now=NOW)
        assert Notification.objects.of(bob).count() == 0


def test_only_notices_read_long_ago_are_purged(broker, inside, alice, bob, make_lead):
    with inside(broker):
        for key, read in (("new", NOW), ("old", NOW - timedelta(days=91)), ("unread", None)):
            Notification.objects.create(user=alice, kind="mention", key=key, at=NOW - timedelta(days=200), read_at=read)
        assert notices.purge(now=NOW) == 1
        assert set(Notification.objects.values_list("key", flat=True)) == {"new", "unread"}


@pytest.fixture
def remind(make_user):
    """`remind(broker, user)`: a task of the user whose reminder was due a minute ago."""

    def make(broker, user, lead=None, **rest):
        plan = todos.Plan("Llamar", NOW, assignee=user, remind_at=NOW - timedelta(minutes=1), **rest)
        with tenancy.use(broker.pk):
            return todos.add(lead, plan, by=Actor.system(), now=NOW)

    return make


def test_reminders_of_all_brokerages_are_told_once(broker, other_broker, alice, charlie, remind, inside, heard):
    remind(broker, alice)
    remind(other_broker, charlie)
    assert reminders.tell_due(now=NOW) == 2
    assert reminders.tell_due(now=NOW) == 0
    assert heard() == [("Alice", "task_due")]
    with inside(other_broker):
        assert Notification.objects.get().user == charlie


def test_reminder_put_off_is_told_again(broker, alice, remind, inside, heard):
    task = remind(broker, alice)
    reminders.tell_due(now=NOW)
    with inside(broker):
        todos.change(task, {"remind_at": NOW - timedelta(seconds=30)}, by=Actor.of(alice), now=NOW)
    reminders.tell_due(now=NOW)
    assert heard() == [("Alice", "task_due")] * 2


def test_finished_and_future_tasks_remind_nobody(broker, alice, remind, inside, heard):
    done, later = remind(broker, alice), remind(broker, alice)
    with inside(broker):
        todos.finish(done, by=Actor.of(alice), now=NOW)
        todos.change(later, {"remind_at": NOW + timedelta(hours=1)}, by=Actor.of(alice), now=NOW)
    assert reminders.tell_due(now=NOW) == 0
    assert heard() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", ["claimed", "told"])
def test_reminder_is_told_once_when_its_teller_is_killed(broker, alice, remind, heard, moment):
    remind(broker, alice)
    connection.close()
    child = os.fork()
    if child == 0:  # dies by SIGKILL between the claim and the commit
        for inherited in connections.all(initialized_only=True):
            inherited.connection = None  # a socket shared with the parent would outlive the child, and its locks too
        tell = notices.tell

        def die(*args, **kwargs):
            if moment == "told":
                tell(*args, **kwargs)
            os.kill(os.getpid(), signal.SIGKILL)

        notices.tell = die
        try:
            reminders.tell_due(now=NOW)
        finally:
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert heard() == []
    until = time.monotonic() + 10  # PostgreSQL hears of the death in a moment
    while reminders.tell_due(now=NOW) != 1:
        assert time.monotonic() < until
    assert reminders.tell_due(now=NOW) == 0
    assert heard() == [("Alice", "task_due")]
    with tenancy.use(broker.pk):
        assert Task.objects.get().reminded_at == NOW


def test_engine_tells_reminders_without_redis(broker, alice, remind, heard):
    from core.management.commands.run_engine import Command

    remind(broker, alice)
    Command()._look(beat=False)
    assert heard() == [("Alice", "task_due")]
