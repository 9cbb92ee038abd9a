"""Races for a lead's facts, owner, tasks and life: nothing typed is lost, nothing is there twice."""

from copy import copy

import pytest
from django.utils import timezone

from core import tenancy
from core.actors import Actor
from crm import bin as leads_bin
from crm import leads, todos
from crm.imports import begin, intake
from crm.merging import act as merging
from crm.models import Lead, LeadImport, TimelineEntry
from pipeline import board
from tests.api.conftest import api_for  # noqa: F401 -- a fixture
from tests.races.conftest import fine, kinds


@pytest.fixture
def editing(acting):
    def prepare(lead, **changes):
        return acting(lambda *, by, now: leads.edit(lead, changes, by=by, now=now))

    return prepare


@pytest.fixture
def merging_two(acting):
    def prepare(kept, other):
        def merge(*, by, now):
            return merging.merge(kept.pk, other.pk, within=Lead.objects.all(), by=by, now=now)

        return acting(merge)

    return prepare


@pytest.fixture
def moving(acting):
    def prepare(lead, stage):
        def move(*, by, now):
            return board.move(lead.public_id, board.Move(stage), within=Lead.objects.all(), by=by, now=now)

        return acting(move)

    return prepare


def told(lead, kind):
    return TimelineEntry.objects.filter(lead=lead, kind=kind).count()


def test_merge_and_move_of_the_other(race, rounds, merging_two, moving, make_lead, sound):
    """Moved first and then merged, or merged first and then gone: never moved after it left."""
    for number in rounds:
        kept, other = make_lead(name="Ana"), make_lead(name="Ana R", phone_raw=f"+5698{number:07}")
        merged, moved = fine(race(merging_two(kept, other), moving(other, "agendado")), Lead.DoesNotExist)
        assert not isinstance(merged, Exception)
        sound(kept)
        gone = sound(other)
        assert (gone.merged_into_id, gone.deleted_at is None) == (kept.pk, False)
        assert (gone.stage == "agendado") == (not isinstance(moved, Exception))


def test_merge_and_move_of_the_kept(race, rounds, merging_two, moving, make_lead, inside, broker, sound):
    for number in rounds:
        kept, other = make_lead(name="Ana"), make_lead(name="Ana R", phone_raw=f"+5698{number:07}")
        fine(race(merging_two(kept, other), moving(kept, "agendado")))
        stored = sound(kept)
        with inside(broker):
            assert (stored.stage, stored.phone_e164) == ("agendado", f"+5698{number:07}")
            assert not Lead.objects.filter(pk=other.pk).exists()


def test_merge_and_edit_of_the_kept(race, rounds, merging_two, editing, make_lead, inside, broker):
    """What was typed stays, and what the other brought is there."""
    for number in rounds:
        kept, other = make_lead(name="Ana"), make_lead(name="Ana R", email=f"ana{number}@ejemplo.cl")
        fine(race(merging_two(kept, other), editing(kept, location="Ñuñoa")))
        with inside(broker):
            stored = Lead.objects.get(pk=kept.pk)
        assert (stored.location, stored.email) == ("Ñuñoa", f"ana{number}@ejemplo.cl")


def test_merge_and_edit_of_the_other(race, rounds, merging_two, editing, make_lead, inside, broker):
    """Typed first, it comes along; merged first, the person is told that the lead is gone."""
    for _ in rounds:
        kept, other = make_lead(name="Ana"), make_lead(name="Ana R")
        merged, edited = fine(race(merging_two(kept, other), editing(other, location="Ñuñoa")), Lead.DoesNotExist)
        assert not isinstance(merged, Exception)
        with inside(broker):
            stored = Lead.objects.get(pk=kept.pk)
        assert stored.location == ("" if isinstance(edited, Exception) else "Ñuñoa")


def test_merge_and_merge_the_other_way_round(race, rounds, merging_two, make_lead, inside, broker):
    for _ in rounds:
        one, other = make_lead(name="Ana"), make_lead(name="Ana R")
        assert kinds(race(merging_two(one, other), merging_two(other, one))) == ["DoesNotExist", "ok"]
        with inside(broker):
            assert Lead.objects.filter(pk__in=[one.pk, other.pk]).count() == 1


def test_assign_and_assign(race, rounds, make_lead, acting, alice, bob, inside, broker):
    for _ in rounds:
        lead = make_lead()

        def give(to, lead=lead):
            return acting(lambda *, by, now: leads.assign(Lead.objects.filter(pk=lead.pk), to=to, by=by, now=now))

        fine(race(give(alice), give(bob)))
        with inside(broker):
            stored = Lead.objects.select_related("assigned_to").get(pk=lead.pk)
            last = TimelineEntry.objects.filter(lead=lead, kind="assign").order_by("id").last()
            assert told(lead, "assign") == 2
        assert stored.version == lead.version + 2
        assert last.data["to"] == str(stored.assigned_to)


