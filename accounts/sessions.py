"""Open sessions of a person, and how they end."""

from importlib import import_module

from allauth.usersessions.models import UserSession
from django.conf import settings

from accounts.models import User


def end_all(*, user: User) -> int:
    """End every session of a person at once; returns how many there were."""
    return sum(_end(session) for session in UserSession.objects.filter(user=user))


def end_one(*, user: User, session_id: int) -> bool:
    """End one session of a person; False when it is not theirs or over."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    return session is not None and _end(session)


def _end(session: UserSession) -> bool:
    store = import_module(settings.SESSION_ENGINE).SessionStore
    store(session.session_key).delete()
    session.delete()
    return True
