"""Two at once: real threads, real commits. Nobody's work is lost and nobody sees a crash."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from crm import leads, todos
from crm.models import Lead, LeadTag, TimelineEntry
from pipeline import board

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


@pytest.fixture
def at_once():
    """`at_once(act)` runs `act(number)` in several threads that start together; returns what came of each."""

    def run(act, count=AT_ONCE):
        gate = Barrier(count)

        def one(number):
            try:
                gate.wait(timeout=20)
                return act(number)
            except Exception as error:  # noqa: BLE001 -- what came of it is the test's business
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(count) as pool:
            return list(pool.map(one, range(count)))

    return run


def signed_in(user, count=AT_ONCE):
    clients = [Client(raise_request_exception=False) for _ in range(count)]
    for client in clients:
        client.force_login(user, backend="accounts.backends.SignIn")
    return clients


def test_one_phone_typed_by_many_at_once_is_one_lead(at_once, alice, broker, inside):
    clients = signed_in(alice)
    form = {"name": "Ana", "phone_raw": "9 8765 4321"}
    answers = at_once(lambda number: clients[number].post("/leads/new/", form).status_code)
    with inside(broker):
        assert Lead.objects.count() == 1
    assert Counter(answers) == {302: 1, 422: AT_ONCE - 1}


def test_tags_added_by_many_at_once_all_stay(at_once, alice, broker, inside, make_lead):
    lead, clients = make_lead(), signed_in(alice)
    path = f"/leads/{lead.public_id}/tags/"
    answers = at_once(lambda number: clients[number].post(path, {"add": f"etiqueta {number}"}).status_code)
    assert set(answers) == {302}
    with inside(broker):
        assert LeadTag.objects.filter(lead=lead).count() == AT_ONCE


def test_one_tag_added_by_many_at_once_is_one(at_once, alice, broker, inside, make_lead):
    lead, clients = make_lead(), signed_in(alice)
    path = f"/leads/{lead.public_id}/tags/"
    answers = at_once(lambda number: clients[number].post(path, {"add": "VIP"}).status_code)
    assert set(answers) == {302}
    with inside(broker):
        assert LeadTag.objects.filter(lead=lead).count() == 1
        assert TimelineEntry.objects.filter(lead=lead, kind="tag").count() == 1


def test_edits_of_different_fields_at_once_all_stay(at_once, alice, broker, inside, make_lead):
    lead, clients = make_lead(), signed_in(alice, 3)
    with inside(broker):
        lead.refresh_from_db()
    bodies = [
        ("search", {"location": "Ñuñoa", "timeline": "unknown", "version": lead.version}),
        ("follow", {"treatment_type": "hold", "version": lead.version}),
        ("money", {"qualification": "POTENCIAL", "budget": "", "dicom_status": "unknown", "version": lead.version}),
    ]
    path = f"/leads/{lead.public_id}/edit/"
    answers = at_once(
        lambda number: clients[number].post(path + bodies[number][0] + "/", bodies[number][1]).status_code, 3
    )
    assert set(answers) == {302}
    with inside(broker):
        lead.refresh_from_db()
    assert (lead.location, lead.treatment_type, lead.qualification) == ("Ñuñoa", "hold", "POTENCIAL")


def test_of_many_moves_from_one_version_one_goes_through(at_once, alice, broker, make_lead):
    lead = make_lead()
    wish = board.Move("perfilamiento", version=lead.version)

    def act(_number):
        with tenancy.use(broker.pk):
            return board.move(
                lead.public_id, wish, within=Lead.objects.all(), by=Actor.of(alice), now=timezone.now()
            ).lead.stage

    came = Counter(type(each).__name__ for each in at_once(act))
    assert came == {"str": 1, "Stale": AT_ONCE - 1}


def test_an_edit_and_a_move_at_once_both_stay(at_once, alice, broker, inside, make_lead):
    lead = make_lead()

    def act(number):
        with tenancy.use(broker.pk):
            by, now = Actor.of(alice), timezone.now()
            if number % 2:
                return leads.edit(lead, {"location": f"Lugar {number}"}, by=by, now=now)
            wish = board.Move("perfilamiento")
            return board.move(lead.public_id, wish, within=Lead.objects.all(), by=by, now=now)

    assert not [each for each in at_once(act) if isinstance(each, Exception)]
    with inside(broker):
        stored = Lead.objects.get()
        assert (stored.stage, stored.location[:5]) == ("perfilamiento", "Lugar")
        assert stored.version == lead.version + 1 + AT_ONCE // 2


def test_one_task_finished_by_many_at_once_is_finished_once(at_once, alice, broker, inside, make_lead):
    lead, now = make_lead(), timezone.now()
    with inside(broker):
        task = todos.add(lead, todos.Plan("Llamar", now), by=Actor.of(alice), now=now)

    def act(_number):
        with tenancy.use(broker.pk):
            return todos.finish(task, by=Actor.of(alice), now=timezone.now())

    assert Counter(at_once(act)) == {True: 1, False: AT_ONCE - 1}
    with inside(broker):
        assert TimelineEntry.objects.filter(kind="task", data__act="finished").count() == 1
        assert Lead.objects.get().next_task_at is None
