"""The steps of a campaign over HTTP; their numbers never have gaps."""

from http import HTTPStatus
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor
from accounts.api_permissions import ReadOrAdmin
from campaigns import steps
from campaigns.api.campaigns import shown
from campaigns.api.inputs import OrderIn, StepIn, StepNewIn
from campaigns.api.lookup import one, refusals, step_of
from campaigns.api.shapes import CampaignOut, CampaignStepOut, step_row, text_of
from campaigns.models import Step
from campaigns.step_rules import Wanted
from core.api import rows
from core.api.openapi import answers, example

_OVER = "The campaign has ended, or has as many steps as it may."
_EXAMPLE = {"template": "01890000-0000-7000-8000-000000000000", "delay_minutes": 1440}


class StepList(APIView):
    """All steps."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_steps_create",
        request=StepNewIn,
        responses=answers(CampaignStepOut, status=201, body=True, missing=True, _409=_OVER),
        examples=[example("A message a day later", _EXAMPLE)],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Add a step, last or at a place. While it runs it is for those who have not come that far."""
        form = StepNewIn(data=request.data)
        campaign = one(public_id)
        form.is_valid(raise_exception=True)
        at = form.validated_data.pop("number")
        with refusals():
            made = steps.add(campaign, form.wanted(), at=at, by=actor(request), now=timezone.now())
        answer = _shown(made, status=HTTPStatus.CREATED)
        answer.headers["Location"] = request.build_absolute_uri(f"{made.public_id}/")
        return answer


class StepDetail(APIView):
    """One step."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"], operation_id="campaigns_steps_read", responses=answers(CampaignStepOut, missing=True)
    )
    def get(self, request: Request, public_id: UUID, step_id: UUID) -> HttpResponse:
        """Read a step."""
        return _shown(step_of(public_id, step_id))

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_steps_change",
        request=StepIn,
        responses=answers(CampaignStepOut, body=True, missing=True, _409=_OVER),
        examples=[example("Two days later", {"delay_minutes": 2880})],
    )
    def patch(self, request: Request, public_id: UUID, step_id: UUID) -> HttpResponse:
        """Change some fields of a step; who waits for it waits as long as before."""
        step = step_of(public_id, step_id)
        form = StepIn(data=request.data, partial=True)
        form.is_valid(raise_exception=True)
        stands = {name: getattr(step, name) for name in Wanted.__dataclass_fields__}
        with refusals():
            return _shown(steps.change(step, form.wanted(stands), by=actor(request), now=timezone.now()))

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_steps_delete",
        responses=answers(None, status=204, missing=True, _409=_OVER),
    )
    def delete(self, request: Request, public_id: UUID, step_id: UUID) -> HttpResponse:
        """Take a step out; those who stand at it go on to the next."""
        with refusals():
            steps.remove(step_of(public_id, step_id), by=actor(request), now=timezone.now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class StepOrder(APIView):
    """Their order."""

    permission_classes = (ReadOrAdmin,)

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_steps_reorder",
        request=OrderIn,
        responses=answers(CampaignOut, body=True, missing=True, _409=_OVER),
        examples=[example("Two of them", {"order": ["01890000-0000-7000-8000-000000000000"]})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Put the steps in another order, which names each of them once."""
        campaign = one(public_id)
        form = OrderIn(data=request.data)
        form.is_valid(raise_exception=True)
        with refusals():
            steps.reorder(campaign, form.validated_data["order"], by=actor(request), now=timezone.now())
        return shown(campaign)


def _shown(step: Step, *, status: int = HTTPStatus.OK) -> HttpResponse:
    return rows.respond(text_of(Step.objects.filter(pk=step.pk), step_row()), status=status)
