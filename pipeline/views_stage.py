"""The stages of one lead, a part of its page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from crm.models import Lead
from pipeline import visits


@require_safe
def lead_stage(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The eight stages with the time spent in each, and the way to another."""
    lead = get_object_or_404(Lead.objects.visible_to(request.user), public_id=public_id)
    return render(request, "pipeline/stage.html", visits.context(lead, now=timezone.now()))
