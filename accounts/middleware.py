"""From a request to a person and their brokerage; the one place where requests open a tenant."""

from collections.abc import Callable
from typing import Any, cast

import structlog
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from accounts import tokens
from accounts.admin_site import ADMIN_BROKER
from accounts.http import BrokerRequest
from accounts.models import Broker, User
from core import audit, tenancy

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_SERVER_ERROR = 500
OF_OTHERS = ("/l/", "/webhooks/")
"""Public pages whose address names a brokerage: not that of whoever is signed in."""


def token_user(get_response: GetResponse) -> GetResponse:
    """Let `Authorization: Bearer …` on the API stand for a session; a bad token is nobody, and DRF answers 401."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        known = cast("BrokerRequest", request)
        known.api_token = None
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and request.path_info.startswith("/api/"):
            known.api_token = tokens.find(secret.strip(), now=timezone.now())
            known.user = known.api_token.user if known.api_token else cast("User", _anonymous())
        return get_response(request)

    return middleware


def _anonymous() -> Any:  # noqa: ANN401 -- Django types request.user as a user or AnonymousUser
    from django.contrib.auth.models import AnonymousUser  # noqa: PLC0415 -- its module defines models

    return AnonymousUser()


class LoginRequired(LoginRequiredMiddleware):
    """Default deny: a view is for signed-in people unless it says `login_not_required`."""


def preferences(get_response: GetResponse) -> GetResponse:
    """Speak the person's language in their time zone; strangers get Spanish unless they chose on the login page."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if isinstance(user, User):
            language, zone = user.language, user.zone
        else:
            language, zone = _chosen_language(request), timezone.get_default_timezone()
        with translation.override(language), timezone.override(zone):
            response = get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


def _chosen_language(request: HttpRequest) -> str:
    from django.conf import settings  # noqa: PLC0415 -- read per request so that tests may override

    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def brokerage(get_response: GetResponse) -> GetResponse:
    """Open the person's brokerage for the whole request, as one transaction.

    Django turns a view's exception into a 500 response below this line, so the block must be told to roll back.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User) or request.path_info.startswith(OF_OTHERS):
            return get_response(request)
        broker = _broker_of(request, user)
        if broker is None:
            return _without_brokerage(request, user, get_response)
        if not broker.is_active and not user.is_platform:
            logout(request)
            if request.path_info.startswith("/api/"):
                return get_response(request)  # as nobody: the API answers 401
            return HttpResponseRedirect(reverse("account_login"))
        cast("BrokerRequest", request).broker = broker
        structlog.contextvars.bind_contextvars(broker_id=broker.pk)
        with audit.from_request(request_id=_request_id(), address=request.META.get("REMOTE_ADDR", "")):
            return _inside(broker, request, get_response)

    return middleware


def _inside(broker: Broker, request: HttpRequest, get_response: GetResponse) -> HttpResponseBase:
    with tenancy.use(broker.pk):
        response = get_response(request)
        if response.status_code >= _SERVER_ERROR:
            transaction.set_rollback(True)
    return response


def _broker_of(request: HttpRequest, user: User) -> Broker | None:
    if user.broker is not None:
        return user.broker
    chosen = request.session.get(ADMIN_BROKER)
    if chosen is None or not request.path_info.startswith("/admin/"):
        return None
    return Broker.objects.filter(pk=chosen).first()


def _without_brokerage(request: HttpRequest, user: User, get_response: GetResponse) -> HttpResponseBase:
    """Platform staff live in the admin; the product's own pages need a brokerage."""
    open_to_all = (
        "/admin/",
        "/accounts/",
        "/profile/",
        "/static/",
        "/healthz",
        "/readyz",
        "/csp-report/",
        "/api/",
        "/i18n/",
    )
    if user.is_platform and not request.path_info.startswith(open_to_all):
        if "HX-Request" in request.headers:
            return HttpResponse(status=204)  # a part of a page: a redirect would put the admin's index into it
        return HttpResponseRedirect(reverse("admin:index"))
    return get_response(request)


def _request_id() -> str:
    return str(structlog.contextvars.get_contextvars().get("request_id", ""))
