"""What is done to a lead besides changing its fields: owner, opt-out, notes; and its timeline."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor, person
from core.api import rows
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.keyset import Order
from crm import assignment, consent, leads, notes
from crm.api.inputs import AssignIn, NoteIn, OptOutIn
from crm.api.leads import one, owner, seen
from crm.api.shapes import LeadOut, TimelineOut, lead_text, timeline_row
from crm.enums import ConsentBasis, ConsentSource, ConsentState
from crm.models import Lead, TimelineEntry


class ByTime(Newest):
    """The timeline's order."""

    orders = (Order("timeline", "at", descending=True, timed=True),)


class LeadAssign(APIView):
    """Who works a lead."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_assign",
        request=AssignIn,
        responses=answers(LeadOut, body=True, missing=True),
        examples=[example("Nobody", {"assigned_to": None}), example("Whoever's turn it is", {"distribute": True})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Give the lead to a person of the brokerage, to nobody, or (admins) to whoever's turn it is."""
        lead = one(request, public_id)
        form = AssignIn(data=request.data)
        form.is_valid(raise_exception=True)
        itself, by, now = Lead.objects.filter(pk=lead.pk), actor(request), timezone.now()
        if form.validated_data["distribute"]:
            if not person(request).is_admin:
                raise PermissionDenied
            assignment.distribute([lead.pk], by=by, now=now)
        else:
            leads.assign(itself, to=owner(request, form.validated_data["assigned_to"]), by=by, now=now)
        return rows.respond(lead_text(itself))


class LeadOptOut(APIView):
    """The wish not to be written to any more."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_opt_out",
        request=OptOutIn,
        responses=answers(LeadOut, body=True, missing=True),
        examples=[example("In their words", {"wording": "No me llamen más"})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Revoke the consent for all channels. A repeat changes nothing."""
        form = OptOutIn(data=request.data)
        lead = leads.lock(one(request, public_id).pk)
        form.is_valid(raise_exception=True)
        if lead.opted_out_at is None:
            ground = consent.Ground(
                ConsentBasis.NONE, ConsentSource.AGENT, form.validated_data["wording"], {"by": "api"}
            )
            consent.record(lead, ConsentState.REVOKED, ground, by=actor(request), at=timezone.now())
        return rows.respond(lead_text(Lead.objects.filter(pk=lead.pk)))


class LeadNotes(APIView):
    """Notes of people."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_add_note",
        request=NoteIn,
        responses=answers(TimelineOut, status=201, body=True, missing=True),
        examples=[example("A note", {"body": "Prefiere que la llamen después de las 18:00."})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Write a note into the lead's timeline."""
        lead = one(request, public_id)
        form = NoteIn(data=request.data)
        form.is_valid(raise_exception=True)
        note = notes.write(lead, form.validated_data["body"], by=actor(request), now=timezone.now()).entry
        stored = TimelineEntry.objects.filter(pk=note.pk).annotate(row=rows.as_text(timeline_row()))
        return rows.respond(stored.values_list("row", flat=True).get(), status=HTTPStatus.CREATED)


class LeadTimeline(GenericAPIView[TimelineEntry]):
    """What happened to a lead."""

    serializer_class = TimelineOut
    pagination_class = ByTime
    filter_backends = ()

    @extend_schema(
        tags=["leads"],
        operation_id="leads_timeline",
        responses=answers(TimelineOut(many=True), bad_query=True, missing=True),
    )
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """List the timeline, the newest first."""
        lead_id = seen(request, public_id).values_list("pk", flat=True).first()
        if lead_id is None:
            raise Http404
        return ByTime().page(TimelineEntry.objects.filter(lead_id=lead_id), timeline_row(), request)
