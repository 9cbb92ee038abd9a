"""What every page of a campaign has: its name, its status, what may be done with it, and its tabs."""

from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.http import BrokerRequest
from campaigns.enums import CampaignStatus
from campaigns.models import Campaign

_TABS: tuple[tuple[str, str | Promise], ...] = (
    ("build", _("Pasos")),
    ("audience", _("A quiénes")),
    ("simulate", _("Simular")),
    ("settings", _("Ajustes")),
    ("results", _("Resultados")),
    ("log", _("Bitácora")),
)


class Tab(NamedTuple):
    """A tab: its name is its page's in `campaigns.urls` and its template's."""

    name: str
    label: str | Promise
    url: str


def get(public_id: UUID) -> Campaign:
    """The campaign an address names; 404 where there is none."""
    found: Campaign = get_object_or_404(Campaign.objects.select_related("scope"), public_id=public_id)
    return found


def may_change(request: BrokerRequest, campaign: Campaign) -> bool:
    """Whether this person may change it now; whoever may not sees it without what would."""
    over = campaign.status == CampaignStatus.COMPLETED or campaign.archived_at is not None
    return request.user.is_admin and not over


def page(
    request: BrokerRequest,
    campaign: Campaign,
    tab: str,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A tab's page: `template` extends `campaigns/page.html` and fills its block `section`."""
    shown = {"campaign": campaign, "tab": tab, "tabs": tabs(campaign), "may_change": may_change(request, campaign)}
    return render(request, template, shown | context, status=status)


def tabs(campaign: Campaign) -> list[Tab]:
    """The tabs whose page there is."""
    found = [Tab(name, label, url_of(name, campaign)) for name, label in _TABS]
    return [tab for tab in found if tab.url]


def url_of(name: str, campaign: Campaign) -> str:
    """The address of one of its pages; "" where there is no such page."""
    try:
        return reverse(f"campaigns:{name}", args=[campaign.public_id])
    except NoReverseMatch:
        return ""
