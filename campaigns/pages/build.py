"""The steps of a campaign, one below the other."""

from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from campaigns import phrases, steps
from campaigns.pages import shell


@require_safe
def campaign_build(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What brings leads in, and what is done with them."""
    campaign = shell.get(public_id)
    context = {"trigger": phrases.trigger(campaign), "steps": steps.of(campaign)}
    return shell.page(request, campaign, "build", "campaigns/build.html", context)
