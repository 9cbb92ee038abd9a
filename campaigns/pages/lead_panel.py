"""Campaigns on the page of a lead: in progress, over, and the last steps; entering one, and leaving it."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from campaigns import running, ways
from campaigns.models import Enrollment
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import lead_pages
from crm.models import Lead
from messaging.models import Message


@require_safe
def lead_panel(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The panel alone."""
    return _panel(request, lead_pages.get(request, public_id))


@require_POST
def take_out(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take a lead out of a campaign: nothing further, and what is queued is taken back."""
    visible = Lead.objects.visible_to(request.user)
    rows = Enrollment.objects.filter(lead__in=visible).select_related("campaign", "lead__assigned_to")
    enrollment = get_object_or_404(rows, public_id=public_id)
    out = running.take_out(enrollment, by=Actor.of(request.user), now=timezone.now())
    text = _("Salió de «%(name)s»: no recibe más pasos.") if out else _("Ya no estaba en «%(name)s».")
    return _answer(request, enrollment.lead, text % {"name": enrollment.campaign})


@require_safe
def why_message(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """From a message to why it was written: the trace of its step, else the campaign."""
    visible = Lead.objects.visible_to(request.user)
    log = ways.of_message(get_object_or_404(Message.objects.filter(lead__in=visible), public_id=public_id))
    if log is None:
        raise Http404
    return redirect(ways.trace_url(log) or reverse("campaigns:build", args=[log.campaign.public_id]))


def _answer(request: BrokerRequest, lead: Lead, text: str, *, level: str = "success") -> HttpResponse:
    if not wants_fragment(request):
        return redirect("crm:lead", lead.public_id)
    response = _panel(request, lead)
    toast(response, text, level=level)
    return trigger_client_event(response, "thread:changed") if level == "success" else response


def _panel(request: BrokerRequest, lead: Lead, *, status: int = HTTPStatus.OK) -> HttpResponse:
    found = ways.of(lead)
    with timezone.override(request.broker.zone):
        context = {"lead": lead, "ways": found, "now": timezone.now()}
        return render(request, "campaigns/lead_panel.html", context, status=status)
