"""The pages of channel accounts: who may, what is typed, and that no secret is ever shown again."""

import pytest
from django.utils import timezone

from core.actors import Actor
from messaging import accounts
from messaging.accounts import Wanted
from messaging.enums import Provider
from messaging.models import ChannelAccount
from tests.conftest import PASSWORD
from tests.messaging import inbound_tools as tools
from tests.servers import telegram, twilio

pytestmark = pytest.mark.django_db
CANARY = "canario-secreto-7f3a"
SMTP = {
    "name": "Correo", "address": "Ventas@Andes.cl", "host": "smtp.example.com", "port": "587", "security": "starttls",
    "user": "ventas", "password": CANARY, "from_name": "Andes", "per_second": "5",
}  # fmt: skip
TWILIO = {
    "name": "WhatsApp", "address": "+56 2 2345 6789", "account_sid": twilio.SID, "auth_token": CANARY, "per_second": "20",
}  # fmt: skip


@pytest.fixture
def alices(client_for, alice):
    client = client_for(alice)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def make(broker, inside, alice):
    def build(channel="email", provider=Provider.SMTP, address="ventas@andes.cl", **credentials):
        with inside(broker):
            wanted = Wanted(
                "Correo",
                address,
                {"host": "smtp.example.com", "port": "587", "security": "starttls", "password": CANARY, **credentials},
            )
            return accounts.create(channel, provider, wanted, by=Actor.of(alice), now=timezone.now())

    return build


def page_of(one):
    return f"/settings/channels/{one.public_id}/"


@pytest.mark.parametrize(("provider", "typed"), [("smtp", SMTP), ("twilio", TWILIO)])
def test_an_account_is_connected(alices, broker, inside, provider, typed):
    answer = alices.post(f"/settings/channels/new/{provider}/", typed, follow=True)
    assert answer.status_code == 200
    with inside(broker):
        one = ChannelAccount.objects.get()
        assert one.address == {"smtp": "ventas@andes.cl", "twilio": "+56223456789"}[provider]
        assert CANARY in accounts.credentials_of(one).values()
    assert CANARY not in answer.content.decode()
    assert "Probando…" in answer.content.decode()


def test_a_bot_needs_its_key_alone(alices, broker, inside):
    typed = {"name": "Bot", "bot_token": telegram.TOKEN, "per_second": "25"}
    assert alices.post("/settings/channels/new/telegram/", typed).status_code == 302
    with inside(broker):
        assert len(accounts.credentials_of(ChannelAccount.objects.get())["webhook_secret"]) == 43


@pytest.mark.parametrize(
    ("provider", "typed", "wrong"),
    [
        ("smtp", SMTP, {"host": "127.0.0.1"}),
        ("smtp", SMTP, {"host": "localhost"}),
        ("smtp", SMTP, {"host": "https://smtp.example.com"}),
        ("smtp", SMTP, {"host": "10.0.0.1"}),
        ("smtp", SMTP, {"port": "5432"}),
        ("smtp", SMTP, {"security": "none"}),
        ("smtp", SMTP, {"address": "nadie"}),
        ("smtp", SMTP, {"per_second": "0"}),
        ("twilio", TWILIO, {"address": "hola"}),
        ("twilio", TWILIO, {"account_sid": "AC1"}),
        ("twilio", TWILIO, {"per_second": "81"}),
        ("telegram", {"name": "Bot", "per_second": "25"}, {"bot_token": "no"}),
        ("anymail", {"name": "M", "address": "a@b.cl", "api_key": "k", "per_second": "5"}, {"esp": "mailgun"}),
    ],
)
def test_what_cannot_be_is_told_at_its_field(alices, settings, provider, typed, wrong):
    settings.WEBHOOKS_ANYWHERE = False
    answer = alices.post(f"/settings/channels/new/{provider}/", {**typed, **wrong})
    assert answer.status_code == 422
    expected = "domain" if provider == "anymail" else next(iter(wrong))
    assert list(answer.context["form"].errors) == [expected]
    assert CANARY not in answer.content.decode()


def test_a_secret_is_not_shown_to_whoever_changes_an_account(alices, make, broker, inside):
    one = make()
    page = alices.get(f"{page_of(one)}edit/").content.decode()
    assert CANARY not in page
    assert "smtp.example.com" in page
    typed = {**SMTP, "password": "", "user": "", "name": "Otro"}
    assert alices.post(f"{page_of(one)}edit/", typed).status_code == 302
    with inside(broker):
        one.refresh_from_db()
        assert one.name == "Otro"
        assert accounts.credentials_of(one)["password"] == CANARY


@pytest.mark.parametrize("moved", [{"host": "smtp.malo.example"}, {"port": "465"}, {"user": "otro"}])
def test_a_secret_does_not_go_elsewhere_unasked(alices, make, moved):
    one = make()
    answer = alices.post(f"{page_of(one)}edit/", {**SMTP, "user": "", "password": "", **moved})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["password"]


def test_an_address_of_another_account_is_told(alices, make):
    make()
    answer = alices.post("/settings/channels/new/smtp/", SMTP)
    assert answer.status_code == 422
    assert "Ya está conectado en otra cuenta" in answer.content.decode()


