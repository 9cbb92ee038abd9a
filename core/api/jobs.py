"""Progress of long work."""

from http import HTTPStatus
from typing import Protocol, cast
from uuid import UUID

from django.http import Http404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.openapi import answers
from core.models import Job


class _Member(Protocol):
    """What this view needs to know of the caller; keeps core below accounts."""

    pk: int
    is_admin: bool


class JobOut(serializers.ModelSerializer[Job]):
    """A job as the API shows it."""

    id = serializers.UUIDField(source="public_id")
    result = serializers.DictField(help_text="What came of it, once it is done; depends on the kind.")

    class Meta:
        model = Job
        fields = ("id", "kind", "label", "state", "done", "total", "result", "error", "created_at", "finished_at")
        read_only_fields = fields


def followed(request: Request, job: Job) -> Response:
    """202, and where to look how far it is."""
    response = Response(JobOut(job).data, status=HTTPStatus.ACCEPTED)
    response.headers["Location"] = request.build_absolute_uri(reverse("api-job", args=[job.public_id]))
    return response


class JobDetail(APIView):
    """One job."""

    @extend_schema(tags=["jobs"], operation_id="jobs_read", responses=answers(JobOut, missing=True))
    def get(self, request: Request, public_id: UUID) -> Response:
        """Tell how far a job is. Agents see their own, admins all of the brokerage's."""
        caller = cast("_Member", request.user)
        jobs = Job.objects.filter(public_id=public_id)
        job = (jobs if caller.is_admin else jobs.filter(by_user_id=caller.pk)).first()
        if job is None:
            raise Http404
        return Response(JobOut(job).data)
