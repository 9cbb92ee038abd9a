"""Saved views: filters under a name, one's own and the team's."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core.api.fields import Choice, Flag, Strict, Text
from core.api.openapi import answers, example
from crm import saved_views
from crm.enums import ViewPage
from crm.models import SavedView


class ViewIn(Strict):
    """A view to keep."""

    page = Choice(choices=ViewPage.choices)
    name = Text(max_length=60)
    query = Text(max_length=2000, default="", allow_blank=True, help_text="As in the page's address, `stage=agendado`.")
    shared = Flag(default=False, help_text="For the whole team: admins only.")
    opens = Flag(default=False, help_text="The caller's page opens with it.")


class ViewOut(serializers.ModelSerializer[SavedView]):
    """A saved view."""

    id = serializers.UUIDField(source="public_id")
    shared = serializers.BooleanField(source="is_shared")
    opens = serializers.BooleanField(source="is_default")
    owner = serializers.CharField(source="owner.name")

    class Meta:
        model = SavedView
        fields = ("id", "page", "name", "query", "shared", "opens", "owner", "created_at")
        read_only_fields = fields


class Views(APIView):
    """All views one has."""

    @extend_schema(tags=["views"], operation_id="views_list", responses=answers(ViewOut(many=True)), filters=False)
    def get(self, request: Request) -> Response:
        """List one's own views and the team's, by name."""
        return Response(ViewOut(saved_views.of(person(request)), many=True).data)

    @extend_schema(
        tags=["views"],
        operation_id="views_save",
        request=ViewIn,
        responses=answers(ViewOut, status=201, body=True),
        examples=[example("Hot ones", {"page": "board", "name": "Calientes", "query": "status=hot"})],
    )
    def post(self, request: Request) -> Response:
        """Keep a view; one of one's own of that page and name is replaced."""
        wanted, user = _wanted(request), person(request)
        try:
            view = saved_views.save(
                user,
                ViewPage(wanted["page"]),
                wanted["name"],
                saved_views.clean(wanted["query"]),
                shared=wanted["shared"],
                now=timezone.now(),
            )
        except saved_views.TooMany as full:
            message = _("Ya tienes %(most)d vistas aquí: borra alguna primero.") % {"most": saved_views.MOST}
            raise serializers.ValidationError({"name": [message]}) from full
        if wanted["opens"]:
            saved_views.open_with(user, view.page, view)
        return Response(ViewOut(_one(request, view.public_id)).data, status=201)


class View(APIView):
    """One view."""

    @extend_schema(tags=["views"], operation_id="views_read", responses=answers(ViewOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Read a view."""
        return Response(ViewOut(_one(request, public_id)).data)

    @extend_schema(
        tags=["views"], operation_id="views_change", request=ViewIn, responses=answers(ViewOut, body=True, missing=True)
    )
    def put(self, request: Request, public_id: UUID) -> Response:
        """Change a view; its page stays."""
        view = _changeable(request, public_id)
        wanted = _wanted(request)
        if wanted["page"] != view.page:
            raise serializers.ValidationError({"page": [_("La página de una vista no cambia.")]})
        try:
            with transaction.atomic():
                saved_views.change(
                    view,
                    name=wanted["name"],
                    query=saved_views.clean(wanted["query"]),
                    shared=wanted["shared"],
                    by=actor(request),
                    now=timezone.now(),
                )
        except IntegrityError as error:
            raise serializers.ValidationError({"name": [_("Ya tienes una vista con ese nombre.")]}) from error
        if wanted["opens"]:
            saved_views.open_with(person(request), view.page, view)
        return Response(ViewOut(_one(request, public_id)).data)

    @extend_schema(tags=["views"], operation_id="views_delete", responses=answers(None, status=204, missing=True))
    def delete(self, request: Request, public_id: UUID) -> Response:
        """Delete a view."""
        saved_views.delete(_changeable(request, public_id), by=actor(request), now=timezone.now())
        return Response(status=204)


def _wanted(request: Request) -> dict[str, Any]:
    form = ViewIn(data=request.data)
    form.is_valid(raise_exception=True)
    if form.validated_data["shared"] and not person(request).is_admin:
        raise PermissionDenied
    wanted: dict[str, Any] = form.validated_data
    return wanted


def _one(request: Request, public_id: UUID) -> SavedView:
    view = saved_views.of(person(request)).filter(public_id=public_id).first()
    if view is None:
        raise Http404
    return view


def _changeable(request: Request, public_id: UUID) -> SavedView:
    view = _one(request, public_id)
    if not saved_views.may_change(view, person(request)):
        raise PermissionDenied
    return view
