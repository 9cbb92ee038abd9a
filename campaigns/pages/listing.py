"""The list of campaigns, and beginning a new one."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from campaigns import drafting, phrases
from campaigns.enums import CampaignStatus, EnrollmentStatus
from campaigns.forms.naming import NamingForm
from campaigns.forms.telling import tell
from campaigns.models import Campaign, Enrollment, Step
from core import keyset
from core.actors import Actor
from core.dialogs import FormPage
from core.htmx import wants_fragment

_SIZE = 50
_LATEST = keyset.Order("latest", "updated_at", descending=True, timed=True)


@require_safe
def campaign_list(request: BrokerRequest) -> HttpResponse:
    """The campaigns, those changed last first; `status` and `show=archived` in the address choose."""
    status, archived = request.GET.get("status", ""), request.GET.get("show") == "archived"
    found = Campaign.objects.filter(archived_at__isnull=not archived)
    if status in CampaignStatus.values:
        found = found.filter(status=status)
    try:
        page = keyset.page(found, _LATEST, cursor=request.GET.get("cursor", ""), size=_SIZE)
    except keyset.BadCursor:
        page = keyset.page(found, _LATEST, size=_SIZE)
    context = {
        "rows": _rows(page.rows),
        "next": page.next,
        "status": status,
        "archived": archived,
        "statuses": CampaignStatus.choices,
        "is_on": status in CampaignStatus.values,
    }
    part = "results" if wants_fragment(request) else "list"
    return render(request, f"campaigns/{part}.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def campaign_new(request: BrokerRequest) -> HttpResponse:
    """A new draft."""
    form = NamingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = drafting.create(form.wanted(), by=Actor.of(request.user), now=timezone.now())
        except ValidationError as error:
            tell(form, error)
        else:
            url = reverse("campaigns:build", args=[made.public_id])
            return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)
    page = FormPage(
        "campaigns/naming_fields.html",
        heading=_("Nueva campaña"),
        submit=_("Crear"),
        action=reverse("campaigns:new"),
        back=reverse("campaigns:list"),
    )
    return page.render(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK)


def _rows(campaigns: Sequence[Campaign]) -> list[dict[str, Any]]:
    """What a row shows: two statements for however many."""
    steps = Step.objects.filter(campaign__in=campaigns, number__isnull=False).order_by().values_list("campaign")
    leads = Enrollment.objects.filter(campaign__in=campaigns).order_by().values_list("campaign")
    active = Count("pk", filter=Q(status=EnrollmentStatus.ACTIVE))
    steps_of = dict(steps.annotate(n=Count("pk")))
    leads_of = {key: (now, all_of_them) for key, now, all_of_them in leads.annotate(now=active, all=Count("pk"))}
    return [
        {
            "campaign": each,
            "trigger": phrases.trigger(each),
            "steps": steps_of.get(each.pk, 0),
            "under_way": leads_of.get(each.pk, (0, 0))[0],
            "entered": leads_of.get(each.pk, (0, 0))[1],
        }
        for each in campaigns
    ]
