"""The API of acts on many leads."""

from http import HTTPStatus
from typing import Any

from django.http import QueryDict
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core.api.fields import Choice, Identifier, Strict, Text
from core.api.filtering import checked
from core.api.openapi import answers, example
from crm import bulk, bulk_acts, filters
from crm.api.inputs import Colleague
from crm.api.leads import owner
from crm.bulk import Act
from crm.enums import ActionKind, LostReason, Stage
from crm.models import Lead, LeadQuerySet
from pipeline import bulk_move

_KINDS = [ActionKind.MOVE.value, ActionKind.ASSIGN.value, ActionKind.TAG.value]
_MOST_WORDS = 20


class BulkIn(Strict):
    """Which leads, and what to do to them."""

    ids = serializers.ListField(child=Identifier(), max_length=bulk.BATCH, default=list)
    filter = Text(
        max_length=2000,
        default=None,
        allow_null=True,
        allow_blank=True,
        help_text="Instead of `ids`: the leads that GET /leads/ lists with this query, as in `stage=entrada&q=ana`.",
    )
    action = Choice(choices=_KINDS)
    stage = Choice(choices=Stage.choices, default=None, allow_null=True, help_text="For `move`.")
    lost_reason = Choice(choices=LostReason.choices, default=None, allow_null=True, help_text="For `perdido`.")
    lost_note = Text(max_length=300, default="", allow_blank=True, help_text="Needed when the reason is `otro`.")
    assigned_to = Colleague(default=None, allow_null=True, help_text="For `assign`; null for nobody.")
    add = serializers.ListField(child=Text(max_length=40), max_length=_MOST_WORDS, default=list, help_text="For `tag`.")
    remove = serializers.ListField(
        child=Text(max_length=40), max_length=_MOST_WORDS, default=list, help_text="For `tag`."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """What the act asks for is there."""
        if bool(attrs["ids"]) == (attrs["filter"] is not None):
            raise serializers.ValidationError({"ids": [_("Indica `ids` o `filter`, y solo uno.")]})
        if attrs["action"] == ActionKind.MOVE:
            self._check_move(attrs)
        if attrs["action"] == ActionKind.TAG and not attrs["add"] and not attrs["remove"]:
            raise serializers.ValidationError({"add": [_("Escribe al menos una etiqueta.")]})
        return attrs

    def _check_move(self, attrs: dict[str, Any]) -> None:
        if not attrs["stage"]:
            raise serializers.ValidationError({"stage": [_("Falta este dato.")]})
        if attrs["stage"] == Stage.PERDIDO and not attrs["lost_reason"]:
            raise serializers.ValidationError({"lost_reason": [_("Falta este dato.")]})
        if attrs["lost_reason"] == LostReason.OTRO and not attrs["lost_note"].strip():
            raise serializers.ValidationError({"lost_note": [_("Falta este dato.")]})


class RefusedOut(serializers.Serializer[Any]):
    reason = serializers.CharField(help_text="In the caller's language.")
    count = serializers.IntegerField()


class BulkOut(serializers.Serializer[Any]):
    """What became of them."""

    changed = serializers.IntegerField()
    already = serializers.IntegerField(help_text="Those that were so before.")
    refused = RefusedOut(many=True)
    action = serializers.UUIDField(allow_null=True, help_text="Takes it back: POST /actions/{id}/undo/.")


class BulkStartedOut(serializers.Serializer[Any]):
    """More than 500 leads: a job does it, see GET /jobs/{id}/."""

    job = serializers.UUIDField()


class LeadBulk(APIView):
    """One act on many leads."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_bulk",
        request=BulkIn,
        responses={
            **answers(BulkOut, body=True),
            (202, "application/json"): OpenApiResponse(BulkStartedOut, description="It goes on as a job."),
        },
        examples=[
            example(
                "Move by filter", {"filter": "stage=entrada&assigned=me", "action": "move", "stage": "perfilamiento"}
            ),
            example("Tag", {"filter": "q=feria", "action": "tag", "add": ["feria"]}),
        ],
    )
    def post(self, request: Request) -> Response:
        """Move, assign or tag many leads at once; those one does not see are left out. It can be taken back as one."""
        form = BulkIn(data=request.data)
        form.is_valid(raise_exception=True)
        wanted, now = form.validated_data, timezone.now()
        to = owner(request, wanted["assigned_to"]) if wanted["action"] == ActionKind.ASSIGN else None
        keys = list(_leads(request, wanted).order_by("pk").values_list("pk", flat=True)[: bulk.MOST + 1])
        if len(keys) > bulk.MOST:
            message = _("Son más de %(most)d leads: acota con filtros.") % {"most": bulk.MOST}
            raise serializers.ValidationError({"filter": [message]})
        act = _act(wanted, to, len(keys))
        if len(keys) > bulk.BATCH:
            job = bulk.as_job(act, keys, user=person(request), by=actor(request), now=now)
            return Response({"job": job.public_id}, status=HTTPStatus.ACCEPTED)
        leads = Lead.objects.visible_to(person(request)).filter(pk__in=keys)
        done = bulk.at_once(act, leads, by=actor(request), now=now)
        return Response(
            {
                "changed": done.changed,
                "already": done.already,
                "refused": [{"reason": reason, "count": count} for reason, count in done.refused.items()],
                "action": done.action.public_id if done.action else None,
            }
        )


def _leads(request: Request, wanted: dict[str, Any]) -> LeadQuerySet:
    if wanted["filter"] is None:
        return Lead.objects.visible_to(person(request)).filter(public_id__in=wanted["ids"])
    try:
        params = QueryDict(wanted["filter"])
        found: LeadQuerySet = checked(filters.apply(params, user=person(request), now=timezone.now()))
    except serializers.ValidationError as error:
        raise serializers.ValidationError({"filter": [_("No es un filtro válido.")]}) from error
    return found


def _act(wanted: dict[str, Any], to: Any, count: int) -> Act:  # noqa: ANN401 -- a user or None
    if wanted["action"] == ActionKind.ASSIGN:
        return bulk_acts.giving(to, count)
    if wanted["action"] == ActionKind.TAG:
        return bulk_acts.tagging(wanted["add"], wanted["remove"], count)
    stage = Stage(wanted["stage"])
    lost = stage == Stage.PERDIDO
    return bulk_move.moving(
        stage,
        count,
        lost_reason=wanted["lost_reason"] if lost else "",
        lost_note=wanted["lost_note"] if lost else "",
    )


urlpatterns = [path("leads/bulk/", LeadBulk.as_view(), name="bulk")]
