"""Whom a campaign is for: the filters, how many that is, and who stays out and why."""

from copy import copy
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from campaigns import drafting, phrases, reach, reach_words
from campaigns.drafting import Wanted
from campaigns.forms.audience import AudienceBar
from campaigns.models import Campaign
from campaigns.pages import shell
from core.actors import Actor
from crm.models import Lead
from crm.next_steps import NextStep


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_audience(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The filters with what they leave; agents read it."""
    campaign, now = shell.get(public_id), timezone.now()
    if request.method != "POST":
        return _page(request, campaign, AudienceBar.stored(campaign.audience, now=now), {}, now)
    if not request.user.is_admin:
        raise PermissionDenied
    bar = AudienceBar.over_all(_typed(request), now=now)
    wanted = replace(Wanted.of(campaign), audience=bar.audience)
    try:
        drafting.change(campaign, wanted, by=Actor.of(request.user), now=now)
    except ValidationError as error:
        return _page(request, campaign, bar, _errors(error), now)
    messages.success(request, _("Guardado."))
    return redirect("campaigns:audience", public_id)


@require_POST
@admin_only
def audience_count(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What is chosen so far would leave so many."""
    campaign, now = shell.get(public_id), timezone.now()
    bar = AudienceBar.over_all(_typed(request), now=now)
    return render(request, "campaigns/audience_count.html", _counted(request, campaign, bar, now))


def _page(
    request: BrokerRequest, campaign: Campaign, bar: AudienceBar, errors: dict[str, list[str]], now: datetime
) -> HttpResponse:
    context = {
        "bar": bar,
        "groups": [
            (group, errors.get(group.name, []), any(chosen for *_, chosen in group.offers)) for group in bar.groups()
        ],
        "owners": bar.owners(),
        "next_steps": NextStep.choices,
        "errors": [f"{name}: {text}" for name, texts in errors.items() for text in texts],
        **_counted(request, campaign, bar, now),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
    return shell.page(request, campaign, "audience", "campaigns/audience.html", context, status=status)


def _counted(request: BrokerRequest, campaign: Campaign, bar: AudienceBar, now: datetime) -> dict[str, Any]:
    """Who would enter now and who would not and why; nothing while the filters are not valid. An agent's own leads."""
    if bar.errors:
        return {"reach": None, "wrong": bar.errors}
    meant = copy(campaign)
    meant.audience = bar.audience
    seen = None if request.user.is_admin else Lead.objects.visible_to(request.user)
    found = reach.of(meant, now=now, seen=seen)
    out = [(reach_words.line(code), number) for code, number in found.out.items()]
    return {"reach": found, "out": out, "trigger": phrases.trigger(campaign), "meant": meant}


def _typed(request: BrokerRequest) -> QueryDict:
    """The filters that were sent, without the blanks; those of the form itself are no filters."""
    found = request.POST.copy()
    found.pop("csrfmiddlewaretoken", None)
    return found


def _errors(error: ValidationError) -> dict[str, list[str]]:
    if not hasattr(error, "error_dict"):
        return {"": list(error.messages)}
    return {name.removeprefix("audience."): texts for name, texts in error.message_dict.items()}
