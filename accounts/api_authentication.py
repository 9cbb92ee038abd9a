"""Who calls the API: accounts.middleware has found the token or the session already, here DRF learns of it."""

from django.utils.translation import gettext as _
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from accounts.models import ApiToken, Broker, User
from core.actors import Actor, ActorKind


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer …`: a bad token is refused, whoever else the request may stand for."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The token's user and the token; None without a Bearer header; raises AuthenticationFailed."""
        if request.headers.get("Authorization", "").partition(" ")[0].lower() != "bearer":
            return None
        token: ApiToken | None = getattr(request._request, "api_token", None)  # noqa: SLF001 -- DRF's documented way
        if token is None:
            raise exceptions.AuthenticationFailed(_("La llave no existe, venció o fue revocada."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401."""
        return 'Bearer realm="corredor"'


class SessionAuthentication(authentication.SessionAuthentication):
    """The browser's session, with its CSRF token on every unsafe call."""


def person(request: Request) -> User:
    """The caller: `BrokerMember` has made sure there is one."""
    user = request.user
    if not isinstance(user, User):
        raise exceptions.NotAuthenticated
    return user


def brokerage(request: Request) -> Broker:
    """The caller's brokerage, whose block is open."""
    broker = person(request).broker
    if broker is None:
        raise exceptions.PermissionDenied
    return broker


def actor(request: Request) -> Actor:
    """The caller as a doer: a person at the screen, or a program with that person's token."""
    user = person(request)
    if isinstance(request.auth, ApiToken):
        return Actor(ActorKind.API, user.pk, str(user))
    return Actor.of(user)
