from datetime import UTC, datetime

import pytest
from django.conf import settings as django_settings
from django.urls import reverse

from accounts import sessions, time_zones
from tests.conftest import PASSWORD

GOOD = {"name": "Alicia", "language": "es", "theme": "auto", "time_zone": ""}


@pytest.mark.parametrize(("language", "lang"), [("es", 'lang="es"'), ("en", 'lang="en"'), ("pt", 'lang="pt"')])
def test_language_changes_what_is_shown_and_what_the_login_speaks(client_for, alice, language, lang):
    client = client_for(alice)
    response = client.post("/profile/", GOOD | {"language": language})
    assert response.cookies[django_settings.LANGUAGE_COOKIE_NAME].value == language
    page = client.get("/profile/")
    assert lang in page.content.decode()
    assert page["Content-Language"] == language
    client.post("/accounts/logout/")
    assert lang in client.get("/accounts/login/").content.decode()


@pytest.mark.parametrize("theme", ["auto", "light", "dark"])
def test_theme_changes_what_is_shown(client_for, alice, theme):
    client = client_for(alice)
    client.post("/profile/", GOOD | {"theme": theme})
    assert f'data-theme="{theme}"' in client.get("/profile/").content.decode()


def test_time_zone_changes_what_is_shown(client_for, alice, make_user, broker):
    make_user("bob@andes.cl", broker, last_login=datetime(2026, 1, 15, 15, 0, tzinfo=UTC))
    client = client_for(alice)
    assert "12:00" in client.get("/team/").content.decode()  # Santiago, in summer
    client.post("/profile/", GOOD | {"time_zone": "America/Bogota"})
    assert "10:00" in client.get("/team/").content.decode()


@pytest.mark.parametrize(
    "bad",
    [
        {"time_zone": "Moon/Base"}, {"time_zone": "../../etc/passwd"}, {"time_zone": "x" * 500}, {"language": "xx"},
        {"theme": "pink"}, {"name": ""}, {"name": "x" * 121}, {"name": "a\x00b"},
    ],
)  # fmt: skip
def test_nonsense_is_refused_and_nothing_changes(client_for, alice, bad):
    client = client_for(alice)
    assert client.post("/profile/", GOOD | bad).status_code == 422
    alice.refresh_from_db()
    assert (alice.name, alice.time_zone, alice.language) == ("Alice", "", "es")


def test_profile_cannot_raise_rights(client_for, bob, other_broker):
    client = client_for(bob)
    client.post(
        "/profile/", GOOD | {"role": "admin", "is_staff": "on", "broker": str(other_broker.pk), "email": "x@x.cl"}
    )
    bob.refresh_from_db()
    assert (bob.name, bob.role, bob.is_staff, bob.email) == ("Alicia", "agent", False, "bob@andes.cl")
    assert bob.broker != other_broker


def test_every_zone_offered_is_known():
    for _region, zones in time_zones.grouped():
        assert zones
        for zone, _city in zones:
            time_zones.validate(zone)


def test_sessions_are_listed_and_ended(sign_in, alice):
    here, there = sign_in(alice), sign_in(alice)
    listed = here.get(reverse("usersessions_list")).context["sessions"]
    other = next(session for session in listed if session.session_key != here.session.session_key)
    assert here.post(f"/profile/sessions/{other.pk}/end/").status_code == 302
    assert there.get("/profile/").status_code == 302
    assert here.get("/profile/").status_code == 200


def test_sessions_of_others_cannot_be_ended(sign_in, alice, bob):
    mine, his = sign_in(alice), sign_in(bob)
    session = his.get(reverse("usersessions_list")).context["sessions"][0]
    assert mine.post(f"/profile/sessions/{session.pk}/end/").status_code == 404
    assert his.get("/profile/").status_code == 200


def test_ending_all_sessions(sign_in, alice):
    clients = [sign_in(alice), sign_in(alice)]
    assert sessions.end_all(user=alice) == 2
    assert {client.get("/profile/").status_code for client in clients} == {302}


ALLAUTH_PAGES = [
    "account_change_password", "mfa_index", "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn",
    "usersessions_list", "account_logout", "account_reauthenticate",
]  # fmt: skip
PUBLIC_PAGES = [
    "account_login", "account_signup", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key_done", "account_inactive",
]  # fmt: skip


@pytest.mark.parametrize("name", ALLAUTH_PAGES)
def test_own_account_pages_wear_our_look(sign_in, alice, name):
    page = sign_in(alice, confirmed=True).get(reverse(name))
    assert page.status_code == 200
    assert "css/tokens.css" in page.content.decode()
    assert "Menu:" not in page.content.decode()  # allauth's bare layout


@pytest.mark.parametrize("name", PUBLIC_PAGES)
def test_public_pages_wear_our_look(client, db, name):
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert "css/account.css" in page.content.decode()


def test_platform_staff_have_an_account_page_without_a_brokerage(sign_in, make_user, db):
    root = sign_in(make_user("root@corredor.cl", None, is_staff=True))
    assert root.get("/profile/").status_code == 200
    assert root.get("/profile/tokens/").status_code == 403
    assert root.get("/team/")["Location"] == "/admin/"
    assert root.get("/team/", headers={"HX-Request": "true"}).status_code == 204
    assert root.post("/profile/", GOOD | {"language": "en"}).status_code == 302


def test_password_confirmed_long_ago_is_asked_again(sign_in, alice):
    client = sign_in(alice, confirmed=True)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    session = client.session
    session["account_authentication_methods"] = [
        method | {"at": method["at"] - 3600} for method in session["account_authentication_methods"]
    ]
    session.save()
    asked = client.get(reverse("mfa_activate_totp"))
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert client.post(asked["Location"], {"password": PASSWORD}).status_code == 302
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
