"""The bin: out of sight everywhere, and back as it was."""

import json

import pytest
from django.utils import timezone

from accounts import tokens
from core.actors import Actor
from crm import actions, duplicates, leads
from crm import bin as leads_bin
from crm.models import Action, Lead, TimelineEntry


@pytest.fixture
def delete(broker, inside, alice):
    def act(*made):
        with inside(broker):
            found = Lead.objects.filter(pk__in=[lead.pk for lead in made])
            return leads_bin.delete(found, by=Actor.of(alice), now=timezone.now())

    return act


@pytest.fixture
def undo(broker, inside, alice):
    def act(action):
        with inside(broker):
            return actions.undo(action.public_id, by=Actor.of(alice), now=timezone.now())

    return act


@pytest.fixture
def api(client_for, alice):
    _token, secret = tokens.issue(user=alice, name="x", scope="write", expires_at=None)
    client = client_for(alice)

    def call(method, path, body=None):
        headers = {"Authorization": f"Bearer {secret}"}
        sent = {"data": json.dumps(body or {}), "content_type": "application/json"} if method != "get" else {}
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **sent)

    return call


def test_a_deleted_lead_is_seen_nowhere(make_lead, delete, client_for, alice, api, inside, broker):
    lead = make_lead(name="Zoilo Único", phone_raw="987654321", email="z@x.cl")
    delete(lead)
    client = client_for(alice)
    for path in ("/leads/", "/leads/?q=zoilo", "/board/", "/leads/?q=987654321"):
        assert "Zoilo" not in client.get(path).content.decode()
    for path in ("", "head/", "timeline/", "edit/contact/"):
        assert client.get(f"/leads/{lead.public_id}/{path}").status_code == 404
    assert api("get", "/leads/").json()["results"] == []
    assert api("get", f"/leads/{lead.public_id}/").status_code == 404
    with inside(broker):
        assert duplicates.holding(["+56987654321"]) == {}
        assert duplicates.same_email("z@x.cl") is None


def test_a_number_of_the_bin_is_free(make_lead, delete):
    delete(make_lead(phone_raw="987654321"))
    assert make_lead(phone_raw="987654321").phone_e164 == "+56987654321"


def test_what_was_deleted_comes_back_as_it_was(make_lead, delete, undo, broker, inside, stored):
    made = [make_lead(name="Ana", phone_raw="987654321", tags=["VIP"]), make_lead(name="Luz")]
    with inside(broker):
        before = [stored(lead) for lead in made]
    assert undo(delete(*made)).count == 2
    left_out = {"version", "updated_at", "_state", "_assigned_to_cache"}
    for was, lead in zip(before, made, strict=True):
        now = stored(lead)
        assert {k: v for k, v in vars(was).items() if k not in left_out} == {
            k: v for k, v in vars(now).items() if k not in left_out
        }
        assert now.version == was.version + 2
    with inside(broker):
        assert TimelineEntry.objects.filter(kind="delete").count() == 4


def test_an_act_is_undone_once(make_lead, delete, undo):
    action = delete(make_lead())
    undo(action)
    with pytest.raises(actions.Cannot):
        undo(action)


def test_a_lead_whose_number_was_given_away_stays_in_the_bin(make_lead, delete, undo, stored, client_for, alice):
    lead = make_lead(name="Ana", phone_raw="987654321")
    action = delete(lead)
    other = make_lead(name="Otra", phone_raw="987654321")
    with pytest.raises(actions.Cannot, match="teléfono"):
        undo(action)
    client = client_for(alice)
    answer = client.post(f"/leads/bin/{lead.public_id}/restore/", follow=True)
    assert "ahora es de «Otra»" in answer.content.decode()
    assert stored(other).name == "Otra"


def test_of_two_with_one_number_the_last_deleted_comes_back(make_lead, delete, broker, inside, alice):
    first = make_lead(name="Primera", phone_raw="987654321")
    delete(first)
    second = make_lead(name="Segunda", phone_raw="987654321")
    delete(second)
    with inside(broker):
        came = leads_bin.restore_many([first.pk, second.pk], by=Actor.of(alice), now=timezone.now())
        assert [lead.name for lead in came.back] == ["Segunda"]
        assert [lead.name for lead in came.taken] == ["Primera"]


