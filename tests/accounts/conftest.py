import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from tests.conftest import PASSWORD


@pytest.fixture
def sign_in():
    """`sign_in(user)` through the login page; `confirmed` gives the password once more, as delicate pages ask."""

    def through_the_page(user, password=PASSWORD, *, confirmed=False):
        client = Client()
        client.post("/accounts/login/", {"login": user.email, "password": password})
        if confirmed:
            client.post("/accounts/reauthenticate/", {"password": password})
        return client

    return through_the_page


@pytest.fixture(autouse=True)
def _quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def password_hash(_quick_hashes):
    return make_password(PASSWORD)
