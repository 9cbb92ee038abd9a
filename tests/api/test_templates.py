"""Templates through the API."""

import pytest

from templates_app.models import Template, TemplateVersion

PATH = "/api/v1/templates/"
BODY = {"name": "Saludo", "channel": "whatsapp", "purpose": "transactional", "body": "Hola {{ first_name }}"}


@pytest.fixture
def made(as_alice):
    return as_alice.post(PATH, BODY).json()


def test_create_read_list(as_alice, api_for, bob):
    answer = as_alice.post(PATH, BODY)
    made = answer.json()
    assert answer.status_code == 201
    assert (made["version"], made["approval"], made["language"]) == (1, "not_sent", "es")
    assert api_for(bob).get(answer.headers["Location"]).json() == made
    assert as_alice.get(PATH).json() == {"next": None, "results": [made]}
    assert as_alice.get(PATH + "?channel=email").json()["results"] == []
    assert as_alice.get(PATH + "?channel=nada").status_code == 400


def test_patch_and_put_make_versions(as_alice, made, broker, inside):
    path = f"{PATH}{made['id']}/"
    changed = as_alice.patch(path, {"body": "¡Hola!", "fallbacks": {"first_name": "amigo"}}).json()
    assert (changed["version"], changed["body"], changed["name"]) == (2, "¡Hola!", "Saludo")
    assert as_alice.patch(path, {"name": "Otro"}).json()["version"] == 2
    assert as_alice.put(path, BODY).json()["version"] == 3
    assert as_alice.patch(path, {"channel": "email"}).status_code == 400
    with inside(broker):
        assert TemplateVersion.objects.count() == 3


def test_what_is_wrong_is_told_by_field(as_alice):
    answer = as_alice.post(PATH, BODY | {"body": "a\n{{ nombre }}", "fallbacks": {"x": "y"}})
    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "body": ["Línea 2: la variable «nombre» no existe."],
        "fallbacks": ["La variable «x» no existe."],
    }
    assert as_alice.post(PATH, BODY | {"version": 7}).status_code == 400


def test_a_name_twice_is_a_conflict_and_a_repeat_is_not(as_alice):
    first = as_alice.post(PATH, BODY, **{"Idempotency-Key": "una"})
    assert as_alice.post(PATH, BODY, **{"Idempotency-Key": "una"}).json() == first.json()
    assert as_alice.post(PATH, BODY).status_code == 409


def test_agents_read_and_do_not_write(api_for, bob, made):
    as_bob = api_for(bob)
    assert as_bob.post(PATH, BODY | {"name": "Otra"}).status_code == 403
    assert as_bob.patch(f"{PATH}{made['id']}/", {"name": "Otra"}).status_code == 403
    assert as_bob("DELETE", f"{PATH}{made['id']}/").status_code == 403
    assert as_bob.post(f"{PATH}{made['id']}/preview/", {}).json()["body"] == "Hola Camila"


def test_preview_on_a_lead_says_what_is_missing(as_alice, made, make_lead, api_for, bob, alice):
    path = f"{PATH}{made['id']}/preview/"
    ana, nobody = make_lead(name="Ana Rojas"), make_lead(name="")
    assert as_alice.post(path, {"lead_id": str(ana.public_id)}).json()["body"] == "Hola Ana"
    missing = as_alice.post(path, {"lead_id": str(nobody.public_id)}).json()
    assert (missing["body"], missing["missing"]) == ("", ["first_name"])
    hers = make_lead(name="Rosa Paredes", assigned_to=alice)
    assert api_for(bob).post(path, {"lead_id": str(hers.public_id)}).status_code == 400


def test_variables_and_templates_of_an_agent(as_alice, made):
    names = [each["name"] for each in as_alice.get(PATH + "variables/").json()]
    assert {"first_name", "budget", "appointment_date", "unsubscribe_link"} <= set(names)
    as_alice.patch(f"{PATH}{made['id']}/", {"agent_type": "agendador"})
    assert len(as_alice.get(PATH + "agent-type/agendador/").json()["results"]) == 1
    assert as_alice.get(PATH + "agent-type/nadie/").status_code == 404


def test_approval_is_told_in_place_and_lost_with_another_text(as_alice, made):
    path = f"{PATH}{made['id']}/"
    as_alice.patch(path, {"content_sid": "HX0123456789", "category": "utility"})
    told = as_alice.patch(path, {"approval": "approved"}).json()
    assert (told["version"], told["approval"]) == (2, "approved")
    assert as_alice.patch(path, {"name": "Otro"}).json()["approval"] == "approved"
    assert as_alice.patch(path, {"body": "Chao {{ first_name }}"}).json()["approval"] == "not_sent"
    refused = as_alice.patch(path, {"body": "{% if first_name %}a{% endif %}"})
    assert "no puede tener condiciones" in refused.json()["errors"]["body"][0]


def test_delete_what_was_never_used(as_alice, made, broker, inside):
    assert as_alice("DELETE", f"{PATH}{made['id']}/").status_code == 204
    with inside(broker):
        assert not Template.objects.exists()


def test_a_used_one_can_only_be_archived(as_alice, made, broker, inside, make_lead, alice):
    from django.utils import timezone

    from core.actors import Actor
    from messaging.models import ChannelAccount, Message

    now, by = timezone.now(), Actor.of(alice).columns()
    with inside(broker):
        account = ChannelAccount.objects.create(
            channel="whatsapp", provider="sandbox", name="x", token="t", created_at=now, **by
        )
        Message.objects.create(
            direction="out", channel="whatsapp", status="queued", lead=make_lead(), account=account, address="+1", body="x",
            template_version=TemplateVersion.objects.get(), dedupe_key="k", not_before=now, expires_at=now, created_at=now, **by,
        )  # fmt: skip
    refused = as_alice("DELETE", f"{PATH}{made['id']}/")
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:corredor:problem:template-in-use")
    archived = as_alice.post(f"{PATH}{made['id']}/archive/").json()
    assert archived["archived_at"]
    assert as_alice.get(PATH).json()["results"] == []


def test_a_list_costs_the_same_for_one_and_for_three(as_alice, made):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost():
        with CaptureQueriesContext(connection) as spent:
            as_alice.get(PATH)
        return len(spent)

    one = cost()
    for number in range(3):
        as_alice.post(PATH, BODY | {"name": f"Otra {number}"})
    assert cost() == one
