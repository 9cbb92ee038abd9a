"""Whose request it is, headers on every response, and API paths without their last slash."""

from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def client_address(get_response: GetResponse) -> GetResponse:
    """Behind our proxy, take the address it saw: throttles and the audit log would know the proxy's alone.

    The last entry of X-Forwarded-For is the proxy's own; whatever stands before it the caller may have written.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if settings.BEHIND_PROXY:
            seen = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
            with suppress(ValueError):
                request.META["REMOTE_ADDR"] = str(ip_address(seen))
        return get_response(request)

    return middleware


def response_headers(get_response: GetResponse) -> GetResponse:
    """Add what Django has no setting for; pages of signed-in people are never stored by a cache."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", _PERMISSIONS)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def slashless_api(get_response: GetResponse) -> GetResponse:
    """Serve `/api/…` paths that miss the trailing slash as if they had it: a redirect would drop a POST's body."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith("/api/") and not request.path_info.endswith("/"):
            request.path_info += "/"
            request.path += "/"
        return get_response(request)

    return middleware