def test_credentials_want_a_fresh_password(client_for, alice, make):
    client, one = client_for(alice), make()
    for path in ("/settings/channels/new/smtp/", f"{page_of(one)}edit/"):
        for answer in (client.get(path), client.post(path, SMTP)):
            assert answer.status_code == 302
            assert answer.headers["Location"].startswith("/accounts/reauthenticate/")
    assert CANARY not in str(dict(client.session))


def test_an_agent_sees_none_of_it(client_for, bob, make):
    one, client = make(), client_for(bob)
    for path in ("/settings/channels/", page_of(one), f"{page_of(one)}edit/", "/settings/channels/new/"):
        assert client.get(path).status_code == 403


def test_an_account_is_paused_resumed_switched_and_preferred(alices, make, broker, inside):
    one = make()
    for act, said in [
        ("pause", "Se acabó el saldo"),
        ("resume", "Preferida"),
        ("off", "Apagada"),
        ("on", "Probando"),
        ("prefer", "Preferida"),
        ("test", "Probando"),
    ]:
        answer = alices.post(f"{page_of(one)}{act}/", {"because": "Se acabó\nel saldo"}, follow=True)
        assert said in answer.content.decode(), act
    with inside(broker):
        one.refresh_from_db()
        assert (one.is_active, one.is_default, one.paused_at) == (True, True, None)


def test_the_webhook_of_a_mail_provider_asks_who_it_is(client_for, alices, alice, make, broker, inside):
    one = make("email", Provider.ANYMAIL, esp="postmark", api_key="k")
    with inside(broker):
        secret = accounts.credentials_of(one)["webhook_secret"]
    assert secret in alices.get(page_of(one)).content.decode()
    stranger = client_for(alice)
    assert secret not in stranger.get(page_of(one)).content.decode()
    assert stranger.get(f"{page_of(one)}?hook").headers["Location"].startswith("/accounts/reauthenticate/")


def test_trouble_is_said_in_words(alices, make, broker, inside):
    one = make()
    with inside(broker):
        ChannelAccount.objects.filter(pk=one.pk).update(health="failing", health_note="535 5.7.8")
    text = alices.get(page_of(one)).content.decode()
    assert "El servidor de correo no aceptó el usuario o la clave." in text
    assert "Escribe otra vez el usuario y la clave" in text


@pytest.mark.parametrize("number", [1, 3])
def test_a_list_costs_the_same_however_long(alices, make, broker, inside, django_assert_num_queries, number):
    for each in range(number):
        make(address=f"ventas{each}@andes.cl")
    alices.get("/settings/channels/")
    with django_assert_num_queries(7):
        assert alices.get("/settings/channels/").content.decode().count("Probando…") == number


@pytest.fixture
def twilios(alices, broker, inside):
    """`twilios(change…)`: change a Twilio account through its form; `known()` are its credentials."""
    alices.post("/settings/channels/new/twilio/", TWILIO)
    with inside(broker):
        one = ChannelAccount.objects.get()

    def change(**typed):
        form = {**TWILIO, "account_sid": "", "auth_token": "", "shared_key_id": "", **typed}
        return alices.post(f"{page_of(one)}edit/", form, follow=True)

    def known():
        with inside(broker):
            one.refresh_from_db()
            return accounts.credentials_of(one)

    change.known, change.account = known, one
    return change


def test_a_new_token_leaves_the_old_one_good_for_what_is_still_signed_with_it(twilios, client, broker, inside):
    page = twilios(auth_token="el-nuevo").content.decode()
    assert "firmado con el Auth Token anterior" in page
    assert (twilios.known()["auth_token"], twilios.known()["previous_auth_token"]) == ("el-nuevo", CANARY)
    for number, token in enumerate((CANARY, "el-nuevo"), 1):
        fields = tools.whatsapp(number, AccountSid=twilio.SID)
        assert tools.post_twilio(client, twilios.account, fields, token=token).status_code == 200
    twilios()  # a change of something else keeps it
    assert twilios.known()["previous_auth_token"] == CANARY
    page = twilios(forget_previous="on").content.decode()
    assert "previous_auth_token" not in twilios.known()
    assert "firmado con el Auth Token anterior" not in page
    fields = tools.whatsapp(3, AccountSid=twilio.SID)
    assert tools.post_twilio(client, twilios.account, fields, token=CANARY).status_code == 403


def test_another_account_at_twilio_has_no_token_before(twilios):
    twilios(account_sid="AC" + "1" * 32, auth_token="el-de-otra")
    assert "previous_auth_token" not in twilios.known()


def test_a_shared_key_has_its_name_and_goes_with_it(alices, twilios):
    page = twilios(shared_key="compartida")
    assert list(page.context["form"].errors) == ["shared_key_id"]
    assert list(twilios(shared_key_id="clave_1").context["form"].errors) == ["shared_key"]
    twilios(shared_key_id="clave_1", shared_key="compartida", previous_auth_token="a-mano")
    assert (twilios.known()["shared_key"], twilios.known()["previous_auth_token"]) == ("compartida", "a-mano")
    page = alices.get(f"{page_of(twilios.account)}edit/").content.decode()
    assert "clave_1" in page
    assert not [each for each in ("compartida", "a-mano") if f'value="{each}"' in page]
    twilios(shared_key_id="clave_1")
    assert twilios.known()["shared_key"] == "compartida"
    twilios(shared_key_id="")
    assert "shared_key" not in twilios.known()
