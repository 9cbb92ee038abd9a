"""Meetings on the page of a lead: agree, move, confirm, call off, say what came of it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from appointments import pages, visits
from appointments.enums import AppointmentType
from appointments.forms import CancelForm, VisitForm
from appointments.models import Appointment
from core.actors import Actor
from core.dialogs import FormPage
from core.htmx import toast, wants_fragment
from crm import lead_pages
from crm.models import Lead

_UNPROCESSABLE = 422
_FIELDS: dict[type[Exception], str] = {visits.Clash: "starts_at", visits.CannotSee: "agent"}
"""The field a refusal is about; the others concern the whole."""


@require_safe
def lead_visits(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The panel of a lead's meetings."""
    lead = lead_pages.get(request, public_id)
    with timezone.override(request.broker.zone):
        return render(request, "appointments/visits.html", pages.panel(request, lead, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def visit_new(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Agree on a meeting, in a dialog."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    people = pages.hosts(lead, request.user)
    page = _page(_("Agendar visita"), _("Agendar"), request.path, lead)
    with timezone.override(request.broker.zone):
        if request.method != "POST":
            form = VisitForm(initial=_start(request, lead, now), people=people)
            return page.render(request, form, lead=lead, zone=pages.zone_words(request, now))
        form = VisitForm(request.POST, people=people)
        return _kept(request, form, page, lead, lambda: _schedule(request, lead, form, now))


@require_http_methods(["GET", "HEAD", "POST"])
def visit_edit(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Another time, place or person."""
    visit, now = pages.get(request, public_id), timezone.now()
    lasting = int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    people = pages.hosts(visit.lead, request.user, having=visit.agent)
    page = _page(_("Cambiar visita"), _("Guardar"), request.path, visit.lead)
    with timezone.override(request.broker.zone):
        if request.method != "POST":
            form = VisitForm(initial=_initial(visit, lasting), people=people, lasting=lasting)
            return page.render(request, form, lead=visit.lead, zone=pages.zone_words(request, now))
        form = VisitForm(request.POST, people=people, lasting=lasting)
        by = Actor.of(request.user)
        return _kept(request, form, page, visit.lead, lambda: visits.change(visit, form.values(), by=by, now=now))


@require_http_methods(["GET", "HEAD", "POST"])
def visit_cancel(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Call a meeting off, with a reason."""
    visit = pages.get(request, public_id)
    page = FormPage(
        "appointments/cancel_fields.html",
        _("Cancelar visita"),
        _("Cancelar la visita"),
        request.path,
        reverse("crm:lead", args=[visit.lead.public_id]),
        danger=True,
    )
    form = CancelForm(request.POST if request.method == "POST" else None)
    with timezone.override(request.broker.zone):
        if request.method != "POST" or not form.is_valid():
            return page.render(request, form, visit=visit, status=_UNPROCESSABLE if form.errors else 200)
        reason = form.cleaned_data["reason"]
        by, now = Actor.of(request.user), timezone.now()
        return _done(request, visit, lambda: visits.cancel(visit, by=by, now=now, reason=reason))


@require_POST
def visit_confirm(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The lead said it comes."""
    return _act(request, public_id, visits.confirm)


@require_POST
def visit_complete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """It took place."""
    return _act(request, public_id, visits.complete)


@require_POST
def visit_no_show(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The lead did not come."""
    return _act(request, public_id, visits.no_show)


def _act(request: BrokerRequest, public_id: UUID, act: Callable[..., Appointment]) -> HttpResponse:
    visit = pages.get(request, public_id)
    with timezone.override(request.broker.zone):
        return _done(request, visit, lambda: act(visit, by=Actor.of(request.user), now=timezone.now()))


def _done(request: BrokerRequest, visit: Appointment, act: Callable[[], Appointment]) -> HttpResponse:
    """Do it, and say what it is now, or why it could not be."""
    undo = ""
    try:
        done = act()
    except pages.Trouble as error:
        text, level = pages.trouble_words(error, request.user), "error"
    else:
        text, level = _("Visita: %(status)s.") % {"status": done.get_status_display().lower()}, "success"
        undo = reverse("crm:action-undo", args=[done.closing.public_id]) if done.closing else ""
    if not wants_fragment(request):
        constant = messages.SUCCESS if level == "success" else messages.ERROR
        messages.add_message(request, constant, text, extra_tags=undo)
        return redirect("crm:lead", visit.lead.public_id)
    return _news(text, level, undo=undo)


def _kept(
    request: BrokerRequest, form: VisitForm, page: FormPage, lead: Lead, keep: Callable[[], Appointment]
) -> HttpResponse:
    """Store what the form says, or show it again with what is wrong."""
    if form.is_valid():
        try:
            visit = keep()
        except pages.Trouble as error:
            form.add_error(_FIELDS.get(type(error)), pages.trouble_words(error, request.user))
        else:
            if not wants_fragment(request):
                return redirect("crm:lead", lead.public_id)
            return _news(_("Visita agendada: %(when)s.") % {"when": _when(visit.starts_at)}, "success")
    shown = {"lead": lead, "zone": pages.zone_words(request, timezone.now())}
    return page.render(request, form, status=_UNPROCESSABLE, **shown)


def _news(text: str, level: str, *, undo: str = "") -> HttpResponse:
    response = HttpResponse(status=204)
    toast(response, text, level=level, undo_url=undo)
    for event in ("modal:close", "visits:changed", "lead:changed"):
        trigger_client_event(response, event)
    return response


def _schedule(request: BrokerRequest, lead: Lead, form: VisitForm, now: datetime) -> Appointment:
    return visits.schedule(lead, form.slot(), by=Actor.of(request.user), now=now)


def _page(heading: str, submit: str, action: str, lead: Lead) -> FormPage:
    back = reverse("crm:lead", args=[lead.public_id])
    return FormPage("appointments/visit_fields.html", heading, submit, action, back)


def _start(request: BrokerRequest, lead: Lead, now: datetime) -> dict[str, Any]:
    """Tomorrow at eleven, where the flat is that was asked about, with who has the lead."""
    tomorrow = timezone.localtime(now).replace(tzinfo=None, hour=11, minute=0, second=0, microsecond=0) + timedelta(1)
    agent = lead.assigned_to if lead.assigned_to and request.user.is_admin else request.user
    return {
        "type": AppointmentType.PROPERTY_VISIT,
        "starts_at": timezone.make_aware(tomorrow),
        "minutes": 60,
        "agent": str(agent.public_id),
        "place": lead.property_ref[:200],
    }


def _initial(visit: Appointment, lasting: int) -> dict[str, Any]:
    return {
        "type": visit.type,
        "starts_at": visit.starts_at,
        "minutes": lasting,
        "agent": str(visit.agent.public_id) if visit.agent else "",
        "place": visit.place,
        "note": visit.note,
    }


def _when(at: datetime) -> str:
    return date_format(timezone.localtime(at), _("D j b, H:i"))
