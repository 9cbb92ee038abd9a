"""The inbox's pages: whose threads one sees, writing once, taking over, and what it costs."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.actors import Actor
from crm import timeline
from crm.enums import ConsentPurpose
from crm.models import TimelineEntry
from messaging import conversations
from messaging.models import Conversation, Message
from templates_app import library
from templates_app.checking import Text
from templates_app.enums import TemplateChannel

PHONE = "+56 9 8765 43{:02}"


@pytest.fixture
def leads(make_lead, alice, bob):
    """Bob's, Alice's and nobody's."""
    owners = {"Ana": bob, "Eva": alice, "Luz": None}
    return {
        name: make_lead(name=name, phone_raw=PHONE.format(at), assigned_to=owner)
        for at, (name, owner) in enumerate(owners.items())
    }


@pytest.fixture
def typed():
    """`typed(text)`: the composer's form, filled in."""

    def fill(body="Hola, Ana", channel="whatsapp", **fields):
        return {"channel": channel, "key": str(uuid4()), "body": body, **fields}

    return fill


def names(response):
    return [name for name in ("Ana", "Eva", "Luz") if f'c-truncate">{name}<' in response.content.decode()]


@pytest.mark.parametrize(
    ("box", "bobs", "alices"),
    [("mine", ["Ana"], ["Eva"]), ("unassigned", ["Luz"], ["Luz"]), ("all", ["Ana", "Luz"], ["Ana", "Eva", "Luz"])],
)
def test_boxes_show_ones_own_and_nobodys(box, bobs, alices, leads, wrote, client_for, alice, bob):
    for lead in leads.values():
        wrote(lead)
    assert names(client_for(bob).get(f"/inbox/?box={box}")) == bobs
    assert names(client_for(alice).get(f"/inbox/?box={box}")) == alices


def test_put_off_until_its_time_comes_and_resolved(leads, wrote, thread, client_for, bob, broker, inside):
    wrote(leads["Ana"])
    client, lead = client_for(bob), leads["Ana"]
    client.post(reverse("inbox:snooze", args=[lead.public_id]), {"until": "week"})
    assert (names(client.get("/inbox/?box=mine")), names(client.get("/inbox/?box=snoozed"))) == ([], ["Ana"])
    with inside(broker):
        Conversation.objects.update(snoozed_until=timezone.now() - timedelta(minutes=1))
    assert (names(client.get("/inbox/?box=mine")), names(client.get("/inbox/?box=snoozed"))) == (["Ana"], [])
    client.post(reverse("inbox:resolve", args=[lead.public_id]))
    assert names(client.get("/inbox/?box=resolved")) == ["Ana"]
    client.post(reverse("inbox:reopen", args=[lead.public_id]))
    assert names(client.get("/inbox/?box=mine")) == ["Ana"]
    assert client.post(reverse("inbox:snooze", args=[lead.public_id]), {"until": "nunca"}).status_code == 400


def test_what_others_have_does_not_exist(leads, wrote, client_for, bob, charlie):
    wrote(leads["Eva"])
    for who in (bob, charlie):
        client = client_for(who)
        assert client.get(reverse("inbox:thread", args=[leads["Eva"].public_id])).status_code == 404
        assert client.post(reverse("inbox:take", args=[leads["Eva"].public_id])).status_code == 404


def test_list_and_thread_cost_the_same_with_one_and_three(leads, wrote, client_for, alice, broker, inside):
    client, counts = client_for(alice), {"list": [], "thread": []}
    paths = {"list": "/inbox/?box=all", "thread": reverse("inbox:thread", args=[leads["Ana"].public_id])}
    for name in ("Ana", "Eva", "Luz"):
        wrote(leads[name])
        wrote(leads["Ana"])
        with inside(broker):
            timeline.add_note(leads["Ana"], body="x", by=Actor.of(alice), at=timezone.now())
        for page, path in paths.items():
            client.get(path)
            with CaptureQueriesContext(connection) as seen:
                assert client.get(path).status_code == 200
            counts[page].append(len(seen))
    for page, seen in counts.items():
        assert seen[0] == seen[1] == seen[2], (page, seen)


