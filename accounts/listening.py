"""Who may listen to `/live/`: people of an active brokerage, as long as they are signed in."""

from collections.abc import Collection

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import close_old_connections
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from core.live_hub import Listener

_LONGEST = 40  # characters of a session's key


def who(session_key: str) -> Listener | None:
    """The person of a session; None when there is none who may listen."""
    return _all({session_key}).get(session_key)


def still_there(listeners: Collection[Listener]) -> set[Listener]:
    """Those of the listeners who may go on, in two statements however many there are."""
    return set(_all({one.session_key for one in listeners}).values()) & set(listeners)


def _all(session_keys: set[str]) -> dict[str, Listener]:
    """Who the sessions belong to, as Django would tell it for a request: alive, its backend and password unchanged."""
    close_old_connections()  # nobody else tends the connections of these threads
    try:
        keys = [key for key in session_keys if "\x00" not in key and len(key) <= _LONGEST]
        open_ = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
        sessions = {row.session_key: row.get_decoded() for row in open_}
        ids = {_user_id(data) for data in sessions.values()}
        people = User.objects.filter(is_active=True, broker__is_active=True).select_related("broker").in_bulk(ids)
        found = {key: (people.get(_user_id(data)), data) for key, data in sessions.items()}
        return {key: _listener(key, user) for key, (user, data) in found.items() if user and _signed_in(user, data)}
    finally:
        close_old_connections()


def _user_id(data: dict[str, str]) -> int:
    text = str(data.get(SESSION_KEY, ""))
    return int(text) if text.isdecimal() else 0


def _signed_in(user: User, data: dict[str, str]) -> bool:
    """Whether the session was opened with the password that holds now, as django.contrib.auth.get_user has it."""
    if data.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return False
    hashes = [user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()]
    return any(constant_time_compare(data.get(HASH_SESSION_KEY, ""), each) for each in hashes)


def _listener(session_key: str, user: User) -> Listener:
    return Listener(session_key, user.pk, user.broker_id or 0, user.is_admin)
