"""What a person may ask for: everything we hold about them, and that it be erased. For admins."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core import audit
from core.api.openapi import answers
from crm.models import Lead
from crm.privacy import erasing, file

_DOCUMENT = {
    "type": "object",
    "description": "Rows by the table's name in words.",
    "additionalProperties": {"type": "array", "items": {"type": "object", "additionalProperties": True}},
}


class PersonalData(APIView):
    """A person's data."""

    @extend_schema(tags=["privacy"], operation_id="personal_data_read", responses=answers(_DOCUMENT, missing=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Tell everything we hold about a person: every table, the history, the declared money opened. Noted."""
        lead = _lead(request, public_id)
        audit.note(
            "person.exported", by=actor(request), now=timezone.now(), subject="crm.Lead", subject_id=lead.public_id
        )
        return Response(file.document(lead))

    @extend_schema(
        tags=["privacy"],
        operation_id="personal_data_erase",
        request=None,
        responses=answers(None, status=204, missing=True),
    )
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Erase a person for good, in every table, file and the history. An empty row stays for past figures."""
        lead = _lead(request, public_id)
        try:
            erasing.erase(lead, reason="API", by=actor(request), now=timezone.now())
        except Lead.DoesNotExist as gone:
            raise Http404 from gone
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _lead(request: Request, public_id: UUID) -> Lead:
    if not person(request).is_admin:
        raise PermissionDenied
    found: Lead | None = Lead.everything.filter(erasures=None, public_id=public_id).first()
    if found is None:
        raise Http404
    return found
