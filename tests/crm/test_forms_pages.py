"""Making and changing leads through their forms."""

import pytest

from crm import financial, leads
from crm.enums import DicomStatus
from crm.models import Consent, Lead, TimelineEntry

HTMX = {"HX-Request": "true"}


@pytest.fixture
def edit(client_for, alice):
    """`edit(lead, section, **fields)` posts a section as Alice, over the version she saw."""

    def post(lead, section, user=alice, **fields):
        data = {"version": lead.version, **fields}
        return client_for(user).post(f"/leads/{lead.public_id}/edit/{section}/", data, headers=HTMX)

    return post


CONTACT = {
    "name": "Ana Rojas",
    "phone_raw": "",
    "country": "CL",
    "email": "",
    "source": "",
    "referred_by_name": "",
    "language": "es",
}


def test_create_reads_phone_and_budget_and_asks_for_consent(client_for, bob, stored, broker, inside):
    data = {
        "name": "Ana Rojas",
        "phone_raw": "9 9824 8519",
        "email": "ANA@Ejemplo.cl",
        "budget": "entre 4.000 y 5.000 UF",
        "assigned": str(bob.public_id),
        "basis": "request",
        "note": "Llamó por el aviso",
    }
    response = client_for(bob).post("/leads/new/", data)
    lead = stored()
    assert response.headers["Location"] == f"/leads/{lead.public_id}/"
    assert (lead.phone_e164, lead.email, lead.assigned_to) == ("+56998248519", "ana@ejemplo.cl", bob)
    assert (lead.budget_min, lead.budget_amount, lead.budget_unit) == (4000, 5000, "UF")
    with inside(broker):
        assert Consent.objects.get().basis == "request"
        assert set(TimelineEntry.objects.values_list("kind", flat=True)) == {"created", "note", "consent"}


