"""Acts that can be taken back: what they were, and taking one back."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core.api.openapi import answers
from core.api.problems import Problem
from crm import actions
from crm.models import Action

_MOST = 100


class ActionOut(serializers.ModelSerializer[Action]):
    """An act on one or many leads."""

    id = serializers.UUIDField(source="public_id")
    by = serializers.CharField(source="by_label")

    class Meta:
        model = Action
        fields = ("id", "kind", "label", "count", "at", "by", "undone_at")
        read_only_fields = fields


class UndoneOut(serializers.Serializer[Any]):
    """What came of taking it back."""

    restored = serializers.IntegerField(help_text="Leads that are as before.")
    note = serializers.CharField(help_text="About the others, in the caller's language.")


class ActionList(APIView):
    """The last acts."""

    @extend_schema(tags=["leads"], operation_id="actions_list", responses=answers(ActionOut(many=True)), filters=False)
    def get(self, request: Request) -> Response:
        """List the last 100 acts that can be, or were, taken back: one's own, admins those of all."""
        return Response(ActionOut(_seen(request).order_by("-at", "-id")[:_MOST], many=True).data)


class ActionUndo(APIView):
    """The way back."""

    @extend_schema(
        tags=["leads"],
        operation_id="actions_undo",
        request=None,
        responses=answers(UndoneOut, missing=True, _409="It was taken back before, or nothing of it can be any more."),
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Take an act back, once; what changed since stays as it is."""
        if not _seen(request).filter(public_id=public_id).exists():
            raise Http404
        try:
            undone = actions.undo(public_id, by=actor(request), now=timezone.now())
        except actions.Cannot as cannot:
            raise Problem(HTTPStatus.CONFLICT, "cannot-undo", str(cannot)) from cannot
        return Response({"restored": undone.count, "note": undone.note})


def _seen(request: Request) -> QuerySet[Action]:
    user = person(request)
    return Action.objects.all() if user.is_admin else Action.objects.filter(by_user=user)
