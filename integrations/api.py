"""The API of webhooks, for those who run the brokerage."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor
from accounts.api_permissions import BrokerAdmin
from core import destinations
from core.api import rows
from core.api.fields import Choice, Flag, Strict, Text
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.problems import Problem
from integrations import deliveries, endpoints
from integrations.api_shapes import (
    DeliveryDetailOut,
    DeliveryOut,
    EndpointMadeOut,
    EndpointOut,
    delivery_row,
    endpoint_row,
    text_of,
)
from integrations.enums import CHOSEN, OffReason
from integrations.forms import REFUSALS
from integrations.models import WebhookDelivery, WebhookEndpoint

_EXAMPLE = {"name": "Planilla", "url": "https://example.com/corredor", "events": ["lead.created", "lead.stage_changed"]}
_OFF = "The endpoint is switched off, or the delivery is being sent at this moment."


class EndpointIn(Strict):
    """An address and what it is told."""

    name = Text(max_length=80)
    url = Text(max_length=destinations.MOST_CHARACTERS, help_text="https, port 443 or 8443, a public address.")
    events = serializers.ListField(
        child=Choice(choices=[(event.value, event.label) for event in CHOSEN]), min_length=1, max_length=50
    )
    is_active = Flag(default=True)

    def validate_url(self, url: str) -> str:
        """The address, when it may be called."""
        try:
            destinations.parse(url)
        except destinations.Unsuitable as error:
            raise serializers.ValidationError(str(REFUSALS[error.code])) from error
        return url


class WebhookList(GenericAPIView[WebhookEndpoint]):
    """The endpoints."""

    serializer_class = EndpointOut
    filter_backends = ()
    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["webhooks"], operation_id="webhooks_list", responses=answers(EndpointOut(many=True), bad_query=True)
    )
    def get(self, request: Request) -> HttpResponse:
        """List the endpoints, the newest first."""
        return Newest().page(WebhookEndpoint.objects.all(), endpoint_row(), request)

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_create",
        request=EndpointIn,
        responses=answers(EndpointMadeOut, status=201, body=True, _409="The brokerage has as many as it may."),
        examples=[example("A spreadsheet", _EXAMPLE)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Create an endpoint; its secret is answered this one time."""
        values = _checked(request)
        try:
            made, secret = endpoints.create(_wanted(values), by=actor(request), now=timezone.now())
        except endpoints.TooMany as error:
            detail = _("Ya tienes %(most)s webhooks: elimina uno antes.") % {"most": endpoints.MOST}
            raise Problem(HTTPStatus.CONFLICT, "too-many-webhooks", detail) from error
        _switch(request, made, to=values["is_active"])
        answer = _shown(made, secret=secret, status=HTTPStatus.CREATED)
        answer.headers["Location"] = request.build_absolute_uri(f"{made.public_id}/")
        return answer


class WebhookDetail(APIView):
    """One endpoint."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(tags=["webhooks"], operation_id="webhooks_read", responses=answers(EndpointOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read an endpoint."""
        return _shown(_one(public_id))

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_replace",
        request=EndpointIn,
        responses=answers(EndpointOut, body=True, missing=True),
        examples=[example("Another address", _EXAMPLE)],
    )
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """Replace an endpoint; what is missing takes its default."""
        return _change(request, _one(public_id), partial=False)

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_change",
        request=EndpointIn,
        responses=answers(EndpointOut, body=True, missing=True),
        examples=[example("Off", {"is_active": False})],
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """Change some fields; `is_active` switches it on or off."""
        return _change(request, _one(public_id), partial=True)

    @extend_schema(tags=["webhooks"], operation_id="webhooks_delete", responses=answers(None, status=204, missing=True))
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Delete an endpoint and the log of its deliveries."""
        endpoints.remove(_one(public_id), by=actor(request))
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class WebhookSecret(APIView):
    """The secret that signs."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_rotate_secret",
        request=None,
        responses=answers(EndpointMadeOut, missing=True),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Make a new secret, answered this one time; the one before signs beside it for 24 hours."""
        held, secret = endpoints.rotate(_one(public_id), by=actor(request), now=timezone.now())
        return _shown(held, secret=secret)


class WebhookTest(APIView):
    """A try."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_test",
        request=None,
        responses=answers(DeliveryOut, status=202, missing=True, _409=_OFF),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Send a `webhook.test` event to this endpoint alone; the answer is the delivery to follow."""
        endpoint = _one(public_id)
        if not endpoint.is_active:
            raise _off()
        made = endpoints.send_test(endpoint, now=timezone.now())
        return _sent(made)


class WebhookDeliveries(GenericAPIView[WebhookDelivery]):
    """The log of an endpoint."""

    serializer_class = DeliveryOut
    filter_backends = ()
    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_deliveries",
        responses=answers(DeliveryOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List what was sent in the last 30 days, the newest first."""
        sent = WebhookDelivery.objects.filter(endpoint=_one(public_id))
        return Newest().page(sent, delivery_row(), request)


