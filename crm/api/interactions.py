"""Contacts with a lead."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request

from accounts.api_authentication import actor
from core.api import rows
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.rows import JsonObject
from core.keyset import Order
from crm import interactions
from crm.api.leads import one, seen
from crm.api.shapes import DoerOut
from crm.api.work_inputs import InteractionIn
from crm.enums import Channel, InteractionKind
from crm.models import Interaction


class InteractionOut(serializers.Serializer[Any]):
    """A contact with a lead."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=InteractionKind.choices)
    channel = serializers.ChoiceField(choices=Channel.choices, allow_blank=True)
    at = serializers.DateTimeField()
    seconds = serializers.IntegerField(allow_null=True, help_text="How long a call took.")
    reply_seconds = serializers.IntegerField(allow_null=True, help_text="How long after our last message they wrote.")
    note = serializers.CharField()
    by = DoerOut()


class ByTime(Newest):
    """The newest contact first."""

    orders = (Order("contacts", "at", descending=True, timed=True),)


class LeadInteractions(GenericAPIView[Interaction]):
    """Contacts with a lead."""

    serializer_class = InteractionOut
    pagination_class = ByTime
    filter_backends = ()

    @extend_schema(
        tags=["leads"],
        operation_id="leads_interactions",
        responses=answers(InteractionOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List the contacts, the newest first."""
        lead_id = seen(request, public_id).values_list("pk", flat=True).first()
        if lead_id is None:
            raise Http404
        return ByTime().page(Interaction.objects.filter(lead_id=lead_id), interaction_row(), request)

    @extend_schema(
        tags=["leads"],
        operation_id="leads_record_interaction",
        request=InteractionIn,
        responses=answers(InteractionOut, status=201, body=True, missing=True),
        examples=[example("A call", {"kind": "call_answered", "seconds": 180, "note": "Quiere visitar el sábado."})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Record a call or a message that took place."""
        lead = one(request, public_id)
        form = InteractionIn(data=request.data)
        form.is_valid(raise_exception=True)
        made = interactions.record(lead, form.contact(), by=actor(request), now=timezone.now())
        stored = Interaction.objects.filter(pk=made.pk).annotate(row=rows.as_text(interaction_row()))
        return rows.respond(stored.values_list("row", flat=True).get(), status=HTTPStatus.CREATED)


def interaction_row() -> JsonObject:
    """A contact as InteractionOut says."""
    by = JsonObject(kind=F("by_kind"), name=F("by_label"))
    return JsonObject("kind", "channel", "at", "seconds", "reply_seconds", "note", id=F("public_id"), by=by)