def test_a_message_is_queued_and_shows_as_it_is(leads, wrote, client_for, bob, typed, broker, inside, thread):
    wrote(leads["Ana"])
    client, url = client_for(bob), reverse("inbox:send", args=[leads["Ana"].public_id])
    response = client.post(url, typed(), headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert "thread:changed" in response.headers["HX-Trigger"]
    with inside(broker):
        message = Message.objects.get(direction="out")
        assert (message.status, message.is_reply, message.by_label) == ("queued", True, "Bob")
    page = client.get(reverse("inbox:messages", args=[leads["Ana"].public_id])).content.decode()
    assert 'data-status="queued"' in page
    assert "En cola" in page


def test_pressed_twice_is_sent_once(leads, wrote, client_for, bob, typed, broker, inside):
    wrote(leads["Ana"])
    client, form = client_for(bob), typed()
    url = reverse("inbox:send", args=[leads["Ana"].public_id])
    assert [client.post(url, form, headers={"HX-Request": "true"}).status_code for _ in range(2)] == [200, 200]
    client.post(url, typed("Otra cosa"))
    with inside(broker):
        assert Message.objects.filter(direction="out").count() == 2


def test_a_refusal_keeps_the_text_and_says_why(leads, wrote, client_for, bob, typed, broker, inside):
    client, lead = client_for(bob), leads["Ana"]
    response = client.post(
        reverse("inbox:send", args=[lead.public_id]),
        typed("Hola por Telegram", "telegram"),
        headers={"HX-Request": "true"},
    )
    assert response.status_code == 409
    page = response.content.decode()
    assert "Hola por Telegram" in page
    assert "No hay ninguna cuenta para este canal" in page
    with inside(broker):
        assert not Message.objects.exists()


@pytest.mark.parametrize(("fields", "said"), [({"body": "  "}, "write-error"), ({"channel": "email"}, "subject-error")])
def test_what_is_missing_is_said(fields, said, leads, wrote, client_for, bob, typed):
    wrote(leads["Ana"])
    form = typed() | fields
    url = reverse("inbox:send", args=[leads["Ana"].public_id])
    response = client_for(bob).post(url, form, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert said in response.content.decode()


def test_a_note_stands_in_the_thread(leads, wrote, client_for, bob):
    wrote(leads["Ana"], "¿Tiene estacionamiento?")
    client, lead = client_for(bob), leads["Ana"]
    response = client.post(
        reverse("inbox:note", args=[lead.public_id]), {"body": "Llamar el lunes"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    page = client.get(reverse("inbox:messages", args=[lead.public_id])).content.decode()
    assert page.index("¿Tiene estacionamiento?") < page.index("Llamar el lunes")
    assert "c-bubble--note" in page


def test_taken_by_one_is_told_to_the_other(leads, wrote, client_for, alice, bob, thread):
    wrote(leads["Luz"])
    take = reverse("inbox:take", args=[leads["Luz"].public_id])
    release = reverse("inbox:release", args=[leads["Luz"].public_id])
    assert "La atiendes tú" in client_for(bob).post(take, headers={"HX-Request": "true"}).content.decode()
    response = client_for(alice).post(take, headers={"HX-Request": "true"})
    assert "La atiende Bob" in response.content.decode()
    assert "La tiene Bob" in response.headers["HX-Trigger"]
    client_for(alice).post(release)
    assert thread(leads["Luz"]).taken_by is None
    client_for(alice).post(take)
    response = client_for(bob).post(release, headers={"HX-Request": "true"})
    assert thread(leads["Luz"]).taken_by == alice


def test_reading_takes_the_number_away(leads, wrote, client_for, bob, thread):
    wrote(leads["Ana"])
    client = client_for(bob)
    assert ">1<" in client.get("/inbox/badge/").content.decode()
    client.post(reverse("inbox:read", args=[leads["Ana"].public_id]))
    assert "c-count" not in client.get("/inbox/badge/").content.decode()
    assert thread(leads["Ana"]).waiting_since is not None


def test_earlier_messages_come_with_their_notes(leads, wrote, client_for, bob, broker, inside):
    start = timezone.now() - timedelta(days=2)
    for number in range(45):
        wrote(leads["Ana"], f"mensaje {number:02}", at=start + timedelta(minutes=number))
    with inside(broker):
        for at, body in ((4, "nota vieja"), (44, "nota nueva"), (4.5, "nota del borde")):
            TimelineEntry.objects.create(
                lead=leads["Ana"], kind="note", at=start + timedelta(minutes=at + 0.1), body=body,
                **Actor.of(bob).columns(),
            )  # fmt: skip
    client, url = client_for(bob), reverse("inbox:messages", args=[leads["Ana"].public_id])
    page = client.get(url).content.decode()
    assert ("mensaje 05" in page, "mensaje 04" in page, "nota nueva" in page, "nota vieja" in page) == (
        True, False, True, False,
    )  # fmt: skip
    cursor = page.split("?before=")[1].split('"')[0]
    earlier = client.get(f"{url}?before={cursor}").content.decode()
    assert "mensaje 04" in earlier
    assert ("nota vieja" in earlier, "nota del borde" in earlier, "mensaje 05" in earlier) == (True, True, False)
    assert client.get(f"{url}?before=nada").status_code == 400


def test_the_lead_page_offers_to_write(leads, wrote, client_for, bob, typed):
    wrote(leads["Ana"])
    client, lead = client_for(bob), leads["Ana"]
    panel_url = reverse("inbox:lead-panel", args=[lead.public_id])
    assert panel_url in client.get(reverse("crm:lead", args=[lead.public_id])).content.decode()
    client.post(reverse("inbox:send", args=[lead.public_id]), typed("Aquí va"))
    assert "Aquí va" in client.get(panel_url).content.decode()


def test_who_has_a_conversation_is_kept_through_silence(leads, wrote, broker, inside, bob, thread):
    wrote(leads["Ana"])
    with inside(broker):
        conversations.take(thread(leads["Ana"]), by=Actor.of(bob), now=timezone.now())
        conversations.resolve(thread(leads["Ana"]), by=Actor.of(bob), now=timezone.now())
    wrote(leads["Ana"])
    assert thread(leads["Ana"]).taken_by == bob


@pytest.fixture
def make_template(broker, inside):
    """`make_template(body, …)`: a WhatsApp template of Andes."""

    def make(body="Hola {{ first_name }}, ¿te llamo?", name="Saludo", **more):
        kind = library.Kind(name=name, channel=TemplateChannel.WHATSAPP, purpose=ConsentPurpose.TRANSACTIONAL)
        with inside(broker):
            return library.create(kind, Text(body=body, **more), by=Actor.system(), now=timezone.now())

    return make


def test_a_template_is_filled_in_and_may_be_changed(
    leads, wrote, client_for, bob, typed, make_template, broker, inside
):
    wrote(leads["Ana"])
    template, client, lead = make_template(), client_for(bob), leads["Ana"]
    form = typed("") | {"pick": str(template.public_id)}
    headers = {"HX-Request": "true", "HX-Trigger-Name": "pick"}
    page = client.post(reverse("inbox:composer", args=[lead.public_id]), form, headers=headers).content.decode()
    assert "Hola Ana, ¿te llamo?" in page
    again = client.post(
        reverse("inbox:composer", args=[lead.public_id]), form | {"body": "Cambiado"}, headers={"HX-Request": "true"}
    )
    assert "Cambiado" in again.content.decode()
    form = typed("Hola Ana, ¿te llamo hoy?", template=str(template.public_id))
    client.post(reverse("inbox:send", args=[lead.public_id]), form)
    with inside(broker):
        message = Message.objects.get(direction="out")
        assert (message.body, message.template_version.template_id) == ("Hola Ana, ¿te llamo hoy?", template.pk)
        assert message.why["template"] == "Saludo"


def test_an_approved_text_goes_as_it_is(leads, wrote, client_for, bob, typed, make_template, broker, inside):
    wrote(leads["Ana"])
    template = make_template(
        "Hola {{ first_name }}, tu visita es mañana.", content_sid="HX" + "a" * 32, category="utility"
    )
    form = typed("Otra cosa", template=str(template.public_id))
    client_for(bob).post(reverse("inbox:send", args=[leads["Ana"].public_id]), form)
    with inside(broker):
        message = Message.objects.get(direction="out")
        assert (message.body, message.content_sid) == ("Hola Ana, tu visita es mañana.", "HX" + "a" * 32)
        assert message.content_variables == {"1": "Ana"}


def test_what_a_template_lacks_is_said(leads, wrote, client_for, bob, typed, make_template, broker, inside):
    wrote(leads["Ana"])
    template, url = (
        make_template("Vi que buscas en {{ location }}."),
        reverse("inbox:send", args=[leads["Ana"].public_id]),
    )
    response = client_for(bob).post(url, typed("x", template=str(template.public_id)), headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "comuna o sector" in response.content.decode()
    with inside(broker):
        assert not Message.objects.filter(direction="out").exists()
