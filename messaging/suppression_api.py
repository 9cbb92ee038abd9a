"""The API of blocked addresses, for those who run the brokerage."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet
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
from accounts.models import Broker
from core import tenancy
from core.api import rows
from core.api.fields import Strict, Text
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.rows import JsonObject, as_text
from messaging import suppressions
from messaging.enums import SuppressionKind, SuppressionSource
from messaging.models import Suppression
from messaging.suppressions import Listing

_SHOWN = ("kind", "value", "source", "registry", "note", "created_at", "expires_at")


class SuppressionOut(serializers.Serializer[Any]):
    """An address nobody of the brokerage writes to."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SuppressionKind.choices)
    value = serializers.CharField(help_text="E.164, or an e-mail address in lower case.")
    source = serializers.ChoiceField(choices=SuppressionSource.choices)  # type: ignore[assignment] # a field named like Field.source
    registry = serializers.CharField(allow_blank=True, help_text="Which public register it stands in.")
    note = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)


class SuppressionIn(Strict):
    """An address to block."""

    value = Text(max_length=254, help_text="A phone, read as in the brokerage's country, or an e-mail address.")
    note = Text(max_length=200, required=False, default="", allow_blank=True)


class SuppressionList(GenericAPIView[Suppression]):
    """The blocked addresses."""

    serializer_class = SuppressionOut
    filter_backends = ()
    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["channels"],
        operation_id="suppressions_list",
        responses=answers(SuppressionOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List the blocked addresses, the newest first."""
        return Newest().page(Suppression.objects.all(), _row(), request)

    @extend_schema(
        tags=["channels"],
        operation_id="suppressions_create",
        request=SuppressionIn,
        responses=answers(SuppressionOut, status=201, body=True),
        examples=[example("A phone", {"value": "+56 9 9824 8519", "note": "Asked at the fair"})],
    )
    def post(self, request: Request) -> HttpResponse:
        """Block an address. One that is blocked by hand already is told anew."""
        form = SuppressionIn(data=request.data)
        form.is_valid(raise_exception=True)
        given = form.validated_data
        country = Broker.objects.values_list("country", flat=True).get(pk=tenancy.current())
        try:
            row = suppressions.add(
                given["value"], Listing(note=given["note"]), country=country, by=actor(request), now=timezone.now()
            )
        except suppressions.NotAnAddress as error:
            raise serializers.ValidationError({"value": [_("No es un teléfono ni un correo.")]}) from error
        answer = _shown(Suppression.objects.filter(pk=row.pk), status=HTTPStatus.CREATED)
        answer.headers["Location"] = request.build_absolute_uri(f"{row.public_id}/")
        return answer


class SuppressionDetail(APIView):
    """One of them."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(tags=["channels"], operation_id="suppressions_read", responses=answers(SuppressionOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read an entry."""
        return _shown(Suppression.objects.filter(public_id=public_id))

    @extend_schema(
        tags=["channels"], operation_id="suppressions_delete", responses=answers(None, status=204, missing=True)
    )
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Take an entry off the list."""
        row = Suppression.objects.filter(public_id=public_id).first()
        if row is None:
            raise Http404
        suppressions.lift(row, by=actor(request), now=timezone.now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _row() -> JsonObject:
    return JsonObject(*_SHOWN, id=F("public_id"))


def _shown(found: QuerySet[Suppression], *, status: int = HTTPStatus.OK) -> HttpResponse:
    text: str | None = found.annotate(row=as_text(_row())).values_list("row", flat=True).first()
    if text is None:
        raise Http404
    return rows.respond(text, status=status)


urlpatterns = [
    path("suppressions/", SuppressionList.as_view(), name="suppressions"),
    path("suppressions/<uuid:public_id>/", SuppressionDetail.as_view(), name="suppression"),
]