def test_duplicate_create(race, rounds, acting, inside, broker):
    for number in rounds:
        draft = leads.Draft({"name": "Ana", "phone_raw": f"+5698{number:07}"})
        create = acting(lambda *, by, now, draft=draft: leads.create(draft, by=by, now=now))
        assert kinds(race(create, create, create)) == ["Taken", "Taken", "ok"]
        with inside(broker):
            assert Lead.objects.filter(phone_e164=f"+5698{number:07}").count() == 1


def test_delete_and_move(race, rounds, make_lead, moving, acting, sound):
    for _ in rounds:
        lead = make_lead()
        delete = acting(lambda *, by, now, lead=lead: leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=by, now=now))
        _action, moved = fine(race(delete, moving(lead, "agendado")), Lead.DoesNotExist)
        stored = sound(lead)
        assert stored.deleted_at is not None
        assert (stored.stage == "agendado") == (not isinstance(moved, Exception))


def test_restore_and_create_of_one_phone(race, rounds, make_lead, acting, inside, broker, alice):
    for number in rounds:
        phone = f"+5698{number:07}"
        lead = make_lead(phone_raw=phone)
        with inside(broker):
            leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=Actor.of(alice), now=timezone.now())
        draft = leads.Draft({"name": "Ana", "phone_raw": phone})
        create = acting(lambda *, by, now, draft=draft: leads.create(draft, by=by, now=now))
        came = race(acting(leads_bin.restore, lead), create)
        assert kinds(came) == ["Taken", "ok"], came
        with inside(broker):
            assert Lead.objects.filter(phone_e164=phone).count() == 1


def test_finish_and_finish(race, rounds, make_lead, acting, inside, broker, alice):
    for _ in rounds:
        lead, now = make_lead(), timezone.now()
        with inside(broker):
            task = todos.add(lead, todos.Plan("Llamar", now), by=Actor.of(alice), now=now)
            before = told(lead, "task")
        assert sorted(fine(race(*(acting(todos.finish, copy(task)) for _ in range(3))))) == [
            False,
            False,
            True,
        ]
        with inside(broker):
            assert told(lead, "task") == before + 1
            assert Lead.objects.get(pk=lead.pk).next_task_at is None


@pytest.fixture
def imported(broker, alice, run_jobs):
    """One lead brought by a file; `(lead, the job that takes the file back)`."""

    def bring(number):
        sheet = f"Nombre,Telefono\nAna Rojas,+5698{number:07}\n".encode()
        with tenancy.use(broker.pk):
            stored = intake.receive(f"{number}.csv", sheet, by=Actor.of(alice))
            begin.start(stored, begin.Answers(basis="request"), by=Actor.of(alice))
        run_jobs(broker)
        with tenancy.use(broker.pk):
            lead = Lead.objects.get(phone_e164=f"+5698{number:07}")
            begin.take_back(LeadImport.objects.get(pk=stored.pk), worked_on=False, by=Actor.of(alice))
        return lead

    return bring


def test_revert_and_edit(race, rounds, imported, editing, run_jobs, inside, broker):
    """Typed first, the lead is somebody's work and stays; reverted first, the person is told that it is gone."""
    for number in rounds:
        lead = imported(number)
        reverted, edited = race(lambda: run_jobs(broker), editing(lead, location="Ñuñoa"))
        fine([reverted])
        fine([edited], Lead.DoesNotExist)
        with inside(broker):
            stored = Lead.objects.filter(pk=lead.pk).first()
        if isinstance(edited, Exception):
            assert stored is None
        else:
            assert stored is not None, "what was typed went with the lead"
            assert stored.location == "Ñuñoa"


def test_revert_and_move(race, rounds, imported, moving, run_jobs, inside, broker, sound):
    for number in rounds:
        lead = imported(number)
        reverted, moved = race(lambda: run_jobs(broker), moving(lead, "agendado"))
        fine([reverted])
        fine([moved], Lead.DoesNotExist)
        with inside(broker):
            assert Lead.objects.filter(pk=lead.pk).exists() == (not isinstance(moved, Exception))


def test_edits_of_other_fields(race, rounds, make_lead, editing, stored):
    for _ in rounds:
        lead = make_lead()
        fine(
            race(
                editing(lead, location="Ñuñoa"),
                editing(lead, bedrooms=3),
                editing(lead, name="Ana M"),
                editing(lead, source="feria"),
            )
        )
        now = stored(lead)
        assert (now.location, now.bedrooms, now.name, now.source) == ("Ñuñoa", 3, "Ana M", "feria")


def test_one_call_sent_by_many_with_one_key(race, rounds, api_for, alice, inside, broker):  # noqa: F811
    """An Idempotency-Key: one lead, and everybody gets the same answer."""
    api = api_for(alice)
    for number in rounds:

        def call(number=number):
            body = {"name": "Ana", "phone": f"+5698{number:07}"}
            answer = api.post("/api/v1/leads/", body, **{"Idempotency-Key": f"orden-{number:06}"})
            return answer.status_code, answer.content

        came = fine(race(call, call, call))
        assert len(set(came)) == 1
        assert came[0][0] == 201
        with inside(broker):
            assert Lead.objects.filter(phone_e164=f"+5698{number:07}").count() == 1
