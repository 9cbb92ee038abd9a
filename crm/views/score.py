"""Why a lead has its score: the popover of its number."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from crm import lead_pages
from crm.scoring import explaining


@require_safe
def lead_score(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What makes the score, what lacks, and what would raise it."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    return render(request, "crm/score.html", {"lead": lead, "told": explaining.explain(lead, now=now), "now": now})
