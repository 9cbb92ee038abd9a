"""The pages of leads through HTTP: who sees what, and what they do."""

import pytest
from django.urls import reverse

from crm.models import Lead

HTMX = {"HX-Request": "true"}


def _list(client, query="", **headers):
    return client.get(f"/leads/?{query}", headers=headers or None)


def test_list_shows_an_agent_their_own_and_unassigned(client_for, make_lead, alice, bob):
    make_lead(name="De Bob", assigned_to=bob)
    make_lead(name="De nadie")
    make_lead(name="De Alice", assigned_to=alice)
    page = _list(client_for(bob)).content.decode()
    assert "De Bob" in page
    assert "De nadie" in page
    assert "De Alice" not in page
    assert "De Alice" in _list(client_for(alice)).content.decode()


@pytest.mark.parametrize(
    "path", ["", "head/", "timeline/", "assign/", "tags/", "consent/", "facts/contact/", "edit/money/"]
)
def test_a_stranger_and_a_colleague_without_right_get_404(path, client_for, make_lead, alice, bob, charlie):
    lead = make_lead(name="De Alice", assigned_to=alice)
    url = f"/leads/{lead.public_id}/{path}"
    assert client_for(charlie).get(url).status_code == 404
    assert client_for(bob).get(url).status_code == 404
    assert client_for(alice).get(url).status_code == 200


def test_search_through_the_page_forgives_accents_and_typos(client_for, make_lead, alice):
    make_lead(name="María José Fuenzalida", phone_raw="+56 9 9824 8519")
    make_lead(name="Pedro Tapia")
    client = client_for(alice)
    for text in ("maria jose", "fuenzalda", "MARÍA", "98248519"):
        page = _list(client, f"q={text}").content.decode()
        assert "María José" in page, text
        assert "Pedro Tapia" not in page, text


def test_list_with_a_wrong_filter_says_so(client_for, make_lead, alice):
    make_lead(name="Ana Rojas")
    response = _list(client_for(alice), "stage=nada")
    assert response.status_code == 422
    assert "Etapa" in response.content.decode()
    assert "Ana Rojas" not in response.content.decode()
    assert _list(client_for(alice), "cursor=x").status_code == 400


def test_fragment_is_without_frame_and_pushes_a_clean_address(client_for, make_lead, alice):
    make_lead()
    response = _list(client_for(alice), "q=ana&assigned=&next_step=&sort=", **HTMX)
    assert "<html" not in response.content.decode()
    assert response.headers["HX-Push-Url"] == "/leads/?q=ana"


def test_more_rows_by_cursor_until_the_end(client_for, make_lead, alice, monkeypatch):
    monkeypatch.setattr("crm.lists.PAGE", 2)
    for number in range(5):
        make_lead(name=f"Lead {number}")
    client, met = client_for(alice), []
    response = _list(client)
    while True:
        page = response.context["page"]
        met += [lead.name for lead in page.rows]
        if not page.next:
            break
        response = _list(client, f"cursor={page.next}", **HTMX)
    assert met == [f"Lead {number}" for number in (4, 3, 2, 1, 0)]


def test_empty_states_offer_the_next_thing(client_for, make_lead, alice):
    client = client_for(alice)
    assert "Todavía no hay leads" in _list(client).content.decode()
    make_lead()
    assert "Ningún lead calza" in _list(client, "q=zzzzzz").content.decode()


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("sort", ["newest", "name"])
def test_list_costs_the_same_with_more_rows(count, sort, client_for, make_lead, alice, django_assert_num_queries):
    for number in range(count):
        make_lead(name=f"Lead {number}", assigned_to=alice, tags=["VIP"])
    client = client_for(alice)
    _list(client)
    with django_assert_num_queries(9):
        _list(client, f"sort={sort}")


@pytest.mark.parametrize("count", [1, 3])
def test_rows_cost_the_same_with_more_rows(count, client_for, make_lead, alice, django_assert_num_queries):
    for number in range(count):
        make_lead(name=f"Lead {number}", assigned_to=alice)
    client = client_for(alice)
    _list(client)
    with django_assert_num_queries(9):
        _list(client, "q=lead", **HTMX)