def test_create_keeps_what_was_typed_and_says_what_is_wrong(client_for, alice, db):
    response = client_for(alice).post("/leads/new/", {"name": "Ana", "budget": "harto", "email": "ana@"}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert 'value="harto"' in page
    assert "No se entiende el monto" in page


def test_create_without_anybody_behind_it_is_refused(client_for, alice, broker, inside):
    assert client_for(alice).post("/leads/new/", {"budget": "5000 UF"}).status_code == 422
    with inside(broker):
        assert not Lead.objects.exists()


def test_create_with_a_doubtful_phone_is_accepted_with_a_warning(client_for, alice, stored):
    response = client_for(alice).post("/leads/new/", {"name": "Ana", "phone_raw": "+56 9 1234 5678"}, follow=True)
    assert stored().phone_e164 == "+56912345678"
    assert "no parece válido" in response.content.decode()


def test_same_phone_leads_to_the_lead_that_has_it(client_for, alice, make_lead):
    lead = make_lead(name="Berta Soto", phone_raw="+56998248519")
    response = client_for(alice).post("/leads/new/", {"name": "Ana", "phone_raw": "(9) 9824-8519"}, headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422
    assert f"/leads/{lead.public_id}/" in page


def test_same_phone_of_a_colleague_tells_the_owner_only(client_for, alice, bob, make_lead):
    lead = make_lead(name="Berta Soto", phone_raw="+56998248519", assigned_to=alice)
    page = client_for(bob).post("/leads/new/", {"phone_raw": "998248519"}, headers=HTMX).content.decode()
    assert "atiende Alice" in page
    assert "Berta" not in page
    assert str(lead.public_id) not in page


def test_same_email_warns_and_may_be_created_anyway(client_for, alice, make_lead, broker, inside):
    make_lead(email="ana@ejemplo.cl")
    client, data = client_for(alice), {"name": "Otra Ana", "email": "Ana@ejemplo.cl"}
    response = client.post("/leads/new/", data, headers=HTMX)
    assert response.status_code == 422
    assert "Crear igual" in response.content.decode()
    assert client.post("/leads/new/", data | {"allow_same_email": "1"}, headers=HTMX).status_code == 200
    with inside(broker):
        assert Lead.objects.count() == 2


def test_a_lead_of_another_brokerage_is_no_duplicate(client_for, alice, other_broker, make_lead, stored):
    make_lead(in_broker=other_broker, phone_raw="+56998248519", email="ana@ejemplo.cl")
    client_for(alice).post("/leads/new/", {"name": "Ana", "phone_raw": "998248519", "email": "ana@ejemplo.cl"})
    assert stored().name == "Ana"


def test_edit_tells_the_timeline_in_words(edit, make_lead, stored, client_for, alice):
    lead = make_lead(name="Ana Rojas")
    response = edit(lead, "search", property_type="casa", location="Ñuñoa", timeline="30days", bedrooms="3")
    assert response.status_code == 200
    assert stored().property_type == "casa"
    page = client_for(alice).get(f"/leads/{lead.public_id}/timeline/").content.decode()
    for words in ("Tipo de propiedad", "Casa", "En 30 días", "Dormitorios"):
        assert words in page
    assert "property_type" not in page


def test_edit_to_a_phone_of_another_lead_is_refused(edit, make_lead, stored):
    make_lead(name="Berta", phone_raw="+56998248519")
    lead = make_lead(name="Ana", phone_raw="+56997457446")
    response = edit(lead, "contact", **CONTACT | {"phone_raw": "998248519"})
    assert response.status_code == 422
    assert stored(pk=lead.pk).phone_e164 == "+56997457446"


def test_edit_over_a_colleagues_change_of_the_same_field_is_409_and_keeps_what_was_typed(edit, make_lead, stored, bob):
    lead = make_lead(name="Ana Rojas")
    assert edit(lead, "contact", bob, **CONTACT | {"name": "Ana María", "source": "Portal"}).status_code == 200
    response = edit(lead, "contact", **CONTACT | {"name": "Anita", "email": "ana@ejemplo.cl"})
    page = response.content.decode()
    assert response.status_code == 409
    assert "Bob cambió esto" in page
    assert "Ana María" in page
    assert 'value="Anita"' in page
    assert 'value="ana@ejemplo.cl"' in page
    assert 'value="Portal"' in page  # what only the colleague changed is not taken back
    assert stored().name == "Ana María"
    now = stored()
    assert edit(now, "contact", **CONTACT | {"name": "Anita", "source": "Portal"}).status_code == 200
    assert stored().name == "Anita"


def test_edit_over_a_change_of_other_fields_is_merged(edit, make_lead, stored, bob):
    lead = make_lead(name="Ana Rojas")
    edit(lead, "search", bob, location="Maipú", timeline="unknown")
    assert edit(lead, "contact", **CONTACT | {"email": "ana@ejemplo.cl"}).status_code == 200
    assert (stored().location, stored().email) == ("Maipú", "ana@ejemplo.cl")


@pytest.mark.parametrize("version", ["", "x", "-1", "999999999999999999999", "٣"])
def test_edit_with_a_version_nobody_saw_changes_nothing_silently(version, edit, make_lead, stored):
    lead = make_lead(name="Ana Rojas")
    response = edit(lead, "contact", **CONTACT | {"name": "Otra", "version": version})
    assert response.status_code == 409
    assert stored().name == "Ana Rojas"


def test_budget_typed_like_people_do_and_left_alone_when_untouched(edit, make_lead, stored):
    lead = make_lead()
    assert (
        edit(lead, "money", budget="180 millones", qualification="PENDIENTE", dicom_status="unknown").status_code == 200
    )
    lead = stored()
    assert (lead.budget_amount, lead.budget_unit) == (180_000_000, "CLP")
    assert (
        edit(lead, "money", budget="$180.000.000", qualification="CALIFICADO", dicom_status="unknown").status_code
        == 200
    )
    assert (stored().budget_amount, stored().qualification) == (180_000_000, "CALIFICADO")
    edit(stored(), "money", budget="", qualification="CALIFICADO", dicom_status="unknown")
    assert stored().budget_unit == ""


def test_financial_profile_is_for_admins_and_the_owner(edit, make_lead, client_for, alice, bob, broker, inside):
    lead = make_lead(assigned_to=bob)
    fields = {
        "qualification": "PENDIENTE",
        "budget": "",
        "monthly_income": "1,5 millones",
        "dicom_status": "clean",
        "debt": "0",
    }
    assert edit(lead, "money", bob, **fields).status_code == 200
    with inside(broker):
        declared = financial.read(lead)
        assert declared == financial.Declared(1_500_000, DicomStatus.CLEAN, 0)
        assert Lead.objects.get().income_band == 2
        leads.assign(Lead.objects.all(), to=None, by=leads.Actor.of(alice), now=lead.created_at)
    page = client_for(bob).get(f"/leads/{lead.public_id}/").content.decode()
    assert "1.500.000" not in page
    assert "1.500.000" in client_for(alice).get(f"/leads/{lead.public_id}/").content.decode()
    fresh = edit(lead, "money", bob, **fields | {"monthly_income": "9 millones", "version": 99})
    assert fresh.status_code in {200, 409}
    with inside(broker):
        assert financial.read(lead) == declared


def test_next_step_keeps_its_seconds_when_untouched(edit, make_lead, stored, client_for, alice):
    lead = make_lead()
    edit(lead, "follow", next_action_at="2026-12-01T10:30", treatment_type="hold")
    found = stored()
    assert found.next_action_at.isoformat() == "2026-12-01T13:30:00+00:00"
    page = client_for(alice).get(f"/leads/{lead.public_id}/edit/follow/", headers=HTMX).content.decode()
    assert 'value="2026-12-01T10:30"' in page


def test_hints_say_how_it_is_read(client_for, alice, db):
    client = client_for(alice)
    assert "+56 9 9824 8519" in client.post("/leads/hint/phone/", {"phone_raw": "998248519"}).content.decode()
    assert "5.200,00" in client.post("/leads/hint/budget/", {"budget": "5.200 UF"}).content.decode()
    assert client.post("/leads/hint/otro/").status_code == 404


def test_notes_are_kept_as_typed_and_never_run(client_for, alice, make_lead):
    lead = make_lead()
    client, url = client_for(alice), f"/leads/{lead.public_id}/notes/"
    assert client.post(url, {"body": "  "}, headers=HTMX).status_code == 422
    client.post(url, {"body": "<b>Ojo</b>\nllamar"}, headers=HTMX)
    page = client.get(f"/leads/{lead.public_id}/timeline/?kind=notes").content.decode()
    assert "&lt;b&gt;Ojo&lt;/b&gt;\nllamar" in page
    assert "creó el lead" not in page


@pytest.mark.parametrize("zone", ["", "Asia/Tokyo"])
@pytest.mark.parametrize("typed", ["9999-12-31T23:59", "0001-01-01T00:00"])
def test_a_next_step_beyond_the_calendar_is_refused(client_for, alice, make_lead, zone, typed):
    """Stored, it could not be read again, and no list or board with it be drawn."""
    alice.time_zone = zone
    alice.save()
    lead, client = make_lead(), client_for(alice)
    form = {"next_action_at": typed, "treatment_type": "hold", "version": "1"}
    assert client.post(f"/leads/{lead.public_id}/edit/follow/", form).status_code == 422
    assert client.get("/leads/").status_code == client.get("/board/").status_code == 200


def test_a_country_nobody_knows_is_the_brokerages(client_for, alice):
    client = client_for(alice)
    hint = client.post("/leads/hint/phone/", {"phone_raw": "9 8765 4321", "country": "X" * 5000})
    assert hint.content == client.post("/leads/hint/phone/", {"phone_raw": "9 8765 4321", "country": "CL"}).content
