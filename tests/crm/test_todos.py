"""Tasks: who has them, when they are due, and what the lead knows of it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actors import Actor
from crm import todos
from crm.models import Lead, Task, TimelineEntry

NOW = timezone.now().replace(microsecond=0)
DAY = timedelta(days=1)


@pytest.fixture
def add(broker, inside, alice):
    def act(lead, due_at=NOW + DAY, by=alice, title="Llamar", **rest):
        with inside(broker):
            return todos.add(lead, todos.Plan(title, due_at, **rest), by=Actor.of(by), now=NOW)

    return act


@pytest.fixture
def act(broker, inside, alice):
    def do(function, *args, by=alice, **rest):
        with inside(broker):
            return function(*args, by=Actor.of(by), now=NOW, **rest)

    return do


def test_lead_knows_its_first_open_task(add, act, make_lead, stored):
    lead = make_lead()
    later, sooner = add(lead, NOW + 2 * DAY), add(lead, NOW + DAY)
    assert stored(lead).next_task_at == stored(lead).next_step_at == NOW + DAY
    act(todos.finish, sooner)
    assert stored(lead).next_task_at == NOW + 2 * DAY
    act(todos.reschedule, later, NOW + 5 * DAY)
    assert stored(lead).next_task_at == NOW + 5 * DAY
    act(todos.reopen, sooner)
    assert stored(lead).next_task_at == NOW + DAY
    act(todos.delete, sooner)
    act(todos.delete, later)
    assert stored(lead).next_task_at is None


def test_task_is_its_makers_unless_given_to_somebody(add, make_lead, alice, bob):
    assert add(make_lead()).assignee == alice
    assert add(make_lead(), assignee=bob).assignee == bob
    assert add(None, by=bob).assignee == bob


def test_task_is_not_given_to_who_does_not_see_the_lead(add, act, make_lead, alice, bob):
    lead = make_lead(assigned_to=alice)
    with pytest.raises(todos.CannotSee):
        add(lead, assignee=bob)
    with pytest.raises(todos.CannotSee):
        act(todos.change, add(lead), {"assignee": bob})


def test_task_finished_twice_is_finished_once(add, act, make_lead, broker, inside):
    task = add(make_lead())
    assert act(todos.finish, task) is True
    assert act(todos.finish, task) is False
    with inside(broker):
        told = list(TimelineEntry.objects.filter(kind="task").order_by("id").values_list("data__act", flat=True))
    assert told == ["added", "finished"]


def test_rescheduling_keeps_the_reminders_distance_and_reminds_anew(add, act, make_lead, broker, inside):
    task = add(make_lead(), NOW + DAY, remind_at=NOW + DAY - timedelta(hours=1))
    with inside(broker):
        Task.objects.update(reminded_at=NOW)
    moved = act(todos.reschedule, task, NOW + 3 * DAY)
    assert (moved.remind_at, moved.reminded_at) == (NOW + 3 * DAY - timedelta(hours=1), None)


def test_change_of_nothing_tells_nothing(add, act, make_lead, broker, inside):
    task = add(make_lead())
    act(todos.change, task, {"title": "Llamar"})
    with inside(broker):
        assert TimelineEntry.objects.filter(kind="task").count() == 1


def test_task_without_a_title_is_refused(add, make_lead):
    with pytest.raises(ValueError, match="title"):
        add(make_lead(), title="  ")


def test_tasks_are_seen_with_their_lead_or_by_whose_they_are(add, make_lead, alice, bob, broker, inside):
    hidden = add(make_lead(assigned_to=alice), title="de Alice")
    add(make_lead(), title="de nadie")
    add(make_lead(assigned_to=bob), title="de Bob")
    add(None, title="suelta de Alice")
    add(None, title="suelta de Bob", by=bob)
    with inside(broker):
        Task.objects.filter(pk=hidden.pk).update(title="de Alice")
        mine = set(Task.objects.visible_to(bob).values_list("title", flat=True))
        assert mine == {"de nadie", "de Bob", "suelta de Bob"}
        assert Task.objects.visible_to(alice).count() == 5


def test_tasks_of_a_lead_in_the_bin_are_not_seen_but_can_be_closed(add, act, make_lead, alice, broker, inside):
    lead = make_lead()
    task = add(lead)
    with inside(broker):
        Lead.objects.filter(pk=lead.pk).update(deleted_at=NOW)
        assert not Task.objects.visible_to(alice).exists()
    assert act(todos.finish, task) is True
