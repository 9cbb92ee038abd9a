import re
import statistics
import time

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from accounts import throttle
from accounts.models import User
from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def attempt(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password, **extra})


def test_login_leads_to_the_board(client, alice):
    response = attempt(client, alice.email)
    assert (response.status_code, response["Location"]) == (302, "/")
    assert client.get("/profile/").status_code == 200


def test_login_of_platform_staff_leads_to_the_admin(db, client, make_user):
    make_user("root@corredor.cl", None, is_staff=True)
    assert attempt(client, "root@corredor.cl")["Location"] == "/admin/"


def test_login_with_another_spelling_of_the_address(client, alice):
    assert attempt(client, "  ALICE@Andes.cl ").status_code == 302


def test_session_key_changes_at_login(client, alice):
    client.get(LOGIN)
    session = client.session
    session["marker"] = 1
    session.save()
    before = client.session.session_key
    attempt(client, alice.email)
    assert client.session.session_key != before


@pytest.mark.parametrize("email", ["alice@andes.cl", "nobody@andes.cl", "asleep@andes.cl"])
def test_wrong_password_says_the_same_for_all(client, alice, make_user, broker, email):
    make_user("asleep@andes.cl", broker, is_active=False)
    page = attempt(client, email, "otra-clave-larga").content.decode()
    [text] = re.findall(r"data-error-summary>.*?<div>(.*?)</div>", page, re.DOTALL)
    assert text == "El correo o la contraseña no son correctos."


def test_a_deactivated_person_learns_so_only_with_the_right_password(client, make_user, broker):
    make_user("asleep@andes.cl", broker, is_active=False)
    assert attempt(client, "asleep@andes.cl")["Location"] == "/accounts/inactive/"
    assert client.get("/profile/").status_code == 302


def test_unknown_people_take_as_long_as_known_ones(client, alice, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    alice.set_password(PASSWORD)
    alice.save()

    def spent(email):
        started = time.process_time()
        attempt(client, email, "otra-clave-larga")
        return time.process_time() - started

    attempt(client, "warm@up.cl", "otra-clave-larga")
    known = statistics.median(spent(alice.email) for _ in range(5))
    unknown = statistics.median(spent(f"nobody{n}@andes.cl") for n in range(5))
    assert 0.5 < unknown / known < 2  # both hash a password, which is nearly all of the time


def test_logout_ends_the_session(client_for, alice):
    client = client_for(alice)
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/profile/")["Location"].startswith(LOGIN)


def test_too_many_failures_close_the_pair_of_account_and_network(client, alice):
    for _ in range(8):
        last = attempt(client, alice.email, "otra-clave-larga")
    assert last.status_code == 429
    assert "Demasiados intentos seguidos" in last.content.decode()
    assert attempt(client, alice.email.upper()).status_code == 429  # even with the right password, in any spelling
    elsewhere = Client(REMOTE_ADDR="203.0.113.9")
    assert attempt(elsewhere, alice.email).status_code == 302  # the victim is not locked out


def test_many_accounts_from_one_network_are_slowed(client, db):
    pages = [attempt(client, f"nobody{n}@andes.cl", "otra-clave-larga") for n in range(31)]
    assert "Demasiados intentos seguidos" in pages[-1].content.decode()


def test_one_account_from_many_networks_is_slowed(alice):
    for n in range(40):
        attempt(Client(REMOTE_ADDR=f"203.0.113.{n}"), alice.email, "otra-clave-larga")
    page = attempt(Client(REMOTE_ADDR="198.51.100.1"), alice.email, "otra-clave-larga").content.decode()
    assert "Demasiados intentos seguidos" in page


def test_throttle_reads_credentials_before_the_form(rf):
    request = rf.post(LOGIN, {"login": "Form@x.cl"})
    assert throttle.username(request, {"email": " Given@X.cl "}) == "given@x.cl"
    assert throttle.username(request) == "form@x.cl"


def test_signup_is_closed(client, db):
    data = {"email": "new@x.cl", "password1": PASSWORD, "password2": PASSWORD}
    assert "se entra con invitación" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", data)
    assert not User.objects.filter(email="new@x.cl").exists()


@pytest.mark.parametrize(
    "path", ["email/", "confirm-email/", "confirm-email/abc/", "confirm-email/a/b/", "login/code/confirm/"]
)
def test_mail_management_pages_are_closed(client_for, alice, path):
    assert client_for(alice).get(f"/accounts/{path}").status_code == 404


class TestReset:
    ASK = "/accounts/password/reset/"

    def link(self, client, capture, email, **extra):
        with capture(execute=True):
            response = client.post(self.ASK, {"email": email}, **extra)
        assert response["Location"] == "/accounts/password/reset/done/"
        [message] = mail.outbox
        return re.search(r"https?://\S+", message.body.split("Corredor\n")[0]), message

    def test_link_works_once_and_ends_sessions(self, client, client_for, alice, django_capture_on_commit_callbacks):
        other = client_for(alice)
        found, message = self.link(client, django_capture_on_commit_callbacks, alice.email)
        assert message.subject == "[Corredor] Elige una contraseña nueva"
        path = found[0].removeprefix(settings.PUBLIC_URL)
        form = client.get(path, follow=True)
        new = {"password1": "otra-frase-bien-larga", "password2": "otra-frase-bien-larga"}
        assert client.post(form.redirect_chain[-1][0], new).status_code == 302
        assert attempt(Client(), alice.email, "otra-frase-bien-larga").status_code == 302
        assert other.get("/profile/").status_code == 302
        again = Client().get(path, follow=True)
        assert "Este enlace ya no sirve" in again.content.decode()

    def test_link_never_follows_the_host_header(self, client, alice, settings, django_capture_on_commit_callbacks):
        settings.ALLOWED_HOSTS = ["*"]
        found, _ = self.link(client, django_capture_on_commit_callbacks, alice.email, HTTP_HOST="evil.example")
        assert found[0].startswith(f"{settings.PUBLIC_URL}/")

    def test_unknown_address_gets_the_same_page(self, client, db, django_capture_on_commit_callbacks):
        found, message = self.link(client, django_capture_on_commit_callbacks, "nobody@x.cl")
        assert found is None
        assert message.to == ["nobody@x.cl"]

    def test_weak_passwords_are_refused(self, client, sign_in, alice):
        client = sign_in(alice)
        data = {"oldpassword": PASSWORD, "password1": "corta", "password2": "corta"}
        assert client.post("/accounts/password/change/", data).status_code == 200
        alice.refresh_from_db()
        assert alice.check_password(PASSWORD)


def test_changing_the_password_ends_every_session(sign_in, client_for, alice):
    here, there = sign_in(alice), client_for(alice)
    new = {"oldpassword": PASSWORD, "password1": "otra-frase-bien-larga", "password2": "otra-frase-bien-larga"}
    assert here.post("/accounts/password/change/", new).status_code == 302
    assert there.get("/profile/").status_code == 302
    assert here.get("/profile/").status_code == 302


def test_a_closed_brokerage_lets_nobody_in(client_for, alice, broker):
    client = client_for(alice)
    broker.is_active = False
    broker.save()
    assert client.get("/profile/")["Location"] == LOGIN
