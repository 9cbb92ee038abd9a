"""Saved views: whose they are, what a page opens with."""

import json

import pytest

from crm.models import DefaultView, SavedView

HTMX = {"HX-Request": "true"}


@pytest.fixture
def save(client_for):
    def act(user, page="board", **fields):
        data = {"name": "Calientes", "query": "status=hot", **fields}
        return client_for(user).post(f"/views/{page}/save/", data)

    return act


@pytest.fixture
def views(broker, inside):
    def read(**wanted):
        with inside(broker):
            return list(SavedView.objects.filter(**wanted).order_by("name"))

    return read


def test_view_is_kept_and_its_page_opened(save, alice, views):
    response = save(alice, query="status=hot&cursor=x&q=")
    assert response.headers["Location"] == "/board/?status=hot"
    [view] = views()
    assert (view.name, view.query, view.is_shared) == ("Calientes", "status=hot", False)


def test_same_name_replaces_ones_own(save, alice, bob, views):
    save(alice)
    save(bob)
    save(alice, query="status=warm")
    assert sorted((view.owner_id, view.query) for view in views()) == [
        (alice.pk, "status=warm"),
        (bob.pk, "status=hot"),
    ]


def test_page_without_a_query_opens_the_default_and_all_stays_reachable(save, client_for, alice):
    save(alice, opens="on")
    client = client_for(alice)
    assert client.get("/board/").headers["Location"] == "/board/?status=hot"
    assert client.get("/board/?all=1").status_code == 200
    assert client.get("/leads/").status_code == 200  # another page
    answer = client.get("/board/?q=&status=", headers=HTMX)
    assert answer.headers["HX-Push-Url"] == "/board/?all=1"  # going back there shows everything, too


def test_agents_share_nothing_and_see_the_teams(save, client_for, alice, bob, views):
    save(bob, shared="on")
    assert not views(owner=bob)[0].is_shared
    save(alice, name="Del equipo", shared="on")
    menu = client_for(bob).get("/views/board/").content.decode()
    assert "Del equipo" in menu
    assert "Calientes" in menu
    assert "Calientes" not in client_for(alice).get("/views/board/").content.decode()


def test_colleagues_cannot_change_what_is_not_theirs(save, client_for, alice, bob, views):
    save(alice, shared="on")
    [view] = views()
    assert client_for(bob).post(f"/views/of/{view.public_id}/delete/").status_code == 403
    assert client_for(bob).post(f"/views/of/{view.public_id}/", {"name": "Mía"}).status_code == 403
    assert len(views()) == 1


def test_view_that_is_no_longer_shared_opens_nobodys_page(save, client_for, alice, bob, views, broker, inside):
    save(alice, shared="on")
    [view] = views()
    client_for(bob).post("/views/board/open/", {"view": str(view.public_id)})
    assert client_for(bob).get("/board/").headers["Location"] == "/board/?status=hot"
    client_for(alice).post(f"/views/of/{view.public_id}/", {"name": view.name, "query": view.query})
    assert client_for(bob).get("/board/").status_code == 200
    with inside(broker):
        assert not DefaultView.objects.exists()


def test_renaming_to_a_name_one_has_is_refused_in_words(save, client_for, alice, views):
    save(alice, name="A")
    save(alice, name="B")
    response = client_for(alice).post(f"/views/of/{views(name='A')[0].public_id}/", {"name": "B"})
    assert response.status_code == 422
    assert "Ya tienes una vista con ese nombre." in response.content.decode()


def test_deleted_view_comes_back_from_its_toast(save, client_for, alice, views):
    save(alice)
    client = client_for(alice)
    response = client.post(f"/views/of/{views()[0].public_id}/delete/", headers=HTMX)
    [toast] = json.loads(response.headers["HX-Trigger"])["toast"]
    assert views() == []
    client.post(toast["undo_url"], headers=HTMX)
    assert [(view.name, view.query) for view in views()] == [("Calientes", "status=hot")]
