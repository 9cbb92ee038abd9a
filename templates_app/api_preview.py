"""The API of templates: trying one on a lead, and what its text may use."""

from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import brokerage, person
from core.api.openapi import answers, example
from crm.models import Lead
from templates_app import library, pages, variables
from templates_app.api_shapes import PreviewIn, PreviewOut, VariableOut
from templates_app.models import Template
from templates_app.rendering import Rendered, render, wording, written


class TemplatePreview(APIView):
    """How it would arrive."""

    @extend_schema(
        tags=["templates"],
        operation_id="templates_preview",
        request=PreviewIn,
        responses=answers(PreviewOut, body=True, missing=True),
        examples=[example("On made-up values", {})],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Show the text on a lead, or on made-up values; facts of a meeting and links are examples."""
        template = _one(public_id)
        form = PreviewIn(data=request.data)
        form.is_valid(raise_exception=True)
        version = library.current(template)
        lead_id = form.validated_data["lead_id"]
        if lead_id is not None:
            made = render(version, _lead(request, lead_id), variables.given_examples(), broker=brokerage(request))
        else:
            facts = pages.facts_of(None, brokerage(request), library.known_variables(), template.language)
            made = written(wording(template, version), facts)
        return Response(_said(made))


class VariableList(APIView):
    """What texts may use."""

    @extend_schema(
        tags=["templates"],
        operation_id="templates_variables",
        responses=answers(VariableOut(many=True)),
        filters=False,
    )
    def get(self, request: Request) -> Response:
        """List the variables, the brokerage's own fields last as `custom.<key>`."""
        return Response(VariableOut(library.known_variables(), many=True).data)


def _lead(request: Request, public_id: UUID) -> Lead:
    seen = Lead.objects.visible_to(person(request)).select_related("assigned_to")
    lead: Lead | None = seen.filter(public_id=public_id).first()
    if lead is None:
        raise serializers.ValidationError({"lead_id": [_("Ese lead no existe.")]})
    return lead


def _said(made: Rendered) -> dict[str, object]:
    names = ("subject", "body", "html", "problem")
    whole = {name: getattr(made, name) for name in names}
    return whole | {"missing": list(made.missing), "content_variables": dict(made.content_variables)}


def _one(public_id: UUID) -> Template:
    found: Template | None = Template.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
