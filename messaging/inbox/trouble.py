"""What was not confirmed, and what did not go: evidence, and a person's decision."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from accounts.http import BrokerRequest
from core import keyset
from core.actors import Actor
from core.htmx import toast, wants_fragment
from core.keyset import Order
from crm.models import Lead
from messaging.enums import Direction, Status
from messaging.inbox.bubbles import bubble
from messaging.models import Message, SendAttempt
from messaging.sending import settle

_NEWEST = Order("newest", "created_at", descending=True, timed=True)
_PAGE = 30
_GONE = _("Ya se resolvió: el proveedor confirmó, u otra persona decidió antes.")


@require_safe
def unconfirmed(request: BrokerRequest) -> HttpResponse:
    """Messages of which nobody knows whether they left."""
    return _page(request, "unconfirmed", [Status.UNCONFIRMED])


@require_safe
def failed(request: BrokerRequest) -> HttpResponse:
    """Messages that did not go, and why."""
    return _page(request, "failed", [Status.FAILED])


@require_POST
def resend(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send it once more."""
    return _settle(request, public_id, settle.resend, _("Vuelve a la cola: se enviará otra vez."))


@require_POST
def assume_sent(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take it as sent."""
    return _settle(request, public_id, settle.assume_sent, _("Queda como enviado."))


@require_POST
def give_up(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take it as not sent."""
    return _settle(request, public_id, settle.give_up, _("Queda como no enviado."))


def _visible(request: BrokerRequest) -> QuerySet[Message]:
    visible = Lead.objects.visible_to(request.user)
    return Message.objects.filter(direction=Direction.OUT, lead__in=visible).select_related(
        "lead", "account", "template_version__template"
    )


def _page(request: BrokerRequest, tab: str, states: list[Status]) -> HttpResponse:
    tries = Prefetch("tries", queryset=SendAttempt.objects.order_by("number"))
    found = _visible(request).filter(status__in=states).prefetch_related(tries)
    try:
        page = keyset.page(found, _NEWEST, cursor=request.GET.get("cursor", ""), size=_PAGE)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    now = timezone.now()
    context: dict[str, Any] = {
        "tab": tab,
        "bubbles": [bubble(each, now=now) for each in page.rows],
        "next": page.next,
        "now": now,
    }
    rows_only = "cursor" in request.GET and wants_fragment(request)
    return render(request, "inbox/trouble_rows.html" if rows_only else "inbox/trouble.html", context)


def _settle(request: BrokerRequest, public_id: UUID, act: Callable[..., Message], done: str | Promise) -> HttpResponse:
    """Do what was decided; the row goes, whoever decided."""
    message = _visible(request).filter(public_id=public_id).first()
    if message is None:
        raise Http404
    text, level = str(done), "success"
    try:
        act(message, by=Actor.of(request.user), now=timezone.now())
    except settle.Settled:
        text, level = str(_GONE), "error"
    if not wants_fragment(request):
        messages.add_message(request, messages.SUCCESS if level == "success" else messages.ERROR, text)
        return redirect("inbox:unconfirmed")
    response = HttpResponse("")
    toast(response, text, level=level)
    return response