@pytest.mark.parametrize("notes", [1, 3])
def test_lead_page_costs_the_same_with_more_history(notes, client_for, make_lead, alice, django_assert_num_queries):
    lead = make_lead(
        phone_raw="998248519 / 997457446", email="ana@example.cl", assigned_to=alice, tags=["VIP", "Inversor"]
    )
    client = client_for(alice)
    for number in range(notes):
        client.post(f"/leads/{lead.public_id}/notes/", {"body": f"Nota {number}"})
        make_lead(email="ana@example.cl", assigned_to=alice)
    with django_assert_num_queries(21):
        client.get(f"/leads/{lead.public_id}/")


def test_similar_lead_of_a_colleague_shows_the_owner_only(client_for, make_lead, alice, bob):
    mine = make_lead(name="Mía", email="x@y.cl", assigned_to=bob)
    make_lead(name="Secreta Pérez", email="x@y.cl", assigned_to=alice)
    page = client_for(bob).get(f"/leads/{mine.public_id}/").content.decode()
    assert "Secreta" not in page
    assert "Uno que atiende Alice" in page


def test_previous_and_next_follow_the_list(client_for, make_lead, alice, bob):
    first, _skipped, second = make_lead(assigned_to=bob), make_lead(), make_lead(assigned_to=bob)
    query = f"assigned%3D{bob.public_id}%26sort%3Doldest"
    context = client_for(alice).get(f"/leads/{first.public_id}/?in={query}").context
    assert context["before"] is None
    assert context["after"] == second


def test_tags_are_put_and_taken_off(client_for, make_lead, alice, broker, inside):
    lead = make_lead(tags=["VIP"])
    client, url = client_for(alice), f"/leads/{lead.public_id}/tags/"
    client.post(url, {"add": "Inversor, vip"}, headers=HTMX)
    with inside(broker):
        worn = {tag.name: tag for tag in Lead.objects.get(pk=lead.pk).tags.all()}
    assert set(worn) == {"VIP", "Inversor"}
    response = client.post(url, {"remove": str(worn["VIP"].public_id)}, headers=HTMX)
    assert "Inversor" in response.content.decode()
    with inside(broker):
        assert [tag.name for tag in Lead.objects.get(pk=lead.pk).tags.all()] == ["Inversor"]


def test_agent_takes_and_drops_but_gives_to_nobody_else(client_for, make_lead, alice, bob, charlie, broker, inside):
    lead = make_lead()
    client, url = client_for(bob), f"/leads/{lead.public_id}/assign/"

    def owner():
        with inside(broker):
            return Lead.objects.get(pk=lead.pk).assigned_to_id

    assert client.post(url, {"to": str(alice.public_id)}, headers=HTMX).status_code == 403
    assert client.post(url, {"to": str(charlie.public_id)}, headers=HTMX).status_code == 404
    assert owner() is None
    client.post(url, {"to": str(bob.public_id)}, headers=HTMX)
    assert owner() == bob.pk
    client.post(f"{url}?to=", headers=HTMX)
    assert owner() is None
    client_for(alice).post(url, {"to": str(alice.public_id)}, headers=HTMX)
    assert owner() == alice.pk


def test_opt_out_asks_why_and_marks_the_lead(client_for, make_lead, alice, broker, inside):
    lead = make_lead()
    client, url = client_for(alice), reverse("crm:lead-consent", args=[lead.public_id])
    assert client.post(url, {"state": "revoked", "reason": " "}).status_code == 422
    client.post(url, {"state": "revoked", "reason": "Pidió por teléfono que no la llamen"})
    page = client.get(f"/leads/{lead.public_id}/").content.decode()
    assert "Pidió no recibir más mensajes" in page
    assert "Pidió por teléfono" in page
    client.post(url, {"state": "granted", "basis": "opt_in", "reason": "Escribió de nuevo"})
    with inside(broker):
        assert Lead.objects.get(pk=lead.pk).opted_out_at is None
