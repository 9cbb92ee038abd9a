"""Who sent whom: the panel, the dialog, new leads, the API, and no circles."""

import pytest

from crm.models import Lead, TimelineEntry

HTMX = {"HX-Request": "true"}


@pytest.fixture
def referred(make_lead, broker, inside):
    """`referred(by=lead, name="…")`: a lead that another one sent."""

    def make(by, **fields):
        lead = make_lead(**fields)
        with inside(broker):
            Lead.objects.filter(pk=lead.pk).update(referred_by=by)
        return lead

    return make


def test_the_page_tells_both_sides(client_for, alice, bob, make_lead, referred):
    ana = make_lead(name="Ana", assigned_to=alice)
    berta = referred(ana, name="Berta", assigned_to=bob)
    referred(berta, name="Carla")
    hers = client_for(alice).get(f"/leads/{berta.public_id}/").content.decode()
    assert f"/leads/{ana.public_id}/" in hers
    assert "Carla" in hers
    bobs = client_for(bob).get(f"/leads/{berta.public_id}/").content.decode()
    assert "Uno que atiende Alice" in bobs
    assert str(ana.public_id) not in bobs
    assert "Berta" in client_for(alice).get(f"/leads/{ana.public_id}/referrals/").content.decode()


def test_a_new_lead_comes_from_the_panel(client_for, alice, bob, make_lead, stored, broker, inside):
    ana = make_lead(name="Ana Rojas", stage="referidos")
    secret = make_lead(name="Secreta", assigned_to=alice)
    alices = client_for(alice)
    assert "pídele el contacto" in alices.get(f"/leads/{ana.public_id}/").content.decode()
    dialog = alices.get(f"/leads/new/?referred_by={ana.public_id}", headers=HTMX).content.decode()
    assert "Lo refiere Ana Rojas" in dialog
    assert 'value="Referido"' in dialog
    alices.post("/leads/new/", {"name": "Berta", "referred_by": str(ana.public_id), "source": "Referido"})
    berta = stored(name="Berta")
    assert (berta.referred_by_id, berta.source) == (ana.pk, "Referido")
    assert "pídele el contacto" not in alices.get(f"/leads/{ana.public_id}/").content.decode()
    bobs = client_for(bob)
    assert "Secreta" not in bobs.get(f"/leads/new/?referred_by={secret.public_id}", headers=HTMX).content.decode()
    bobs.post("/leads/new/", {"name": "Carla", "referred_by": str(secret.public_id)})
    assert stored(name="Carla").referred_by_id is None
    found = alices.get(f"/leads/?referred_by={ana.public_id}").content.decode()
    assert "Berta" in found
    assert "Referidos de un lead" in found
    assert "Carla" not in found


def test_somebody_is_found_named_and_taken_back(client_for, alice, bob, make_lead, stored, broker, inside):
    ana, berta = make_lead(name="Ana Rojas"), make_lead(name="Berta Soto")
    secret = make_lead(name="Ana Secreta", assigned_to=alice)
    bobs, url = client_for(bob), f"/leads/{berta.public_id}/referrer/"
    found = bobs.get(url, {"q": "ana"}, headers=HTMX).content.decode()
    assert "Ana Rojas" in found
    assert "Secreta" not in found
    assert bobs.post(url, {"to": str(secret.public_id)}).status_code == 404
    assert bobs.post(url, {"to": "x"}).status_code == 404
    bobs.post(url, {"to": str(ana.public_id)}, headers=HTMX)
    assert stored(berta).referred_by_id == ana.pk
    with inside(broker):
        assert TimelineEntry.objects.get(lead=berta, kind="edit").data["changes"] == {"referred_by": ["", "Ana Rojas"]}
    assert "Referido por" in bobs.get(f"/leads/{berta.public_id}/").content.decode()
    bobs.post(url, {"to": str(ana.public_id)})
    assert stored(berta).version == 2
    bobs.post(url, {"to": ""})
    assert stored(berta).referred_by_id is None


def test_nobody_refers_themselves_nor_in_a_circle(client_for, alice, make_lead, referred, stored, as_alice):
    ana = make_lead(name="Ana")
    berta = referred(ana, name="Berta")
    carla = referred(berta, name="Carla")
    alices = client_for(alice)
    for to in (ana, berta, carla):
        answer = alices.post(f"/leads/{ana.public_id}/referrer/", {"to": str(to.public_id)}, headers=HTMX)
        assert (answer.status_code, "en círculo" in answer.content.decode()) == (422, True)
    assert as_alice.patch(f"/api/v1/leads/{ana.public_id}/", {"referred_by": str(carla.public_id)}).status_code == 400
    assert stored(ana).referred_by_id is None


def test_api(as_alice, as_bob, make_lead, alice, bob, charlie, other_broker):
    ana, secret = make_lead(name="Ana"), make_lead(name="Secreta", assigned_to=alice)
    foreign = make_lead(in_broker=other_broker)
    made = as_alice.post("/api/v1/leads/", {"name": "Berta", "referred_by": str(ana.public_id)})
    assert made.json()["referred_by"] == str(ana.public_id)
    url = f"/api/v1/leads/{made.json()['id']}/"
    assert as_alice.patch(url, {"name": "B"}).json()["referred_by"] == str(ana.public_id)
    assert as_alice.patch(url, {"referred_by": None}).json()["referred_by"] is None
    for hidden in (secret, foreign):
        assert as_bob.post("/api/v1/leads/", {"name": "C", "referred_by": str(hidden.public_id)}).status_code == 400
    as_alice.patch(url, {"referred_by": str(ana.public_id)})
    found = as_alice.get(f"/api/v1/leads/?referred_by={ana.public_id}").json()["results"]
    assert [lead["name"] for lead in found] == ["B"]
