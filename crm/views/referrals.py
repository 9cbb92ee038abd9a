"""Referrals of a lead: the panel of its page, and saying who sent them."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import wants_fragment
from crm import lead_pages, referrals
from crm.models import Lead

_UNPROCESSABLE = 422


@require_safe
def lead_referrals(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The panel alone, after something changed."""
    lead = lead_pages.get(request, public_id)
    return render(request, "crm/referrals.html", {"lead": lead, "referrals": referrals.panel(lead, request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def lead_referrer(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Find (`q`) and name (`to`: a public id, or "") the lead who referred this one."""
    lead = lead_pages.get(request, public_id)
    if request.method != "POST":
        return _pick(request, lead)
    to = _named(request, request.POST.get("to", ""))
    try:
        referrals.refer(lead, to, by=Actor.of(request.user), now=timezone.now())
    except referrals.Circle:
        return _pick(request, lead, trouble=_("Se referirían en círculo: esa persona llegó por este mismo lead."))
    url = reverse("crm:lead", args=[lead.public_id])
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def _pick(request: BrokerRequest, lead: Lead, *, trouble: str = "") -> HttpResponse:
    text = request.GET.get("q", "")
    context = {
        "lead": lead,
        "q": text[:100],
        "found": referrals.candidates(lead, request.user, text),
        "trouble": trouble,
        "referrer_url": reverse("crm:lead-referrer", args=[lead.public_id]),
    }
    status = _UNPROCESSABLE if trouble else 200
    if wants_fragment(request) and "q" in request.GET:
        return render(request, "crm/referrer_found.html", context, status=status)
    template = "crm/referrer_dialog.html" if wants_fragment(request) else "crm/referrer_page.html"
    return render(request, template, context, status=status)


def _named(request: BrokerRequest, text: str) -> Lead | None:
    """The lead of a public id among those the person sees, None for "". Raises Http404."""
    if not text:
        return None
    try:
        found = Lead.objects.visible_to(request.user).filter(public_id=UUID(text)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return found
