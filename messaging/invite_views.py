"""The lead's page: by which Telegram they are known, and the link that invites them."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import wants_fragment
from crm import lead_pages
from crm.models import Lead
from messaging import identities
from messaging.models import BindingLink, ChannelIdentity


@require_safe
def telegram(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The panel; nothing where the brokerage has no bot."""
    lead = lead_pages.get(request, public_id)
    if not identities.bots():
        return HttpResponse()
    return render(request, "messaging/telegram.html", _context(lead))


@require_POST
def invite(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Make a link, and show it: only now, for it is not kept."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    bots = identities.bots()
    if not bots or not wants_fragment(request):
        return redirect("crm:lead", lead.public_id)
    link = identities.invite(lead, bots[0], by=Actor.of(request.user), now=now)
    return render(request, "messaging/telegram.html", _context(lead) | {"link": link})


def _context(lead: Lead) -> dict[str, Any]:
    known = ChannelIdentity.objects.filter(lead=lead, account__channel="telegram").order_by("bound_at")
    open_one = BindingLink.objects.filter(lead=lead, used_at=None, expires_at__gt=timezone.now()).order_by("-pk")
    return {"lead": lead, "known": list(known), "open": open_one.first(), "link": ""}