class DeliveryDetail(APIView):
    """One delivery."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["webhooks"], operation_id="webhooks_delivery", responses=answers(DeliveryDetailOut, missing=True)
    )
    def get(self, request: Request, delivery_id: UUID) -> HttpResponse:
        """Read a delivery with its payload and the answer."""
        found = WebhookDelivery.objects.filter(public_id=delivery_id)
        return rows.respond(text_of(found, delivery_row(whole=True)))


class DeliveryRetry(APIView):
    """Once more."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["webhooks"],
        operation_id="webhooks_retry",
        request=None,
        responses=answers(DeliveryOut, status=202, missing=True, _409=_OFF),
    )
    def post(self, request: Request, delivery_id: UUID) -> HttpResponse:
        """Send a delivery once more, now, whatever came of it before."""
        found = _delivery(delivery_id)
        if not found.endpoint.is_active or not deliveries.retry(found, now=timezone.now()):
            raise _off()
        return _sent(found)


def _one(public_id: UUID) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _delivery(public_id: UUID) -> WebhookDelivery:
    found = WebhookDelivery.objects.select_related("endpoint").filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _shown(endpoint: WebhookEndpoint, *, secret: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    itself = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    return rows.respond(text_of(itself, endpoint_row(secret=secret)), status=status)


def _sent(delivery: WebhookDelivery) -> HttpResponse:
    itself = WebhookDelivery.objects.filter(pk=delivery.pk)
    return rows.respond(text_of(itself, delivery_row()), status=HTTPStatus.ACCEPTED)


def _checked(request: Request, *, partial: bool = False) -> dict[str, Any]:
    form = EndpointIn(data=request.data, partial=partial)
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def _wanted(values: dict[str, Any]) -> endpoints.Wanted:
    return endpoints.Wanted(values["name"], values["url"], values["events"])


def _change(request: Request, endpoint: WebhookEndpoint, *, partial: bool) -> HttpResponse:
    stands = {name: getattr(endpoint, name) for name in ("name", "url", "events", "is_active")}
    values = stands | _checked(request, partial=partial)
    if values != stands:
        endpoints.change(endpoint, _wanted(values), by=actor(request))
        _switch(request, endpoint, to=values["is_active"])
    return _shown(endpoint)


def _switch(request: Request, endpoint: WebhookEndpoint, *, to: bool) -> None:
    if to:
        endpoints.switch_on(endpoint, by=actor(request))
    else:
        endpoints.switch_off(endpoint.pk, reason=OffReason.BY_HAND, by=actor(request), now=timezone.now())


def _off() -> Problem:
    detail = _("El webhook está apagado, o la entrega se está enviando en este momento.")
    return Problem(HTTPStatus.CONFLICT, "webhook-off", detail)


urlpatterns = [
    path("webhooks/", WebhookList.as_view(), name="webhooks"),
    path("webhooks/deliveries/<uuid:delivery_id>/", DeliveryDetail.as_view(), name="delivery"),
    path("webhooks/deliveries/<uuid:delivery_id>/retry/", DeliveryRetry.as_view(), name="delivery-retry"),
    path("webhooks/<uuid:public_id>/", WebhookDetail.as_view(), name="webhook"),
    path("webhooks/<uuid:public_id>/rotate-secret/", WebhookSecret.as_view(), name="webhook-secret"),
    path("webhooks/<uuid:public_id>/test/", WebhookTest.as_view(), name="webhook-test"),
    path("webhooks/<uuid:public_id>/deliveries/", WebhookDeliveries.as_view(), name="webhook-deliveries"),
]
