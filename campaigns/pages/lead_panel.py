"""Campaigns on the page of a lead: in progress, over, and the last steps; entering one, and leaving it."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from campaigns import applying, reach_words, running, ways
from campaigns.models import Campaign, Enrollment
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
def lead_enroll(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Enroll the lead into a campaign that runs (`campaign`: its public id); 422 with the reason when it may not."""
    lead = lead_pages.get(request, public_id)
    if not request.user.is_admin:
        raise PermissionDenied
    campaign = _campaign(request.POST.get("campaign", ""))
    try:
        done = applying.to_lead(campaign, lead, by=Actor.of(request.user), now=timezone.now())
    except applying.Refused as refusal:
        text = _("No entró a «%(name)s»: %(why)s.") % {"name": campaign, "why": reach_words.line(refusal.code)}
        return _answer(request, lead, text, level="warning")
    text = _("Entró a «%(name)s».") if done.made else _("Ya estaba en «%(name)s».")
    return _answer(request, lead, text % {"name": campaign})


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


def _campaign(word: str) -> Campaign:
    try:
        wanted = UUID(word)
    except ValueError:
        raise Http404 from None
    return get_object_or_404(Campaign, public_id=wanted)


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
        context["offered"] = ways.offered(found) if request.user.is_admin else []
        return render(request, "campaigns/lead_panel.html", context, status=status)
