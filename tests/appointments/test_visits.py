"""Meetings: what may become of them, and that nobody has two at a time."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from appointments import visits
from appointments.enums import AppointmentStatus, AppointmentType
from appointments.models import Appointment
from core import tenancy
from core.actors import Actor
from crm.models import Interaction, Lead, TimelineEntry

NOW = timezone.now().replace(microsecond=0)
HOUR = timedelta(hours=1)


@pytest.fixture
def schedule(broker, inside, alice):
    def act(lead, starts_at=NOW + HOUR, agent=None, **rest):
        slot = visits.Slot(AppointmentType.PROPERTY_VISIT, starts_at, agent=agent or alice, **rest)
        with inside(broker):
            return visits.schedule(lead, slot, by=Actor.of(alice), now=NOW)

    return act


@pytest.fixture
def act(broker, inside, alice):
    def do(function, visit, *args, now=NOW, **rest):
        with inside(broker):
            return function(visit, *args, by=Actor.of(alice), now=now, **rest)

    return do


ACTS = {
    "confirmed": visits.confirm,
    "cancelled": visits.cancel,
    "completed": visits.complete,
    "no_show": visits.no_show,
}


@pytest.mark.parametrize("status", AppointmentStatus.values)
@pytest.mark.parametrize("to", ACTS)
def test_status_goes_only_where_the_table_says(schedule, act, make_lead, broker, inside, status, to):
    visit = schedule(make_lead(), NOW - HOUR)
    with inside(broker):
        Appointment.objects.update(status=status)
    if to == status or to in visits.TRANSITIONS[status]:
        assert act(ACTS[to], visit).status == to
    else:
        with pytest.raises(visits.Refused):
            act(ACTS[to], visit)


@pytest.mark.parametrize(("done", "kind"), [("completed", "visit_kept"), ("no_show", "visit_missed")])
def test_what_came_of_a_visit_is_a_contact(schedule, act, make_lead, broker, inside, done, kind):
    visit = schedule(make_lead(), NOW - HOUR)
    act(ACTS[done], visit)
    act(ACTS[done], visit)
    with inside(broker):
        contact = Interaction.objects.get()
        assert (contact.kind, contact.at, contact.seconds) == (kind, NOW - HOUR, 3600)
        told = list(TimelineEntry.objects.filter(kind__in=["visit", "contact"]).order_by("id").values_list("data__act"))
        assert told == [("scheduled",), (done,)]


def test_nobody_can_have_missed_what_is_still_to_come(schedule, act, make_lead):
    with pytest.raises(visits.TooEarly):
        act(visits.no_show, schedule(make_lead()))


def test_second_meeting_at_the_same_time_is_refused_and_names_the_first(schedule, make_lead, bob):
    first = schedule(make_lead(name="Ana"))
    with pytest.raises(visits.Clash) as clash:
        schedule(make_lead(), NOW + HOUR + timedelta(minutes=30))
    assert (clash.value.other, clash.value.other.lead.name) == (first, "Ana")
    schedule(make_lead(), NOW + 2 * HOUR)  # one ends where the next begins
    schedule(make_lead(), NOW + HOUR, agent=bob)


def test_called_off_meeting_leaves_its_time_free(schedule, act, make_lead):
    act(visits.cancel, schedule(make_lead()), reason="Se enfermó")
    schedule(make_lead())


def test_moving_a_confirmed_meeting_asks_for_confirmation_anew(schedule, act, make_lead):
    visit = schedule(make_lead(), minutes=45)
    act(visits.confirm, visit)
    kept = act(visits.change, visit, {"place": "Los Leones 1200"})
    assert (kept.status, kept.place) == ("confirmed", "Los Leones 1200")
    moved = act(visits.change, visit, {"starts_at": NOW + 5 * HOUR})
    assert (moved.status, moved.ends_at) == ("scheduled", NOW + 5 * HOUR + timedelta(minutes=45))


def test_meeting_moved_onto_another_is_refused_and_stays(schedule, act, make_lead, broker, inside):
    schedule(make_lead())
    second = schedule(make_lead(), NOW + 4 * HOUR)
    with pytest.raises(visits.Clash):
        act(visits.change, second, {"starts_at": NOW + HOUR})
    with inside(broker):
        second.refresh_from_db()
    assert second.starts_at == NOW + 4 * HOUR


def test_meeting_that_is_over_is_not_moved(schedule, act, make_lead):
    visit = schedule(make_lead())
    act(visits.cancel, visit)
    with pytest.raises(visits.Refused):
        act(visits.change, visit, {"starts_at": NOW + 5 * HOUR})


def test_meeting_is_not_given_to_who_does_not_see_the_lead(schedule, make_lead, alice, bob):
    with pytest.raises(visits.CannotSee):
        schedule(make_lead(assigned_to=alice), agent=bob)


def test_next_agreed_meeting_is_a_next_step(schedule, act, make_lead, stored):
    lead = make_lead(next_action_at=NOW + 9 * HOUR)
    later, sooner = schedule(lead, NOW + 5 * HOUR), schedule(lead)
    assert stored(lead).next_visit_at == stored(lead).next_step_at == NOW + HOUR
    act(visits.confirm, sooner)
    act(visits.change, sooner, {"starts_at": NOW + 2 * HOUR})
    assert stored(lead).next_step_at == NOW + 2 * HOUR
    act(visits.cancel, sooner)
    assert stored(lead).next_step_at == NOW + 5 * HOUR
    act(visits.complete, later, now=NOW + 6 * HOUR)
    assert stored(lead).next_visit_at is None
    assert stored(lead).next_step_at == NOW + 9 * HOUR


def test_leads_from_before_learn_of_their_meetings(schedule, act, make_lead, stored, broker, inside):
    lead, other = make_lead(), make_lead()
    schedule(lead, NOW + 5 * HOUR)
    act(visits.cancel, schedule(lead))
    with inside(broker):
        Lead.objects.update(next_visit_at=None)
    tell = import_module("appointments.migrations.0004_next_visits").TELL
    with inside(broker), connection.cursor() as cursor:
        cursor.execute(tell)
    assert (stored(lead).next_visit_at, stored(other).next_visit_at) == (NOW + 5 * HOUR, None)


@pytest.mark.django_db(transaction=True)
def test_of_fifty_who_take_one_hour_one_gets_it(broker, alice, bob, make_lead):
    leads, count = [make_lead() for _ in range(50)], 50
    gate = Barrier(count)

    def one(number):
        slot = visits.Slot(AppointmentType.PROPERTY_VISIT, NOW + HOUR + timedelta(minutes=number), agent=alice)
        gate.wait(timeout=30)
        try:
            with tenancy.use(broker.pk):
                return type(visits.schedule(leads[number], slot, by=Actor.of(bob), now=NOW)).__name__
        except Exception as error:  # noqa: BLE001 -- what came of it is the test's business
            return type(error).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        came = Counter(pool.map(one, range(count)))
    assert came == {"Appointment": 1, "Clash": 49}
    with tenancy.use(broker.pk):
        assert Appointment.objects.count() == 1
