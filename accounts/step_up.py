"""Step-up: who takes everybody's data away has confirmed who they are within the last quarter of an hour."""

from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from core.htmx import wants_fragment


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person of a session confirmed who they are lately (ACCOUNT_REAUTHENTICATION_TIMEOUT)."""
    return bool(reauthentication.did_recently_reauthenticate(request))


def confirm(request: HttpRequest, *, back: str) -> HttpResponse:
    """Send the person to confirm who they are, and from there `back`, where they ask again."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    url = f"{ways[0]['url'] if ways else reverse('account_login')}?{urlencode({'next': back})}"
    return HttpResponseClientRedirect(url) if wants_fragment(request) else HttpResponseRedirect(url)
