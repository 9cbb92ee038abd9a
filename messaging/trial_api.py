"""The API of trying a template out: to oneself, or to a lead."""

from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from accounts.api_permissions import BrokerAdmin
from core.api.fields import Choice, Identifier, Strict
from core.api.openapi import answers, example
from messaging import composing, outbox, trials
from messaging.gate.asking import WRITABLE
from messaging.inbox import writing
from messaging.inbox.api import queued, refusal
from messaging.inbox.api_shapes import MessageOut
from messaging.trials import To
from templates_app import pages
from templates_app.models import Template

_REFUSED = "The gate refuses it; `reason` is its code, `detail` says why and what to do."
_TO = [(To.OWN.value, "to whoever calls"), (To.LEAD.value, "to the lead")]


class TrialIn(Strict):
    """A template with a lead's values, and who gets it."""

    lead_id = Identifier()
    to = Choice(
        choices=_TO,
        default=To.OWN.value,
        help_text="`own`: the caller's e-mail address, or the simulated phone; no contact with the lead.",
    )


class TemplateTest(APIView):
    """Trying it out."""

    permission_classes = (BrokerAdmin,)

    @extend_schema(
        tags=["templates"],
        operation_id="templates_test",
        request=TrialIn,
        responses=answers(MessageOut, status=202, body=True, missing=True, _409=_REFUSED),
        examples=[example("To oneself", {"lead_id": "01890000-0000-7000-8000-000000000000"})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Queue a test of a template, filled in for a lead. It takes the way of any message."""
        template = Template.objects.filter(public_id=public_id, channel__in=WRITABLE).first()
        if template is None:
            raise Http404
        form = TrialIn(data=request.data)
        form.is_valid(raise_exception=True)
        given: dict[str, Any] = form.validated_data
        lead = pages.lead_of(person(request), str(given["lead_id"]))
        if lead is None:
            raise serializers.ValidationError({"lead_id": [_("Ese lead no existe.")]})
        by, email = actor(request), person(request).email
        try:
            made = trials.send(template, lead, To(given["to"]), key=uuid4(), email=email, by=by, now=timezone.now())
        except composing.Unfilled as error:
            raise serializers.ValidationError({"lead_id": [writing.trouble_words(error.rendered)]}) from error
        except (composing.Refused, outbox.NoAccount) as error:
            raise refusal(error) from error
        return queued(made)


urlpatterns = [path("templates/<uuid:public_id>/test/", TemplateTest.as_view(), name="test")]
