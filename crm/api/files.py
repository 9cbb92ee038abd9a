"""Spreadsheets in and out: both are jobs to follow under /jobs/{id}/."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import step_up
from accounts.api_authentication import actor, person
from core.api.fields import Choice, Strict, Text
from core.api.filtering import checked, parameters
from core.api.jobs import JobOut
from core.api.openapi import answers
from core.models import Job
from crm import exports, filters
from crm.api.inputs import Colleague
from crm.enums import ConsentBasis, ExportFormat, Stage
from crm.filters import LeadFilter
from crm.imports import begin, intake
from crm.imports.columns import Field
from crm.imports.unreadable import UnreadableFile
from crm.models import Lead, LeadImport
from crm.views.exports import download

_OPEN = [(value, label) for value, label in Stage.choices if value not in {Stage.GANADO, Stage.PERDIDO}]
_FORMAT = OpenApiParameter("format", str, enum=ExportFormat.values, default=ExportFormat.CSV.value)


class ImportIn(Strict):
    """A file and what is asked once for all its rows."""

    file = serializers.FileField(
        help_text="CSV or XLSX; its form is guessed, its columns as the brokerage mapped them."
    )
    consent_basis = Choice(choices=ConsentBasis.choices, help_text="Why these people may be contacted.")
    consent_wording = Text(max_length=2000, default="", allow_blank=True)
    stage = Choice(choices=_OPEN, default=Stage.ENTRADA.value)
    assigned_to = Colleague(default=None, allow_null=True, help_text="Admins only; what agents bring in is their own.")


class LeadImports(APIView):
    """Spreadsheets in."""

    parser_classes = (MultiPartParser,)

    @extend_schema(
        tags=["leads"],
        operation_id="leads_import",
        request={"multipart/form-data": ImportIn},
        responses=answers(JobOut, status=202, body=True),
    )
    def post(self, request: Request) -> Response:
        """Take a spreadsheet in. The same file twice does no harm; the result is a job."""
        form = ImportIn(data=request.data)
        form.is_valid(raise_exception=True)
        with transaction.atomic():  # a file that cannot be taken in leaves nothing behind
            lead_import = _received(request, form.validated_data["file"])
            started = begin.start(lead_import, _terms(request, form.validated_data), by=actor(request))
        return _followed(request, started.job)


class LeadExports(APIView):
    """Spreadsheets out."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_export",
        parameters=[*parameters(LeadFilter), _FORMAT],
        responses=answers(JobOut, status=202, bad_query=True),
    )
    def get(self, request: Request) -> Response:
        """Ask for a file of the leads that pass the filters; the result is a job."""
        user, now = person(request), timezone.now()
        wanted = request.query_params.get("format", ExportFormat.CSV)
        if wanted not in ExportFormat.values:
            raise serializers.ValidationError({"format": [_("No es un valor posible.")]})
        found = LeadFilter(request.query_params, Lead.objects.visible_to(user), user=user, now=now)
        total = checked(found).count()
        if request.auth is None and not step_up.is_confirmed(request._request):  # noqa: SLF001 -- DRF's documented way
            raise PermissionDenied(_("Confirma tu contraseña en la web antes de exportar con su sesión."))
        query = request.query_params.copy()
        for name in set(query) - filters.names(query):
            del query[name]
        wish = exports.start(query.urlencode(), user=user, file_format=ExportFormat(wanted), total=total, now=now)
        return _followed(request, wish.job)


class LeadExportFile(APIView):
    """The file of an export."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_export_file",
        responses=answers(OpenApiTypes.BINARY, media="text/csv", missing=True),
    )
    def get(self, request: Request, job_id: UUID) -> HttpResponse:
        """Fetch the file of the caller's own export once its job is done; it is kept for a day."""
        return download(exports.kept(person(request), now=timezone.now(), job__public_id=job_id))


def _received(request: Request, file: Any) -> LeadImport:  # noqa: ANN401 -- Django's uploaded file
    """The file, stored and its columns known; raises ValidationError when it cannot be taken in."""
    if file.size > settings.IMPORT_MAX_BYTES:
        raise serializers.ValidationError({"file": [_("El archivo es demasiado grande.")]})
    try:
        stored = intake.receive(file.name, file.read(), by=actor(request))
    except UnreadableFile as error:
        raise serializers.ValidationError({"file": [str(error)]}) from error
    if not {Field.NAME, Field.PHONE, Field.EMAIL} & set(intake.mapping_of(stored).values()):
        message = _(
            "No se reconoce una columna de nombre, teléfono o correo. Importa una vez en la web y se recordará."
        )
        raise serializers.ValidationError({"file": [message]})
    return stored


def _terms(request: Request, values: dict[str, Any]) -> begin.Answers:
    user = person(request)
    owner = values["assigned_to"] if user.is_admin else user
    return begin.Answers(
        ConsentBasis(values["consent_basis"]), values["consent_wording"], Stage(values["stage"]), owner
    )


def _followed(request: Request, job: Job | None) -> Response:
    """202, and where to look how far it is."""
    response = Response(JobOut(job).data, status=HTTPStatus.ACCEPTED)
    if job is not None:
        response.headers["Location"] = request.build_absolute_uri(reverse("api-job", args=[job.public_id]))
    return response
