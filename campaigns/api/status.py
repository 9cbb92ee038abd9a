"""What makes a campaign work and stop."""

from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor
from accounts.api_permissions import ReadOrAdmin
from campaigns import running
from campaigns.api.campaigns import shown
from campaigns.api.inputs import ResumeIn
from campaigns.api.lookup import one, refusals
from campaigns.api.shapes import CampaignOut
from campaigns.enums import Overdue
from core.api.openapi import answers, example

_NOT_NOW = "Not from where it stands (`current_status`)."
_NOT_READY = f"{_NOT_NOW} Or something is missing: `problems` lists each with `code`, `text` and `step`."


class CampaignActivate(APIView):
    """Begin."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_activate",
        request=None,
        responses=answers(CampaignOut, missing=True, _409=_NOT_READY),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Activate a draft: its trigger is looked at at once."""
        with refusals():
            return shown(running.activate(one(public_id), by=actor(request), now=timezone.now()))


class CampaignPause(APIView):
    """Stop for a while."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_pause",
        request=None,
        responses=answers(CampaignOut, missing=True, _409=_NOT_NOW),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Pause at once, also what is queued already."""
        with refusals():
            return shown(running.pause(one(public_id), by=actor(request), now=timezone.now()))


class CampaignResume(APIView):
    """Go on."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_resume",
        request=ResumeIn,
        responses=answers(CampaignOut, body=True, missing=True, _409=_NOT_READY),
        examples=[example("What is late over a day", {"overdue": "spread"})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Go on; what fell due meanwhile is skipped, spread over a day, or sent now."""
        campaign = one(public_id)
        form = ResumeIn(data=request.data)
        form.is_valid(raise_exception=True)
        overdue = Overdue(form.validated_data["overdue"])
        with refusals():
            return shown(running.resume(campaign, overdue=overdue, by=actor(request), now=timezone.now()))


class CampaignComplete(APIView):
    """End."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_complete",
        request=None,
        responses=answers(CampaignOut, missing=True, _409=_NOT_NOW),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """End it for everybody: nobody gets a further step, nothing queued leaves."""
        with refusals():
            return shown(running.complete(one(public_id), by=actor(request), now=timezone.now()))
