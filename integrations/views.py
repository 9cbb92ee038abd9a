"""The pages of webhooks, for those who run the brokerage."""

import json
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core import keyset
from core.actors import Actor
from core.htmx import wants_fragment
from core.keyset import Order
from integrations import deliveries, endpoints
from integrations.enums import DeliveryState, OffReason
from integrations.forms import WebhookForm
from integrations.models import WebhookDelivery, WebhookEndpoint

NEWEST = Order("newest", "created_at", descending=True, timed=True)
_PAGE = 30
_UNPROCESSABLE = 422


@require_safe
@admin_only
def webhook_list(request: BrokerRequest) -> HttpResponse:
    """The endpoints."""
    found = WebhookEndpoint.objects.order_by("name", "pk")
    return render(request, "integrations/list.html", {"endpoints": found, "most": endpoints.MOST})


@require_http_methods(["GET", "POST"])
@admin_only
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # allauth ships no types
def webhook_new(request: BrokerRequest) -> HttpResponse:
    """A new endpoint; its secret is shown this one time."""
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made, secret = endpoints.create(form.wanted(), by=Actor.of(request.user), now=timezone.now())
        except endpoints.TooMany:
            form.add_error(None, _("Ya tienes %(most)s webhooks: elimina uno antes.") % {"most": endpoints.MOST})
        else:
            return _page(request, made, secret=secret)
    return render(request, "integrations/form.html", {"form": form}, status=_UNPROCESSABLE if form.errors else 200)


@require_safe
@admin_only
def webhook(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """One endpoint and what was sent to it."""
    return _page(request, get_object_or_404(WebhookEndpoint, public_id=public_id))


@require_safe
@admin_only
def webhook_log(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The deliveries as a part of the page: the newest again, or the next ones after `cursor`."""
    return render(
        request, "integrations/log.html", _log(request, get_object_or_404(WebhookEndpoint, public_id=public_id))
    )


@require_http_methods(["GET", "POST"])
@admin_only
@reauthentication_required(allow_get=True)  # type: ignore[untyped-decorator] # allauth ships no types
def webhook_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Another name, address or choice of events."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    stands = {"name": endpoint.name, "url": endpoint.url, "events": endpoint.events}
    form = WebhookForm(request.POST or None, initial=stands)
    if request.method == "POST" and form.is_valid():
        endpoints.change(endpoint, form.wanted(), by=Actor.of(request.user))
        messages.success(request, _("Cambios guardados."))
        return redirect("integrations:webhook", public_id)
    context = {"form": form, "endpoint": endpoint}
    return render(request, "integrations/form.html", context, status=_UNPROCESSABLE if form.errors else 200)


@require_POST
@admin_only
@reauthentication_required
def webhook_rotate(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A new secret, shown this one time."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    held, secret = endpoints.rotate(endpoint, by=Actor.of(request.user), now=timezone.now())
    return _page(request, held, secret=secret)


@require_POST
@admin_only
def webhook_switch(request: BrokerRequest, public_id: UUID, to: str) -> HttpResponse:
    """Switch an endpoint `on` or `off`."""
    endpoint, by = get_object_or_404(WebhookEndpoint, public_id=public_id), Actor.of(request.user)
    if to == "on":
        endpoints.switch_on(endpoint, by=by)
        messages.success(request, _("Encendido: lo que esperaba sale ahora."))
    else:
        endpoints.switch_off(endpoint.pk, reason=OffReason.BY_HAND, by=by, now=timezone.now())
        messages.success(request, _("Apagado: no se avisa nada hasta que lo enciendas."))
    return redirect("integrations:webhook", public_id)


@require_POST
@admin_only
def webhook_test(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send an event of no consequence."""
    endpoint = get_object_or_404(WebhookEndpoint, public_id=public_id)
    if endpoint.is_active:
        endpoints.send_test(endpoint, now=timezone.now())
        messages.success(request, _("Prueba en camino: su resultado aparece abajo."))
    else:
        messages.error(request, _("Está apagado: enciéndelo para enviar una prueba."))
    return redirect("integrations:webhook", public_id)


@require_POST
@admin_only
def webhook_delete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Away with an endpoint and its log."""
    endpoints.remove(get_object_or_404(WebhookEndpoint, public_id=public_id), by=Actor.of(request.user))
    messages.success(request, _("Webhook eliminado."))
    return redirect("integrations:webhooks")


@require_safe
@admin_only
def delivery(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """One delivery: what was sent, what came back."""
    found = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), public_id=public_id)
    payload = json.dumps(found.payload, ensure_ascii=False, indent=2)
    page = "integrations/delivery.html" if wants_fragment(request) else "integrations/delivery_page.html"
    return render(request, page, {"delivery": found, "payload": payload})


@require_POST
@admin_only
def delivery_retry(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Send it once more, now."""
    found = get_object_or_404(WebhookDelivery.objects.select_related("endpoint"), public_id=public_id)
    if not found.endpoint.is_active:
        messages.error(request, _("Está apagado: enciéndelo para enviar otra vez."))
    elif deliveries.retry(found, now=timezone.now()):
        messages.success(request, _("En camino otra vez."))
    else:
        messages.info(request, _("Se está enviando en este momento."))
    return redirect("integrations:webhook", found.endpoint.public_id)


def _page(request: BrokerRequest, endpoint: WebhookEndpoint, *, secret: str = "") -> HttpResponse:
    overlaps = endpoint.previous_until is not None and endpoint.previous_until > timezone.now()
    context = {"endpoint": endpoint, "secret": secret, "overlaps": overlaps, **_log(request, endpoint)}
    return render(request, "integrations/webhook.html", context)


def _log(request: BrokerRequest, endpoint: WebhookEndpoint) -> dict[str, object]:
    sent = WebhookDelivery.objects.filter(endpoint=endpoint).defer("payload", "last_response")
    cursor = request.GET.get("cursor", "")
    try:
        page = keyset.page(sent, NEWEST, cursor=cursor, size=_PAGE)
    except keyset.BadCursor:
        page = keyset.page(sent, NEWEST, cursor=(cursor := ""), size=_PAGE)
    now = timezone.now()
    moving = endpoint.is_active and any(
        each.state == DeliveryState.PENDING and each.next_attempt_at <= now for each in page.rows
    )
    return {
        "endpoint": endpoint,
        "rows": page.rows,
        "next": page.next,
        "moving": moving and not cursor,
        "further": cursor,
    }
