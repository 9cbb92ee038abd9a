"""Leads: list, create, read, change."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_authentication import actor, brokerage, person
from accounts.models import User
from core import phones
from core.api import rows
from core.api.filtering import checked, parameters
from core.api.openapi import answers, example
from core.api.pagination import Newest
from core.api.problems import Problem
from crm import bin as leads_bin
from crm import custom_fields, custom_values, filters, lead_pages, leads, referrals
from crm.api.inputs import LeadIn, MergeIn, columns
from crm.api.shapes import LeadOut, lead_facts, lead_row, lead_text
from crm.filters import LeadFilter
from crm.lists import ORDERS
from crm.merging import act
from crm.models import Lead, LeadQuerySet

_NEW = {
    "name": "Ana Rojas",
    "phone": "9 9824 8519",
    "email": "ana@ejemplo.cl",
    "operation": "compra",
    "location": "Ñuñoa",
    "budget": {"amount": 5200, "unit": "UF"},
    "tags": ["feria"],
}
_TAKEN = "The phone is another lead's; `existing_lead` is its id when the caller may see it."
_OTHER = "01890000-0000-7000-8000-000000000000"
_GONE = "It was merged (`merged_into` is the id of the lead it is part of now), or the person was erased."
_IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="The version the caller has seen.")


class Sorted(Newest):
    """The orders of the list of leads."""

    orders = tuple(ORDERS.values())


class LeadList(GenericAPIView[Lead]):
    """All leads the caller may see."""

    serializer_class = LeadOut
    filter_backends = ()
    pagination_class = Sorted

    @extend_schema(
        tags=["leads"],
        operation_id="leads_list",
        parameters=parameters(LeadFilter),
        responses=answers(LeadOut(many=True), bad_query=True),
    )
    def get(self, request: Request) -> HttpResponse:
        """List leads, the newest first.

        The brokerage's own fields filter too: `cf_<key>` (several values of a choice, a flag as `true` or `false`, part
        of a text), for numbers and dates `cf_<key>_min` and `cf_<key>_max`.
        """
        user = person(request)
        found = Lead.objects.visible_to(user)
        if filters.names(request.query_params):
            found = checked(LeadFilter(request.query_params, found, user=user, now=timezone.now()))
        return Sorted().page(found, lead_row(), request)

    @extend_schema(
        tags=["leads"],
        operation_id="leads_create",
        request=LeadIn,
        responses=answers(LeadOut, status=201, body=True, _409=_TAKEN),
        examples=[example("A buyer", _NEW)],
    )
    def post(self, request: Request) -> HttpResponse:
        """Create a lead in the stage `entrada`."""
        values = _checked(request)
        broker = brokerage(request)
        fields = {"language": broker.language, "country": broker.country} | columns(values)
        draft = leads.Draft(
            fields,
            assigned_to=owner(request, values["assigned_to"]),
            custom=values["custom"],
            referred_by=values["referred_by"],
        )
        try:
            lead = leads.create(draft, by=actor(request), now=timezone.now(), tag_names=values["tags"])
        except leads.Taken as taken:
            raise taken_problem(request, taken.phone, fields["country"]) from taken
        made = rows.respond(lead_text(Lead.objects.filter(pk=lead.pk)), status=HTTPStatus.CREATED)
        made.headers["Location"] = request.build_absolute_uri(f"{lead.public_id}/")
        return made


class LeadDetail(APIView):
    """One lead."""

    @extend_schema(tags=["leads"], operation_id="leads_read", responses=answers(LeadOut, missing=True, _410=_GONE))
    def get(self, request: Request, public_id: UUID) -> HttpResponse:
        """Read a lead."""
        try:
            return rows.respond(lead_text(seen(request, public_id)))
        except Http404 as missing:
            raise _gone(request, public_id) from missing

    @extend_schema(
        tags=["leads"],
        operation_id="leads_replace",
        request=LeadIn,
        parameters=[_IF_MATCH],
        responses=answers(LeadOut, body=True, missing=True, _409=_TAKEN, _412="It changed meanwhile."),
        examples=[example("Everything anew", _NEW)],
    )
    def put(self, request: Request, public_id: UUID) -> HttpResponse:
        """Replace what a caller may write; what is missing takes its default."""
        return _change(request, public_id, partial=False)

    @extend_schema(
        tags=["leads"],
        operation_id="leads_change",
        request=LeadIn,
        parameters=[_IF_MATCH],
        responses=answers(LeadOut, body=True, missing=True, _409=_TAKEN, _412="It changed meanwhile."),
        examples=[example("A new place", {"location": "Providencia"})],
    )
    def patch(self, request: Request, public_id: UUID) -> HttpResponse:
        """Change some fields; tags and owner too."""
        return _change(request, public_id, partial=True)

    @extend_schema(tags=["leads"], operation_id="leads_delete", responses=answers(None, status=204, missing=True))
    def delete(self, request: Request, public_id: UUID) -> HttpResponse:
        """Put the lead into the bin. Admins any lead, agents those they work; everything about it is kept."""
        lead = one(request, public_id)
        if not leads_bin.may_delete(person(request), lead):
            raise PermissionDenied
        leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=actor(request), now=timezone.now())
        return HttpResponse(status=HTTPStatus.NO_CONTENT)


class LeadRestore(APIView):
    """A lead out of the bin."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_restore",
        request=None,
        responses=answers(LeadOut, missing=True, _409=_TAKEN),
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Bring a lead back from the bin, as it was. Nothing is overwritten: a phone given away meanwhile is a 409."""
        lead = leads_bin.inside(person(request)).filter(public_id=public_id).first()
        if lead is None:
            raise Http404
        try:
            leads_bin.restore(lead, by=actor(request), now=timezone.now())
        except leads_bin.Taken as taken:
            raise taken_problem(request, taken.lead.phone_raw, taken.lead.country) from taken
        except Lead.DoesNotExist as gone:
            raise Http404 from gone
        return rows.respond(lead_text(Lead.objects.filter(pk=lead.pk)))


class LeadMerge(APIView):
    """Two leads that are one person."""

    @extend_schema(
        tags=["leads"],
        operation_id="leads_merge",
        request=MergeIn,
        parameters=[_IF_MATCH],
        responses=answers(LeadOut, body=True, missing=True, _412="It changed meanwhile."),
        examples=[example("The other's name", {"other": _OTHER, "choices": {"name": "other"}})],
    )
    def post(self, request: Request, public_id: UUID) -> HttpResponse:
        """Merge `other` into this lead: everything it has moves here, blanks are filled, an opt-out of either holds."""
        kept = one(request, public_id)
        form = MergeIn(data=request.data)
        form.is_valid(raise_exception=True)
        other = one(request, form.validated_data["other"])
        if other.pk == kept.pk:
            raise ValidationError({"other": [_("Es el mismo lead.")]})
        take = {name for name, side in form.validated_data.get("choices", {}).items() if side == "other"}
        version = _if_match(request)
        versions = {} if version is None else {kept.pk: version}
        within = Lead.objects.visible_to(person(request))
        try:
            act.merge(
                kept.pk, other.pk, take=take, within=within, versions=versions, by=actor(request), now=timezone.now()
            )
        except Lead.DoesNotExist as gone:
            raise Http404 from gone
        except leads.Stale as stale:
            detail = _("Alguien cambió este lead mientras tanto.")
            raise Problem(HTTPStatus.PRECONDITION_FAILED, "stale", detail) from stale
        return rows.respond(lead_text(Lead.objects.filter(pk=kept.pk)))


def _gone(request: Request, public_id: UUID) -> Exception:
    """Why there is no such lead: merged, erased, or never there."""
    trace = lead_pages.trace(person(request), public_id)
    if trace is None:
        return Http404()
    if trace.merged_into is None:
        return Problem(HTTPStatus.GONE, "erased", _("Los datos de esta persona se suprimieron."))
    facts = {"merged_into": str(trace.merged_into.public_id)}
    return Problem(HTTPStatus.GONE, "merged", _("Este lead se unió con otro."), facts=facts)


def seen(request: Request, public_id: UUID) -> LeadQuerySet:
    """The lead of that id among those the caller may see: one row, or none."""
    return Lead.objects.visible_to(person(request)).filter(public_id=public_id)


def one(request: Request, public_id: UUID) -> Lead:
    """That lead; raises Http404."""
    lead = seen(request, public_id).first()
    if lead is None:
        raise Http404
    return lead


def owner(request: Request, to: User | None) -> User | None:
    """The person a lead is given to; raises PermissionDenied when it is not the caller's to give to them."""
    if to is not None and not User.objects.candidates(person(request)).filter(pk=to.pk).exists():
        raise PermissionDenied
    return to


