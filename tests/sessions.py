"""Signed in without the login page, and without what a login writes down besides."""

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client

BACKEND = "accounts.backends.SignIn"


def key_of(user):
    """The key of a new session of this person's, as the cookie has it."""
    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(user.pk), BACKEND
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    return session.session_key


def client_of(user):
    """Django's client, with that session."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key_of(user)
    return client
