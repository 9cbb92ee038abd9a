"""The Simulate tab: a day, some leads, and what would become of them."""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from accounts.models import User
from campaigns.forms.simulating import SimulationForm, ids_of
from campaigns.models import Campaign
from campaigns.pages import shell, simulated
from campaigns.simulation import MOST_LEADS, asked, simulate
from core.actors import Actor
from core.htmx import wants_fragment
from crm import search
from crm.models import Lead

_OFFERED = 8
_PAGE = "campaigns/simulate.html"
_PART = "campaigns/simulation.html"


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_simulate(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The form, and below it what comes of it: at once for a hundred leads, by a worker for more."""
    campaign, now = shell.get(public_id), timezone.now()
    form = SimulationForm(request.POST or None, broker=request.broker, now=now)
    picked = request.POST.getlist("lead")
    if request.method != "POST" or not form.is_valid():
        return _shown(request, campaign, {"form": form, "picked": _named(request.user, picked)})
    plan = asked.planned(campaign, form.wish(picked), user=request.user, broker=request.broker, now=now)
    if len(plan.lead_ids) > asked.AT_ONCE:
        job = asked.start(campaign, plan, by=Actor.of(request.user))
        url = reverse("campaigns:simulation", args=[campaign.public_id, job.public_id])
        return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)
    outcome = simulate(campaign, plan)
    context = {"form": form, "picked": _named(request.user, picked)} | simulated.told(outcome, request.user)
    return _shown(request, campaign, context)


@require_safe
def campaign_simulation(request: BrokerRequest, public_id: UUID, job_id: UUID) -> HttpResponse:
    """What a worker is finding out, or found; asks again while it works."""
    campaign = shell.get(public_id)
    job = asked.of_job(campaign, job_id, user=request.user)
    if job is None:
        raise Http404
    outcome = asked.outcome_of(job)
    page, lead = _page_of(request), request.GET.get("lead", "")
    found = simulated.told(outcome, request.user, page=page, lead=lead) if outcome else {}
    form = SimulationForm(broker=request.broker, now=timezone.now())
    return _shown(request, campaign, {"form": form, "picked": [], "job": job, "poll_url": request.path} | found)


@require_safe
def campaign_simulate_leads(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Leads to pick, by what is typed; those that are picked stay in front."""
    campaign = shell.get(public_id)
    text = request.GET.get("lead_q", "").strip()
    picked = _named(request.user, request.GET.getlist("lead"))
    found = search.matching(Lead.objects.visible_to(request.user), text) if text else Lead.objects.none()
    found = found.exclude(pk__in=[lead.pk for lead in picked])
    offered = list(found.order_by(F("last_contact_at").desc(nulls_last=True), "-pk")[:_OFFERED])
    context = {"campaign": campaign, "picked": picked, "offered": offered, "asked": bool(text)}
    return render(request, "campaigns/simulate_leads.html", context)


def _shown(request: BrokerRequest, campaign: Campaign, context: dict[str, Any]) -> HttpResponse:
    if wants_fragment(request):
        return render(request, _PART, {"campaign": campaign} | context)
    return shell.page(request, campaign, "simulate", _PAGE, {"most": MOST_LEADS} | context)


def _named(user: User, texts: list[str]) -> list[Lead]:
    """The leads that were picked, as far as the person sees them."""
    return list(Lead.objects.visible_to(user).filter(public_id__in=ids_of(texts)).order_by("pk")) if texts else []


def _page_of(request: BrokerRequest) -> int:
    text = request.GET.get("page", "1")
    if not text.isascii() or not text.isdigit() or len(text) > len("9999"):
        raise BadRequest
    return max(1, int(text))
