"""The API of channel accounts: how they are, and a test. They are connected on their page, never here."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_permissions import BrokerAdmin
from core.api import rows
from core.api.openapi import answers
from core.api.pagination import Newest
from core.api.rows import JsonObject, as_text
from crm.enums import Channel
from messaging import accounts
from messaging.enums import Health, Provider
from messaging.models import ChannelAccount

_SHOWN = (
    *("channel", "provider", "name", "address", "is_active", "is_default", "paused_at", "paused_because", "health"),
    *("health_note", "checked_at", "per_second", "per_day", "created_at"),
)


class ChannelAccountOut(serializers.Serializer[Any]):
    """An account at a provider; never its credentials."""

    id = serializers.UUIDField()
    channel = serializers.ChoiceField(choices=Channel.choices)
    provider = serializers.ChoiceField(choices=Provider.choices)
    name = serializers.CharField()
    address = serializers.CharField(allow_blank=True, help_text="The sender that leads see.")
    is_active = serializers.BooleanField()
    is_default = serializers.BooleanField(help_text="Sends on its channel where nobody chose another.")
    paused_at = serializers.DateTimeField(allow_null=True)
    paused_because = serializers.CharField(allow_blank=True)
    health = serializers.ChoiceField(choices=Health.choices)
    health_note = serializers.CharField(allow_blank=True, help_text="The provider's code, or its name of the account.")
    checked_at = serializers.DateTimeField(allow_null=True)
    per_second = serializers.FloatField()
    per_day = serializers.IntegerField(allow_null=True)
    created_at = serializers.DateTimeField()


class ChannelAccountList(GenericAPIView[ChannelAccount]):
    """The accounts."""

    serializer_class = ChannelAccountOut
    filter_backends = ()
    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["channels"],
        operation_id="channel_accounts_list",
        responses=answers(ChannelAccountOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List the accounts, the newest first."""
        return Newest().page(ChannelAccount.objects.all(), _row(), request)


class ChannelAccountDetail(APIView):
    """One account."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["channels"], operation_id="channel_accounts_read", responses=answers(ChannelAccountOut, missing=True)
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read an account."""
        return _shown(public_id)


class ChannelAccountTest(APIView):
    """Whether it works."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["channels"],
        operation_id="channel_accounts_test",
        request=None,
        responses=answers(ChannelAccountOut, status=202, missing=True),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Have the provider asked whether the account works; read it a moment later for the answer."""
        found = ChannelAccount.objects.filter(public_id=public_id).first()
        if found is None:
            raise Http404
        accounts.ask_test(found, now=timezone.now())
        return _shown(public_id, status=HTTPStatus.ACCEPTED)


def _row() -> JsonObject:
    return JsonObject(*_SHOWN, id=F("public_id"))


def _shown(public_id: UUID, *, status: int = HTTPStatus.OK) -> HttpResponse:
    found = ChannelAccount.objects.filter(public_id=public_id)
    text: str | None = found.annotate(row=as_text(_row())).values_list("row", flat=True).first()
    if text is None:
        raise Http404
    return rows.respond(text, status=status)


urlpatterns = [
    path("channel-accounts/", ChannelAccountList.as_view(), name="accounts"),
    path("channel-accounts/<uuid:public_id>/", ChannelAccountDetail.as_view(), name="account"),
    path("channel-accounts/<uuid:public_id>/test/", ChannelAccountTest.as_view(), name="account-test"),
]
