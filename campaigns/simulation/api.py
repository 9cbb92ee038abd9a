"""The API of simulations: what a campaign would do, written nowhere."""

from http import HTTPStatus
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from accounts.models import Broker
from campaigns.models import Campaign
from campaigns.simulation import asked
from campaigns.simulation.running import simulate
from campaigns.simulation.shapes import SimulateIn, SimulationOut, SimulationStartedOut, shown
from core import tenancy
from core.api.openapi import answers, example


class CampaignSimulate(APIView):
    """A campaign led through the coming weeks."""

    @extend_schema(
        tags=["campaigns"],
        operation_id="campaigns_simulate",
        request=SimulateIn,
        responses={
            **answers(SimulationOut, body=True, missing=True),
            (202, "application/json"): OpenApiResponse(SimulationStartedOut, description="It goes on as a job."),
        },
        examples=[example("Fifty leads for four weeks", {"sample": 50, "weeks": 4})],
    )
    def post(self, request: Request, public_id: UUID) -> Response:
        """Tell what a campaign, as it stands, would send to these leads and what it would not; nothing is written.

        The engine itself runs through the weeks: hours, holidays, caps, consent and conditions of each lead count.
        Nobody answers meanwhile.
        """
        campaign = get_object_or_404(Campaign, public_id=public_id)
        form = SimulateIn(data=request.data)
        form.is_valid(raise_exception=True)
        now, broker = timezone.now(), Broker.objects.get(pk=tenancy.current())
        wish = form.wish()
        if wish.day and not asked.in_reach(wish.day, broker, now=now):
            raise serializers.ValidationError({"day": [_("De hoy a un año más.")]})
        plan = asked.planned(campaign, wish, user=person(request), broker=broker, now=now)
        if len(plan.lead_ids) > asked.AT_ONCE:
            job = asked.start(campaign, plan, by=actor(request))
            return Response({"job": job.public_id}, status=HTTPStatus.ACCEPTED)
        return Response(SimulationOut(shown(simulate(campaign, plan))).data)


urlpatterns = [path("campaigns/<uuid:public_id>/simulate/", CampaignSimulate.as_view(), name="simulate")]
