"""Acts on many leads from the pages."""

import json
from contextlib import suppress

import pytest
from django.db import transaction
from django.utils import timezone

from core.actors import Actor
from core.models import Job
from crm import actions, bulk
from crm import leads as crm_leads
from crm.enums import Stage
from crm.models import Action, Lead
from pipeline import board, bulk_move

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/board/"}


@pytest.fixture
def post(client_for):
    def act(user, leads=(), **data):
        ids = ",".join(str(lead.public_id) for lead in leads)
        return client_for(user).post("/leads/bulk/", {"ids": ids, **data}, headers=HTMX)

    return act


@pytest.fixture
def move_of(inside, broker):
    def act(user, lead, stage):
        with inside(broker):
            within, by = Lead.objects.all(), Actor.of(user)
            return board.move(lead.public_id, board.Move(stage), within=within, by=by, now=timezone.now())

    return act


def told(response):
    [toast] = json.loads(response.headers["HX-Trigger"])["toast"]
    return toast


def test_those_that_stay_are_told_with_the_reason(post, alice, make_lead):
    some = [make_lead(), make_lead(stage="ganado"), make_lead(stage="agendado")]
    toast = told(post(alice, some, kind="move", stage="agendado"))
    assert toast["text"].startswith("1 lead cambió. 1 ya estaba así. 1 no cambió: desde Ganado se pasa a ")
    assert toast["undo_url"]


def test_nothing_changed_offers_no_undo(post, alice, make_lead, broker, inside):
    toast = told(post(alice, [make_lead(stage="agendado")], kind="move", stage="agendado"))
    assert (toast["text"], toast["undo_url"]) == ("0 leads cambiaron. 1 ya estaba así.", "")
    with inside(broker):
        assert not Action.objects.exists()


def test_agent_acts_on_what_they_see_and_gives_to_themselves_only(post, alice, bob, make_lead, stored):
    hers, free = make_lead(assigned_to=alice), make_lead()
    assert post(bob, [hers, free], kind="assign", to=str(alice.public_id)).status_code == 422
    assert post(bob, [hers, free], kind="assign", to=str(bob.public_id)).status_code == 204
    assert (stored(hers).assigned_to, stored(free).assigned_to) == (alice, bob)


@pytest.mark.parametrize("leads", [1, 3])
def test_assigning_many_costs_as_many_statements_as_one(post, alice, bob, make_lead, django_assert_num_queries, leads):
    some = [make_lead() for _number in range(leads)]
    with django_assert_num_queries(26):  # the news among them
        assert post(alice, some, kind="assign", to=str(bob.public_id)).status_code == 204


def test_tags_go_on_and_off_and_back(post, client_for, alice, make_lead, broker, inside):
    one, two = make_lead(tags=["feria"]), make_lead(tags=["vieja"])
    toast = told(post(alice, [one, two], kind="tag", add="Feria, VIP", remove="vieja"))

    def worn(lead):
        with inside(broker):
            return sorted(lead.tags.values_list("name", flat=True))

    assert (worn(one), worn(two)) == (["VIP", "feria"], ["VIP", "feria"])
    client_for(alice).post(toast["undo_url"], headers=HTMX)
    assert (worn(one), worn(two)) == (["feria"], ["vieja"])


@pytest.mark.django_db(transaction=True)
def test_a_job_taken_back_while_it_runs_goes_no_further(alice, broker, inside, make_lead, run_jobs, monkeypatch):
    monkeypatch.setattr(bulk, "BATCH", 1)
    moves, by = [make_lead(), make_lead()], Actor.of(alice)

    def stop_after_one(leads, values, by, now):
        done = bulk_move.move(leads, values, by, now)
        transaction.on_commit(take_back)
        return done

    def take_back():
        with inside(broker), suppress(actions.Cannot):  # done the first time
            actions.undo(Action.objects.get().public_id, by=Actor.of(alice), now=timezone.now())

    monkeypatch.setitem(bulk._DOERS, "move", stop_after_one)
    with inside(broker):
        keys = [lead.pk for lead in moves]
        bulk.as_job(bulk_move.moving(Stage.AGENDADO, 2), keys, user=alice, by=by, now=timezone.now())
    run_jobs(broker)
    with inside(broker):
        assert set(Lead.objects.values_list("stage", flat=True)) == {"entrada"}
        [job] = Job.objects.all()
    assert (job.state, "undo_url" in job.result) == ("done", False)


def test_more_than_a_batch_is_a_job_and_one_undo(post, client_for, alice, broker, inside, run_jobs):
    with inside(broker):
        drafts = [crm_leads.Draft({"name": f"Lead {number}"}) for number in range(502)]
        crm_leads.create_many(drafts, by=Actor.of(alice), now=timezone.now())
    response = post(alice, every="on", query="q=lead", kind="move", stage="agendado")
    assert told(response)["text"] == "Empezó: «Mover 502 leads a Agendado». Sigue en la bandeja."
    run_jobs(broker)
    with inside(broker):
        assert Lead.objects.filter(stage="agendado").count() == 502
        action = Action.objects.get()
    assert action.count == 502
    tray = client_for(alice).get("/tray/", headers=HTMX).content.decode()
    assert "502 leads cambiaron." in tray
    assert f"/actions/{action.public_id}/undo/" in tray
    toast = told(client_for(alice).post(f"/actions/{action.public_id}/undo/", headers=HTMX))
    assert toast["text"].startswith("Deshecho: 502 leads")
    with inside(broker):
        assert Lead.objects.filter(stage="entrada").count() == 502


def test_undo_leaves_what_moved_again(post, client_for, alice, make_lead, move_of, stored):
    one, two = make_lead(), make_lead()
    toast = told(post(alice, [one, two], kind="move", stage="agendado"))
    move_of(alice, two, "seguimiento")
    back = told(client_for(alice).post(toast["undo_url"], headers=HTMX))
    assert "1 quedó como está: se movió otra vez o ya no está a tu alcance." in back["text"]
    assert (stored(one).stage, stored(two).stage) == ("entrada", "seguimiento")


def test_one_move_and_its_undo_from_the_toast(client_for, alice, make_lead, stored):
    lead, client = make_lead(name="Ana"), client_for(alice)
    data = {"stage": "agendado", "shown": "entrada", "version": lead.version}
    moved = client.post(f"/leads/{lead.public_id}/move/", data, headers=HTMX)
    back = client.post(told(moved)["undo_url"], headers=HTMX)
    assert (back.status_code, told(back)["text"]) == (204, "Ana volvió a Entrada.")
    assert json.loads(back.headers["HX-Trigger"])["leads:changed"] == {"leads": [str(lead.public_id)]}
    late = client.post(told(moved)["undo_url"], headers=HTMX)
    assert (late.status_code, stored(lead).stage) == (409, "entrada")


def test_last_change_of_stage_is_undone_from_the_history(client_for, alice, make_lead, stored, move_of):
    lead = make_lead()
    move_of(alice, lead, "agendado")
    move_of(alice, lead, "seguimiento")
    page = client_for(alice).get(f"/leads/{lead.public_id}/").content.decode()
    assert page.count("/undo/") == 1


def test_card_comes_with_all_heads_and_goes_when_the_filters_hide_it(client_for, alice, make_lead):
    lead, client = make_lead(), client_for(alice)
    page = client.get(f"/board/cards/{lead.public_id}/", headers=HTMX).content.decode()
    assert f'data-card="{lead.public_id}"' in page
    assert page.count('id="head-') == 8
    assert "data-card=" not in client.get(f"/board/cards/{lead.public_id}/?status=hot", headers=HTMX).content.decode()
