"""Two beats ask for the same turn; it is done once."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from core import slots
from core.models import Slot


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_taken_once_by_whoever_comes_first(at_once):
    now = timezone.now()
    assert sorted(at_once(lambda _number: slots.take("nightly", now=now), 6)) == [False] * 5 + [True]


@pytest.mark.django_db
def test_the_next_minute_and_another_task_have_turns_of_their_own():
    now = timezone.now()
    assert slots.take("nightly", now=now)
    assert slots.take("nightly", now=now + timedelta(minutes=1))
    assert slots.take("hourly", now=now)


@pytest.mark.django_db
def test_old_turns_are_forgotten():
    now = timezone.now()
    slots.take("nightly", now=now - timedelta(days=8))
    slots.take("nightly", now=now)
    assert Slot.objects.count() == 1


@pytest.mark.django_db
def test_a_task_asked_for_twice_runs_once(monkeypatch):
    runs, now = [], timezone.now()
    monkeypatch.setattr(slots.timezone, "now", lambda: now)  # the minute might turn between the two

    @slots.once_a_minute
    def work():
        runs.append(1)

    work()
    work()
    assert len(runs) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("every", "runs"), [(5, 2), (90, 1)])
def test_a_task_on_a_short_interval_has_its_turns_that_often(monkeypatch, every, runs):
    interval = IntervalSchedule.objects.create(every=every, period="seconds")
    PeriodicTask.objects.create(name="A menudo", task="often", interval=interval)
    done, start = [], timezone.now().replace(second=0, microsecond=0)
    work = slots.once_a_turn("often")(lambda: done.append(1))
    for seconds in (0, 1, 5):
        monkeypatch.setattr(slots.timezone, "now", lambda at=start + timedelta(seconds=seconds): at)
        work()
    assert len(done) == runs
