"""The API of templates: everybody reads, those who run the brokerage write."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import ValidationError as Invalid
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor
from accounts.api_permissions import ReadOrAdmin
from accounts.enums import Language
from core.api import rows
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.problems import Problem
from templates_app import api_preview, library
from templates_app.api_shapes import TemplateIn, TemplateOut, template_row
from templates_app.enums import AgentType, TemplateChannel
from templates_app.models import Template

_EXAMPLE = {"name": "Saludo", "channel": "whatsapp", "purpose": "transactional", "body": "Hola {{ first_name }}"}
_TAKEN = "Another template in use has this name, channel and language."
_FILTERS = {"channel": TemplateChannel, "agent_type": AgentType, "language": Language}
_PARAMETERS = [OpenApiParameter(name, str, enum=enum.values) for name, enum in _FILTERS.items()]


class TemplateList(GenericAPIView[Template]):
    """The templates in use."""

    serializer_class = TemplateOut
    filter_backends = ()
    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["templates"],
        operation_id="templates_list",
        parameters=_PARAMETERS,
        responses=answers(TemplateOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List the templates in use, the newest first."""
        return Newest().page(_filtered(request), template_row(), request)

    @extend_schema(
        tags=["templates"],
        operation_id="templates_create",
        request=TemplateIn,
        responses=answers(TemplateOut, status=201, body=True, _409=_TAKEN),
        examples=[example("A greeting", _EXAMPLE)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a template; its text becomes version 1."""
        form = TemplateIn(data=request.data)
        form.is_valid(raise_exception=True)
        try:
            made = library.create(form.kind(), form.text(), by=actor(request), now=timezone.now(), review=form.review())
        except (Invalid, library.Taken) as error:
            raise _refused(error) from error
        answer = _shown(made, status=HTTPStatus.CREATED)
        answer.headers["Location"] = request.build_absolute_uri(f"{made.public_id}/")
        return answer


class TemplateDetail(APIView):
    """One template."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(tags=["templates"], operation_id="templates_read", responses=answers(TemplateOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a template with its text in use."""
        return _shown(_one(public_id))

    @extend_schema(
        tags=["templates"],
        operation_id="templates_replace",
        request=TemplateIn,
        responses=answers(TemplateOut, body=True, missing=True, _409=_TAKEN),
        examples=[example("Another text", _EXAMPLE)],
    )
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """Replace a template; another text is a new version, and what was sent keeps the one it was sent with."""
        return _change(request, _one(public_id), partial=False)

    @extend_schema(
        tags=["templates"],
        operation_id="templates_change",
        request=TemplateIn,
        responses=answers(TemplateOut, body=True, missing=True, _409=_TAKEN),
        examples=[example("Another text", {"body": "¡Hola {{ first_name }}!"})],
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """Change some fields; another text is a new version."""
        return _change(request, _one(public_id), partial=True)

    @extend_schema(
        tags=["templates"],
        operation_id="templates_delete",
        responses=answers(None, status=204, missing=True, _409="A message or a campaign uses it."),
    )
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Delete a template that was never used."""
        try:
            library.remove(_one(public_id), by=actor(request))
        except library.InUse as error:
            detail = _("La usa una campaña, o ya se envió algo con ella: se puede archivar, pero no eliminar.")
            raise Problem(HTTPStatus.CONFLICT, "template-in-use", detail) from error
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class TemplatesOfAgent(GenericAPIView[Template]):
    """What a virtual agent may use."""

    serializer_class = TemplateOut
    filter_backends = ()

    @extend_schema(
        tags=["templates"],
        operation_id="templates_of_agent",
        responses=answers(TemplateOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, agent_type: str) -> HttpResponse:
        """List the templates in use of one virtual agent, the newest first."""
        if agent_type not in AgentType.values:
            raise Http404
        found = Template.objects.filter(archived_at=None, agent_type=agent_type)
        return Newest().page(found, template_row(), request)


class TemplateArchive(APIView):
    """Away with it, without losing it."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["templates"], operation_id="templates_archive", request=None, responses=answers(TemplateOut, missing=True)
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Archive a template: nothing new is sent with it. A repeat changes nothing."""
        template = _one(public_id)
        library.archive(template, by=actor(request), now=timezone.now())
        return _shown(template)


def _filtered(request: Request) -> QuerySet[Template]:
    wanted = {}
    for name, enum in _FILTERS.items():
        text = request.query_params.get(name, "")
        if text and text not in enum.values:
            raise serializers.ValidationError({name: [_("No es un valor posible.")]})
        wanted[name] = text
    return library.in_use(**wanted)


def _change(request: Request, template: Template, *, partial: bool) -> HttpResponse:
    form = TemplateIn(data=request.data, partial=partial)
    form.is_valid(raise_exception=True)
    values = form.validated_data
    fixed = [name for name in ("channel", "language") if name in values and values[name] != getattr(template, name)]
    if fixed:
        detail = [_("No cambia: duplica la plantilla y crea otra.")]
        raise serializers.ValidationError(dict.fromkeys(fixed, detail))
    stands = library.current(template) if partial else None
    changes = {name: values[name] for name in ("name", "purpose", "agent_type") if name in values}
    try:
        library.revise(
            template,
            form.text(stands),
            by=actor(request),
            now=timezone.now(),
            changes=changes,
            review=form.review(stands),
        )
    except (Invalid, library.Taken) as error:
        raise _refused(error) from error
    return _shown(template)


def _refused(error: Invalid | library.Taken) -> Exception:
    if isinstance(error, library.Taken):
        detail = _("Ya hay una plantilla con ese nombre en este canal e idioma.")
        return Problem(HTTPStatus.CONFLICT, "template-name-taken", detail)
    return serializers.ValidationError(error.message_dict)


def _one(public_id: UUID) -> Template:
    found: Template | None = Template.objects.filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _shown(template: Template, *, status: int = HTTPStatus.OK) -> HttpResponse:
    itself = Template.objects.filter(pk=template.pk).annotate(row=rows.as_text(template_row()))
    return rows.respond(itself.values_list("row", flat=True).get(), status=status)


urlpatterns = [
    path("templates/", TemplateList.as_view(), name="templates"),
    path("templates/variables/", api_preview.VariableList.as_view(), name="variables"),
    path("templates/agent-type/<slug:agent_type>/", TemplatesOfAgent.as_view(), name="of-agent"),
    path("templates/<uuid:public_id>/", TemplateDetail.as_view(), name="template"),
    path("templates/<uuid:public_id>/archive/", TemplateArchive.as_view(), name="archive"),
    path("templates/<uuid:public_id>/preview/", api_preview.TemplatePreview.as_view(), name="preview"),
]