def taken_problem(request: Request, phone: str, country: str) -> Problem:
    """409: the phone is another lead's, which is named only to those who may see it."""
    primary = phones.parse(phone, country).primary
    same = Lead.objects.visible_to(person(request)).filter(phone_e164=primary.e164 if primary else "")
    found = same.values_list("public_id", flat=True).first()
    return Problem(
        HTTPStatus.CONFLICT,
        "phone-taken",
        _("Ese teléfono ya es de otro lead."),
        errors={"phone": [_("Ese teléfono ya es de otro lead.")]},
        facts={"existing_lead": str(found) if found else None},
    )


def _checked(request: Request, *, partial: bool = False) -> dict[str, Any]:
    form = LeadIn(data=request.data, partial=partial, context={"user": person(request)})
    form.is_valid(raise_exception=True)
    values: dict[str, Any] = form.validated_data
    return values


def _change(request: Request, public_id: UUID, *, partial: bool) -> HttpResponse:
    lead, values = one(request, public_id), _checked(request, partial=partial)
    by, now = actor(request), timezone.now()
    try:
        with transaction.atomic():  # a phone that is taken must leave owner and tags as they were, too
            changes = columns(values) | _own(values, partial=partial)
            leads.edit(lead, changes, by=by, now=now, version=_if_match(request))
            if "assigned_to" in values:
                leads.assign(Lead.objects.filter(pk=lead.pk), to=owner(request, values["assigned_to"]), by=by, now=now)
            if "referred_by" in values:
                referrals.refer(lead, values["referred_by"], by=by, now=now)
            if "tags" in values:
                leads.set_tags(lead, values["tags"], by=by, now=now)
    except leads.Taken as taken:
        raise taken_problem(request, taken.phone, values.get("country", lead.country)) from taken
    except referrals.Circle as circle:
        raise ValidationError({"referred_by": [_("Se referirían en círculo.")]}) from circle
    except leads.Stale as stale:
        now_is = {"lead": lead_facts(Lead.objects.filter(pk=lead.pk))}
        detail = _("Alguien cambió este lead mientras tanto.")
        raise Problem(HTTPStatus.PRECONDITION_FAILED, "stale", detail, facts=now_is) from stale
    return rows.respond(lead_text(Lead.objects.filter(pk=lead.pk)))


def _own(values: dict[str, Any], *, partial: bool) -> dict[str, Any]:
    """The changes of own fields; a PUT clears those in use that it does not name."""
    if partial and not values.get("custom"):
        return {}
    cleared = {} if partial else {field.key: None for field in custom_fields.definitions()}
    return custom_values.changes(cleared | values["custom"])


def _if_match(request: Request) -> int | None:
    text = request.headers.get("If-Match", "").strip().strip('"')
    if text in {"", "*"}:
        return None
    known = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 -- versions fit into 32 bits
    return int(text) if known else 0  # 0 is never a version: it cannot match
