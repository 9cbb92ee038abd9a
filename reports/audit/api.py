"""The audit over HTTP, for those who run the brokerage."""

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from accounts.api_authentication import person
from accounts.models import User
from core import tenancy
from core.api.openapi import answers
from core.api.pagination import DEFAULT_LIMIT, MAX_LIMIT, limit_of
from core.keyset import BadCursor
from reports.audit import stream, words
from reports.audit.asked import AuditForm

_ID = {"type": "string", "format": "uuid"}
_WHOLE = {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
_DAY = {"type": "string", "format": "date"}


class ChangeOut(serializers.Serializer[Any]):
    field = serializers.CharField()
    was = serializers.CharField(help_text="In words; empty for nothing.")
    now = serializers.CharField()


class AuditDoerOut(serializers.Serializer[Any]):
    kind = serializers.CharField()
    id = serializers.UUIDField(allow_null=True, help_text="The user, if it was one of the brokerage.")
    name = serializers.CharField()


class EventOut(serializers.Serializer[Any]):
    """One row of the log."""

    at = serializers.DateTimeField()
    kind = serializers.CharField(help_text="What it is about, such as crm.Lead.")
    verb = serializers.CharField(help_text="insert, update, delete; of core.AuditEntry what was done.")
    act = serializers.CharField(help_text="Rows of one act share it.")
    lead = serializers.UUIDField(allow_null=True)
    by = AuditDoerOut()
    address = serializers.CharField()
    reason = serializers.CharField()
    changes = ChangeOut(many=True)


class PageOut(serializers.Serializer[Any]):
    """A page of the log."""

    next = serializers.URLField(allow_null=True, help_text="Address of the next page; null on the last one.")
    results = EventOut(many=True)


class Audit(APIView):
    """Who did what."""

    @extend_schema(
        tags=["audit"],
        operation_id="audit_list",
        parameters=[
            OpenApiParameter("person", _ID, description="Who did it: a user's id."),
            OpenApiParameter("kind", {"type": "string", "maxLength": 60}, description="What it is about."),
            OpenApiParameter("lead", _ID, description="About this lead, also one in the bin."),
            OpenApiParameter("since", _DAY, description="From this day on."),
            OpenApiParameter("until", _DAY, description="Up to this day, included."),
            OpenApiParameter("q", {"type": "string", "maxLength": 100}, description="Part of the reason."),
            OpenApiParameter("cursor", {"type": "string", "maxLength": 1000}, description="From the `next` before."),
            OpenApiParameter(
                "limit", {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT}
            ),
        ],
        responses=answers(PageOut, bad_query=True),
    )
    def get(self, request: Request) -> Response:
        """List what was done, the newest first. Admins only."""
        if not person(request).is_admin:
            raise PermissionDenied
        form = AuditForm(request.query_params)
        if not form.is_valid():
            raise ValidationError({name: [str(text) for text in texts] for name, texts in form.errors.items()})
        try:
            page = stream.page(form.filters(), cursor=request.query_params.get("cursor", ""), size=limit_of(request))
        except BadCursor as error:
            raise ValidationError({"cursor": [_("Este cursor no es de esta lista. Empieza sin él.")]}) from error
        following = replace_query_param(request.build_absolute_uri(), "cursor", page.next) if page.next else None
        people = dict(User.objects.filter(broker_id=tenancy.current()).values_list("pk", "public_id"))
        return Response({"next": following, "results": [_shown(line, people) for line in words.lines(page.events)]})


def _shown(line: words.Line, people: dict[int, Any]) -> dict[str, Any]:
    event = line.event
    return {
        "at": event.at,
        "kind": event.kind,
        "verb": event.verb,
        "act": event.act,
        "lead": line.lead.public_id if line.lead else None,
        "by": {
            "kind": event.context.get("kind") or "",
            "id": people.get(event.context.get("user") or 0),
            "name": event.context.get("label") or "",
        },
        "address": event.context.get("address") or "",
        "reason": event.context.get("reason") or "",
        "changes": [{"field": change.name, "was": change.was, "now": change.now} for change in line.changes],
    }


urlpatterns = [path("audit/", Audit.as_view(), name="audit")]
