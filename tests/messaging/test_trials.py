"""A template tried out: to oneself it is no contact with the lead, to the lead it is a message like any other."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from crm.models import Interaction, TimelineEntry
from messaging.gate.history import sent_to
from messaging.models import Conversation, Message
from messaging.sending.sender import Sender
from tests.api.conftest import api_for  # noqa: F401 -- a fixture
from tests.servers import smtp
from tests.templates_app.conftest import make_template  # noqa: F401 -- a fixture

pytestmark = pytest.mark.django_db(transaction=True)
HTMX = {"HX-Request": "true"}


@pytest.fixture
def ana(make_lead):
    return make_lead(name="Ana Rojas", phone_raw="+56 9 8765 4321", email="ana@correo.cl")


@pytest.fixture
def admin(client_for, alice):
    return client_for(alice)


@pytest.fixture
def template(make_template):  # noqa: F811
    return make_template("Hola {{ first_name }}")


@pytest.fixture
def look():
    def send():
        sender = Sender(at_once=2)
        sender.look()
        while sender._letters:
            sender.look()
        sender.close()

    return send


@pytest.fixture
def messages(broker, inside):
    def read():
        with inside(broker):
            return list(Message.objects.select_related("lead", "account").order_by("pk"))

    return read


@pytest.fixture
def untouched(broker, inside):
    """`untouched(lead)`: whether nothing tells of a contact with the lead."""

    def check(lead):
        with inside(broker):
            lead.refresh_from_db()
            return not (
                Interaction.objects.exists()
                or Conversation.objects.exists()
                or TimelineEntry.objects.filter(kind="contact").exists()
                or sent_to([lead.pk])
                or lead.last_outbound_at
            )

    return check


def url(template):
    return reverse("messaging:template-test", args=[template.public_id])


def press(client, template, lead, to="own", key=None):
    form = {"lead": str(lead.public_id), "to": to, "key": str(key or uuid4())}
    return client.post(url(template), form, headers=HTMX)


def test_to_oneself_it_rings_the_simulated_phone_and_is_no_contact(
    admin, template, ana, make_account, look, messages, untouched
):
    make_account()
    key = uuid4()
    page = press(admin, template, ana, key=key)
    press(admin, template, ana, key=key)
    assert (page.status_code, "En cola" in page.content.decode()) == (200, True)
    look()
    [message] = messages()
    assert (message.status, message.body, message.address) == ("sent", "Hola Ana", "simulado")
    assert (message.why["by"], message.why["to"], message.is_trial) == ("test", "own", True)
    assert untouched(ana)
    assert "Hola Ana" in admin.get(reverse("inbox:phone", args=[ana.public_id])).content.decode()
    assert "Hola Ana" not in admin.get(reverse("inbox:messages", args=[ana.public_id])).content.decode()
    became = admin.get(f"{url(template)}?message={message.public_id}", headers=HTMX).content.decode()
    assert "Enviado" in became
    assert "every 2s" not in became


def test_to_ones_own_e_mail_whatever_the_lead_wants(
    admin, make_template, ana, make_account, look, messages, untouched, alice, broker, inside, settings  # noqa: F811
):  # fmt: skip
    from core.actors import Actor
    from messaging import accounts

    settings.WEBHOOKS_ANYWHERE = True
    with smtp.SmtpServer(login=True) as server:
        account = make_account(channel="email", provider="smtp", address="ventas@andes.cl", is_default=True)
        keys = {
            "host": "127.0.0.1", "port": str(server.port), "security": "none", "user": smtp.USER, "password": smtp.PASSWORD
        }  # fmt: skip
        with inside(broker):
            wanted = accounts.Wanted(account.name, account.address, keys)
            accounts.change(account, wanted, by=Actor.system(), now=timezone.now())
            type(ana).objects.filter(pk=ana.pk).update(opted_out_at=timezone.now(), treatment_type="hold")
        mail = make_template("Hola {{ first_name }}. {{ unsubscribe_link }}", channel="email", purpose="marketing")
        assert press(admin, mail, ana).status_code == 200
        look()
        [sent] = server.messages
    assert (sent["To"], sent["List-Unsubscribe"]) == ("alice@andes.cl", None)
    assert messages()[0].status == "sent"
    assert untouched(ana)


def test_to_the_lead_it_is_a_message_like_any_other(
    admin, template, ana, wrote, look, messages, thread, stored, any_hour
):
    wrote(ana)
    assert press(admin, template, ana, to="lead").status_code == 200
    look()
    message = messages()[-1]
    assert (message.status, message.address, message.why["by"], message.is_trial) == (
        "sent",
        "+56987654321",
        "test",
        False,
    )
    assert stored(ana).last_outbound_at is not None
    assert thread(ana).last_text == "Hola Ana"
    page = admin.get(reverse("inbox:messages", args=[ana.public_id])).content.decode()
    assert "probando una plantilla" in page


def test_the_panel_says_what_keeps_it_back(admin, make_template, ana, make_account, messages, inside, broker):  # noqa: F811
    make_account()
    template = make_template("Hola {{ first_name }}, te espero el {{ appointment_date }}.", purpose="marketing")
    page = admin.get(f"{url(template)}?lead={ana.public_id}", headers=HTMX).content.decode()
    assert "A mí, en el teléfono simulado" in page
    assert "Le falta lo que la plantilla nombra" in page
    assert press(admin, template, ana, to="lead").status_code == 409
    plain = make_template("Hola {{ first_name }}", name="Promo", purpose="marketing")
    page = admin.get(f"{url(plain)}?lead={ana.public_id}", headers=HTMX).content.decode()
    assert "No consta" in page
    assert press(admin, plain, ana, to="lead").status_code == 409
    assert messages() == []
    assert "Elige un lead" in admin.get(url(plain), headers=HTMX).content.decode()
    assert press(admin, plain, ana, to="nadie").status_code == 422


def test_nothing_leaves_while_everything_is_stopped(
    admin, template, ana, make_account, messages, inside, broker, alice
):
    from core.actors import Actor
    from messaging import limits

    make_account()
    with inside(broker):
        limits.stop(by=Actor.of(alice), now=timezone.now())
    page = press(admin, template, ana)
    assert (page.status_code, messages()) == (409, [])
    assert "detenidos" in page.content.decode()


def test_a_bounce_of_ones_own_address_says_nothing_of_the_lead(
    ana, make_account, template, inside, broker, admin, stored
):
    from messaging.sending import effects

    account = make_account()
    press(admin, template, ana)
    with inside(broker):
        message = Message.objects.select_related("lead", "account").get()
        message.account.provider, message.error_code = "twilio", "30005"
        effects.of_rejection([message], now=timezone.now())
        message.error_code = "21610"
        effects.of_rejection([message], now=timezone.now())
        assert not Interaction.objects.exists()
        assert stored(ana).opted_out_at is None
        message.error_code = "20003"
        effects.of_rejection([message], now=timezone.now())
        account.refresh_from_db()
        assert account.paused_at is not None


def test_only_who_runs_the_brokerage_tries_templates_out(client_for, bob, charlie, template, ana, make_account):
    make_account()
    assert press(client_for(bob), template, ana).status_code == 403
    assert press(client_for(charlie), template, ana).status_code == 404


def test_the_api_does_the_same(api_for, alice, bob, template, ana, make_account, messages, make_template):  # noqa: F811
    make_account()
    api, path = api_for(alice), f"/api/v1/templates/{template.public_id}/test/"
    told = api.post(path, {"lead_id": str(ana.public_id)})
    assert (told.status_code, told.json()["body"], told.json()["status"]) == (202, "Hola Ana", "queued")
    assert messages()[0].is_trial
    assert api.post(path, {"lead_id": str(uuid4())}).status_code == 400
    assert api_for(bob).post(path, {"lead_id": str(ana.public_id)}).status_code == 403
    promo = make_template("Hola {{ first_name }}", name="Promo", purpose="marketing")
    refused = api.post(f"/api/v1/templates/{promo.public_id}/test/", {"lead_id": str(ana.public_id), "to": "lead"})
    assert (refused.status_code, refused.json()["type"].rpartition(":")[2]) == (409, "refused-by-gate")
    lacking = make_template("El {{ appointment_date }}", name="Visita")
    path = f"/api/v1/templates/{lacking.public_id}/test/"
    assert api.post(path, {"lead_id": str(ana.public_id), "to": "lead"}).status_code == 400
    assert api.post(path, {"lead_id": str(ana.public_id)}).status_code == 202
    call = make_template("Hola", name="Llamada", channel="call")
    assert api.post(f"/api/v1/templates/{call.public_id}/test/", {"lead_id": str(ana.public_id)}).status_code == 404


def test_conversations_that_stand_do_not_learn_of_a_trial(admin, template, ana, wrote, look, thread):
    wrote(ana, "¿Hola?")
    press(admin, template, ana)
    look()
    held = thread(ana)
    assert (held.last_text, held.unread, held.waiting_since is not None) == ("¿Hola?", 1, True)