def test_an_agent_deletes_and_restores_their_own_only(make_lead, client_for, bob, alice, broker, inside):
    own, free = make_lead(name="Propia", assigned_to=bob), make_lead(name="De nadie")
    client = client_for(bob)
    assert client.post(f"/leads/{free.public_id}/delete/").status_code == 403
    assert client.post(f"/leads/{own.public_id}/delete/").status_code == 302
    client_for(alice).post(f"/leads/{free.public_id}/delete/")
    page = client.get("/leads/bin/").content.decode()
    assert "Propia" in page
    assert "De nadie" not in page
    assert client.post(f"/leads/bin/{free.public_id}/restore/").status_code == 404
    assert client.post(f"/leads/bin/{own.public_id}/restore/").status_code == 302
    with inside(broker):
        assert list(Lead.objects.values_list("name", flat=True)) == ["Propia"]


def test_deleting_from_the_page_offers_the_way_back(make_lead, client_for, alice, broker, inside):
    lead, client = make_lead(), client_for(alice)
    client.post(f"/leads/{lead.public_id}/delete/")
    with inside(broker):
        action = Action.objects.get()
    assert f"/actions/{action.public_id}/undo/" in client.get("/leads/").content.decode()
    assert client.post(f"/actions/{action.public_id}/undo/", headers={"HX-Request": "true"}).status_code == 204
    assert client.post(f"/actions/{action.public_id}/undo/", headers={"HX-Request": "true"}).status_code == 409
    assert client.get(f"/leads/{lead.public_id}/").status_code == 200


def test_others_acts_are_not_an_agents_to_undo(make_lead, delete, client_for, bob):
    action = delete(make_lead())
    assert client_for(bob).post(f"/actions/{action.public_id}/undo/").status_code == 404


def test_the_bin_is_searched_and_costs_the_same_for_three(
    make_lead, delete, client_for, alice, django_assert_num_queries
):
    client = client_for(alice)
    client.get("/leads/bin/")
    delete(make_lead(name="Ana Rojas"))
    with django_assert_num_queries(7):
        client.get("/leads/bin/")
    delete(make_lead(name="Luz"), make_lead(name="Eva"))
    with django_assert_num_queries(7):
        page = client.get("/leads/bin/").content.decode()
    assert page.count("Restaurar a") == 3
    assert client.get("/leads/bin/?q=rojas").content.decode().count("Restaurar a") == 1


def test_the_api_deletes_and_restores(make_lead, api, stored):
    lead = make_lead(name="Ana", phone_raw="987654321")
    path = f"/leads/{lead.public_id}/"
    assert api("delete", path).status_code == 204
    assert api("get", path).status_code == 404
    assert api("post", f"{path}restore/").json()["name"] == "Ana"
    assert api("post", f"{path}restore/").status_code == 404
    api("delete", path)
    make_lead(phone_raw="987654321")
    refused = api("post", f"{path}restore/")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:corredor:problem:phone-taken")


@pytest.mark.django_db(transaction=True)
def test_a_restore_and_a_new_lead_with_the_number_at_once_end_with_one(
    at_once, broker, inside, alice, make_lead, delete
):
    from core import tenancy

    by, now = Actor.of(alice), timezone.now()
    for round_ in range(20):
        number = f"9876543{round_:02}"
        binned = make_lead(phone_raw=number)
        delete(binned)

        def act(which, binned=binned, number=number):
            with tenancy.use(broker.pk):
                if which % 2:
                    return leads_bin.restore(binned, by=by, now=now)
                return leads.create(leads.Draft({"name": "Nueva", "phone_raw": number}), by=by, now=now)

        came = at_once(act, 2)
        assert sum(isinstance(each, Lead) for each in came) == 1, came
        assert {type(each) for each in came} <= {Lead, leads.Taken, leads_bin.Taken}
        with inside(broker):
            assert Lead.objects.filter(phone_e164=f"+56{number}").count() == 1
