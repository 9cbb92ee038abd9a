"""What the caller is told."""

from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import person
from core.api import rows
from core.api.openapi import answers
from core.api.pagination import Newest
from core.api.rows import JsonObject, only_if
from core.keyset import Order
from crm import notices
from crm.api.work_inputs import UNREAD, one_of
from crm.enums import NoticeKind
from crm.models import Notification


class NotificationOut(serializers.Serializer[Any]):
    """Something the caller is told."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=NoticeKind.choices)
    at = serializers.DateTimeField()
    read_at = serializers.DateTimeField(allow_null=True)
    lead = serializers.UUIDField(allow_null=True)
    data = serializers.DictField(  # type: ignore[assignment] # a field named like Serializer.data
        help_text="Particulars for display, depending on the kind."
    )


class ReadOut(serializers.Serializer[Any]):
    """How many were unread."""

    read = serializers.IntegerField()


class ByTime(Newest):
    """The newest first."""

    orders = (Order("notices", "at", descending=True, timed=True),)


class NotificationList(GenericAPIView[Notification]):
    """The caller's own."""

    serializer_class = NotificationOut
    pagination_class = ByTime
    filter_backends = ()

    @extend_schema(
        tags=["notifications"],
        operation_id="notifications_list",
        parameters=[UNREAD],
        responses=answers(NotificationOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List what the caller is told, the newest first."""
        found = Notification.objects.of(person(request))
        if one_of(request, "unread", ("true",)):
            found = found.filter(read_at=None)
        return ByTime().page(found, _row(), request)


class NotificationsRead(APIView):
    """All of them seen."""

    @extend_schema(
        tags=["notifications"], operation_id="notifications_read_all", request=None, responses=answers(ReadOut)
    )
    def post(self, request: Request) -> Response:
        """Take all as read."""
        return Response({"read": notices.mark_read(person(request), now=timezone.now())})


class NotificationRead(APIView):
    """One of them seen."""

    @extend_schema(
        tags=["notifications"],
        operation_id="notifications_read",
        request=None,
        responses=answers(NotificationOut, missing=True),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Take one as read. A repeat changes nothing."""
        user = person(request)
        itself = Notification.objects.of(user).filter(public_id=public_id)
        if not itself.exists():
            raise Http404
        notices.mark_read(user, public_id=public_id, now=timezone.now())
        return rows.respond(itself.annotate(row=rows.as_text(_row())).values_list("row", flat=True).get())


def _row() -> JsonObject:
    lead = only_if(Q(lead__isnull=False), F("lead__public_id"))
    return JsonObject("kind", "at", "read_at", "data", id=F("public_id"), lead=lead)
