"""How the API shows webhooks."""

from typing import Any

from django.db.models import F, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.http import Http404
from rest_framework import serializers

from core.api.rows import JsonObject, as_text
from integrations.enums import DeliveryState, EventType, Failure, OffReason

_ENDPOINT = ("name", "url", "events", "is_active", "disabled_at", "disabled_reason", "previous_until", "created_at")
_DELIVERY = (
    *("event", "event_id", "state", "attempts", "next_attempt_at", "last_attempt_at", "last_status", "last_failure"),
    *("last_ms", "created_at"),
)


class EndpointOut(serializers.Serializer[Any]):
    """An address and what it is told; never its secret."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    url = serializers.CharField()
    events = serializers.ListField(child=serializers.ChoiceField(choices=EventType.choices))
    is_active = serializers.BooleanField()
    disabled_at = serializers.DateTimeField(allow_null=True)
    disabled_reason = serializers.ChoiceField(choices=OffReason.choices, allow_blank=True)
    previous_until = serializers.DateTimeField(
        allow_null=True, help_text="Until when the secret before signs too, after a rotation."
    )
    created_at = serializers.DateTimeField()


class EndpointMadeOut(EndpointOut):
    """An endpoint with its new secret: answered this one time."""

    secret = serializers.CharField()


class DeliveryOut(serializers.Serializer[Any]):
    """One event on its way to one endpoint."""

    id = serializers.UUIDField()
    event = serializers.ChoiceField(choices=EventType.choices)
    event_id = serializers.UUIDField(help_text="The header `webhook-id`.")
    state = serializers.ChoiceField(choices=DeliveryState.choices)
    attempts = serializers.IntegerField()
    next_attempt_at = serializers.DateTimeField()
    last_attempt_at = serializers.DateTimeField(allow_null=True)
    last_status = serializers.IntegerField(allow_null=True)
    last_failure = serializers.ChoiceField(choices=Failure.choices, allow_blank=True)
    last_ms = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class DeliveryDetailOut(DeliveryOut):
    """A delivery with what was sent and what came back."""

    payload = serializers.DictField()
    last_response = serializers.CharField(help_text="The beginning of the body.")


def endpoint_row(*, secret: str = "") -> JsonObject:
    """An endpoint as EndpointOut says; with a secret as EndpointMadeOut does."""
    more = {"secret": Cast(Value(secret), TextField())} if secret else {}
    return JsonObject(*_ENDPOINT, id=F("public_id"), **more)


def delivery_row(*, whole: bool = False) -> JsonObject:
    """A delivery as DeliveryOut says; the whole of it as DeliveryDetailOut does."""
    return JsonObject(*_DELIVERY, *(("payload", "last_response") if whole else ()), id=F("public_id"))


def text_of(found: QuerySet[Any], row: JsonObject) -> str:
    """The one row of a queryset as JSON; raises Http404 when there is none."""
    text: str | None = found.annotate(row=as_text(row)).values_list("row", flat=True).first()
    if text is None:
        raise Http404
    return text
