"""HTMX: fragments or whole pages, toasts, and expired sessions."""

import json
from collections.abc import Callable
from typing import cast
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

GetResponse = Callable[[HttpRequest], HttpResponseBase]

_REDIRECTS = range(300, 400)


class HtmxRequest(HttpRequest):
    """A request as it leaves the middlewares."""

    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Whether to answer with a part of the page: an HTMX request that is neither boosted nor a restored history."""
    htmx = cast("HtmxRequest", request).htmx
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def toast(response: HttpResponseBase, text: str, *, undo_url: str = "", level: str = "success") -> None:
    """Make the page show a toast; with `undo_url` it carries an undo button for eight seconds."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events.setdefault("toast", []).append({"text": text, "undo_url": undo_url, "level": level})
    response.headers["HX-Trigger"] = json.dumps(events)


def middleware(get_response: GetResponse) -> GetResponse:
    """Turn Django's messages into toasts and a redirect to the login page into one of the whole window."""

    def handle(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        if "HX-Request" not in request.headers:
            return response
        response.headers.setdefault("Vary", "HX-Request")
        if response.status_code in _REDIRECTS and _leads_to_login(response):
            return _login_again(request)
        if response.status_code not in _REDIRECTS and "HX-Redirect" not in response.headers:
            for message in messages.get_messages(request):
                toast(response, str(message), level=message.level_tag, undo_url=message.extra_tags or "")
        return response

    return handle


def _leads_to_login(response: HttpResponseBase) -> bool:
    return urlsplit(response.headers["Location"]).path == resolve_url(settings.LOGIN_URL)


def _login_again(request: HttpRequest) -> HttpResponse:
    here = urlsplit(request.headers.get("HX-Current-URL", "/"))
    back = here.path + (f"?{here.query}" if here.query else "")
    return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")
