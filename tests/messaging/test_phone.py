"""The simulated phone: what arrived there, and answering takes a provider's way."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from messaging.models import Message, ProviderEvent
from messaging.sending.sender import Sender

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana(make_lead, bob):
    return make_lead(name="Ana", phone_raw="+56 9 8765 4321", email="ana@correo.cl", assigned_to=bob)


@pytest.fixture
def answer(client_for, bob):
    """`answer(lead, text, channel)`: typed on the lead's phone."""
    client = client_for(bob)

    def write(lead, text="Sí, me interesa", channel="whatsapp", key=None):
        form = {"channel": channel, "key": str(key or uuid4()), "body": text}
        return client.post(reverse("inbox:phone-write", args=[lead.public_id]), form, headers={"HX-Request": "true"})

    return write


@pytest.fixture
def look():
    def send():
        sender = Sender(at_once=8)
        sender.look()
        sender.close()

    return send


def heard(lead, broker, inside):
    with inside(broker):
        return list(Message.objects.filter(lead=lead, direction="in").values_list("channel", "body"))


@pytest.mark.parametrize("channel", ["whatsapp", "telegram", "email"])
def test_an_answer_takes_the_way_of_a_providers(channel, ana, make_account, answer, apply_all, broker, inside, stored):
    make_account(channel=channel)
    key = uuid4()
    page = answer(ana, channel=channel, key=key)
    assert (page.status_code, "Saliendo" in page.content.decode()) == (200, True)
    answer(ana, channel=channel, key=key)
    with inside(broker):
        assert ProviderEvent.objects.count() == 1
    apply_all()
    assert heard(ana, broker, inside) == [(channel, "Sí, me interesa")]
    assert stored(ana).last_inbound_at is not None


def test_an_opt_out_typed_there_counts(ana, make_account, answer, apply_all, stored):
    make_account()
    answer(ana, "BAJA")
    apply_all()
    assert stored(ana).opted_out_at is not None


def test_telegram_can_be_written_to_once_they_wrote(ana, make_account, answer, apply_all, write, look, fresh):
    make_account(channel="telegram")
    answer(ana, "Hola", channel="telegram")
    apply_all()
    message = write(ana, channel="telegram", now=timezone.now())
    look()
    assert fresh(message).status == "sent", fresh(message).checks


def test_it_shows_what_arrived_and_nothing_else(ana, make_account, write, look, client_for, bob, broker, inside):
    make_account()
    write(ana, body="Hola Ana, soy Bob", key="a")
    look()
    write(ana, body="Esto todavía no sale", key="b", not_before=timezone.now() + timedelta(hours=1))
    page = client_for(bob).get(reverse("inbox:phone", args=[ana.public_id])).content.decode()
    assert ("Hola Ana, soy Bob" in page, "Esto todavía no sale" in page) == (True, False)


def test_both_ways_stand_in_the_leads_history(ana, make_account, write, look, answer, apply_all, client_for, bob):
    make_account()
    message = write(ana, body="Hola Ana, soy Bob")
    look()
    answer(ana, "Hola Bob")
    apply_all()
    page = client_for(bob).get(reverse("crm:lead", args=[ana.public_id])).content.decode()
    assert all(text in page for text in ("Hola Ana, soy Bob", "Hola Bob", f"#message-{message.public_id}"))


def test_only_people_of_the_brokerage_and_only_simulated_accounts(
    ana, make_account, client_for, charlie, bob, make_user, broker
):
    account = {"channel": "telegram", "provider": "telegram"}
    make_account(**account)
    url, write = (reverse(f"inbox:{name}", args=[ana.public_id]) for name in ("phone", "phone-write"))
    assert client_for(bob).get(url).status_code == 404
    make_account()
    assert client_for(bob).get(url).status_code == 200
    assert client_for(charlie).get(url).status_code == 404
    carla = make_user("carla@andes.cl", broker, name="Carla", role="agent")
    assert client_for(carla).get(url).status_code == 404
    form = {"channel": "telegram", "key": str(uuid4()), "body": "hola"}
    assert client_for(bob).post(write, form).status_code == 404
    assert client_for(bob).post(write, form | {"channel": "nada"}).status_code == 404
    assert (
        client_for(bob)
        .post(write, form | {"channel": "whatsapp", "body": " "}, headers={"HX-Request": "true"})
        .status_code
        == 422
    )
