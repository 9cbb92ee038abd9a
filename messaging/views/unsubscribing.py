"""The page behind the link "no quiero recibir más": no session, no cookie, and so no CSRF token.

Whoever has the link may use it, that is what it is for; mail programs post to it by themselves (RFC 8058). A right
link is never limited: a campaign's answers come from few networks. Wrong ones are, by network.
"""

from uuid import uuid4

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import Broker
from core import audit, tenancy
from crm import capture_limits
from messaging import unsubscribing

_GONE, _TOO_MANY = 404, 429


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once (GET), and do it (POST). A link that says nothing gets a page that says nothing."""
    ticket = unsubscribing.read(token)
    broker = Broker.objects.filter(pk=ticket.broker_id).first() if ticket else None
    if ticket is None or broker is None:
        return _nothing(request)
    address = request.META.get("REMOTE_ADDR", "")
    with tenancy.use(broker.pk):
        lead = unsubscribing.find(ticket)
        if request.method == "POST":
            with audit.from_request(request_id=str(uuid4()), address=address):
                unsubscribing.leave(ticket, proof={"ip": address}, now=timezone.now())
    language = lead.language if lead else broker.language
    return _page(language, {"broker": broker, "done": request.method == "POST"})


def _nothing(request: HttpRequest) -> HttpResponse:
    wait = capture_limits.spend_network("unsubscribe", request.META.get("REMOTE_ADDR", ""))
    response = _page(translation.get_language() or "es", {}, status=_TOO_MANY if wait else _GONE)
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _page(language: str, context: dict[str, object], *, status: int = 200) -> HttpResponse:
    """Drawn without the request: nothing of whoever is signed in here belongs on this page."""
    with translation.override(language):
        response = HttpResponse(render_to_string("messaging/unsubscribe.html", context), status=status)
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
