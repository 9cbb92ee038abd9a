"""Staff change how often campaigns are looked at, and the running beat takes it over."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django_celery_beat.models import IntervalSchedule, PeriodicTask
from django_celery_beat.schedulers import DatabaseScheduler

from config.celery import app

pytestmark = pytest.mark.django_db(transaction=True)  # the scheduler closes its connection as it likes
CHECK, TICK = "Disparadores de campañas", "Pasos de campañas"


@pytest.fixture(autouse=True)
def _as_it_was(db):
    """What migrations made outlives a test that commits: it is put back."""
    tasks = {each.pk: each for each in PeriodicTask.objects.all()}
    intervals = {each.pk: each for each in IntervalSchedule.objects.all()}
    yield
    for each in (*intervals.values(), *tasks.values()):
        each.save()
    PeriodicTask.objects.exclude(pk__in=tasks).delete()
    IntervalSchedule.objects.exclude(pk__in=intervals).delete()


@pytest.fixture
def beat():
    """The scheduler of a beat that runs: it has read what stands there."""
    scheduler = DatabaseScheduler(app=app)
    for _tick in range(2):
        assert scheduler.schedule[CHECK].schedule.run_every == timedelta(hours=1)
    return scheduler


@pytest.fixture
def change(as_root):
    """`change(CHECK, interval=…)`: the task's form in Django admin, sent."""

    def send(name, **more):
        path = reverse("admin:django_celery_beat_periodictask_change", args=[PeriodicTask.objects.get(name=name).pk])
        form = as_root.get(path).context["adminform"].form
        data = {key: form[key].value() for key in form.fields}
        data = {key: "" if value in (None, False) else value for key, value in data.items()}
        data |= {f"{key}_{part}": "" for key in ("start_time", "expires") for part in (0, 1)}
        assert as_root.post(path, data | more).status_code == 302

    return send


def is_due(beat, name, *, after):
    """Whether beat would send it, so long after it was sent last."""
    entry = beat.schedule[name]
    entry.last_run_at = entry.schedule.now() - after
    return entry.is_due().is_due


@pytest.mark.parametrize("name", [CHECK, TICK])
def test_a_new_interval_holds_for_the_beat_that_runs(beat, change, name):
    soon = IntervalSchedule.objects.create(every=7, period="minutes")
    change(name, interval=soon.pk)
    assert beat.schedule[name].schedule.run_every == timedelta(minutes=7)
    assert not is_due(beat, name, after=timedelta(minutes=6))
    assert is_due(beat, name, after=timedelta(minutes=8))


def test_what_is_switched_off_is_not_sent_until_it_is_on_again(beat, change):
    change(CHECK, enabled="")
    assert CHECK not in beat.schedule
    assert TICK in beat.schedule
    change(CHECK, enabled="on")
    assert is_due(beat, CHECK, after=timedelta(hours=2))


def test_an_interval_itself_is_changed(beat, as_root):
    hour = PeriodicTask.objects.get(name=CHECK).interval
    path = reverse("admin:django_celery_beat_intervalschedule_change", args=[hour.pk])
    assert as_root.post(path, {"every": "2", "period": "hours"}).status_code == 302
    assert beat.schedule[CHECK].schedule.run_every == timedelta(hours=2)


def test_the_list_says_in_words_what_each_is_for(as_root):
    page = as_root.get(reverse("admin:django_celery_beat_periodictask_changelist")).content.decode()
    for name in (CHECK, TICK):
        task = PeriodicTask.objects.get(name=name)
        assert task.description
        assert task.description in page
