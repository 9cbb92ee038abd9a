"""A step in its drawer, put in or changed, with what a lead would get. Without scripts the drawer is a page."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import BrokerRequest
from accounts.models import User
from accounts.roles import admin_only
from campaigns import steps
from campaigns.forms.editor import Editor, Offers
from campaigns.models import Campaign, Step
from campaigns.pages import preview, shell
from campaigns.pages.step_acts import changed, step_of
from core.actors import Actor
from core.htmx import wants_fragment
from crm.models import Tag
from templates_app import pages as template_pages


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def step_new(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A new step at the place `at` of the address; last where it says none."""
    campaign = shell.get(public_id)
    there = steps.of(campaign)
    place = _place(request, len(there))
    offers = _offers(request, campaign, there[: place - 1])
    url = f"{reverse('campaigns:step-new', args=[public_id])}?at={place}"
    if request.method != "POST":
        return _drawer(request, offers, offers.stored(None), preview.Draft.stored(None), place=place, url=url)
    if request.POST.keys() & {"refresh", "drop"}:
        return _fields(request, offers, place=place, url=url)
    editor = offers.sent(request.POST)
    if editor.is_valid():
        try:
            steps.add(campaign, editor.wanted(), at=place, by=Actor.of(request.user), now=timezone.now())
        except ValidationError as error:
            editor.refuse(error)
        else:
            return changed(request, campaign, _("Paso agregado."))
    return _refused(request, offers, editor, place=place, url=url)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def step_edit(request: BrokerRequest, public_id: UUID, step_id: UUID) -> HttpResponse:
    """A step, to be changed where it is."""
    campaign = shell.get(public_id)
    there = steps.of(campaign)
    step = step_of(there, step_id)
    place = step.number or 0
    offers = _offers(request, campaign, there[: place - 1])
    url = reverse("campaigns:step", args=[public_id, step_id])
    if request.method != "POST":
        return _drawer(
            request, offers, offers.stored(step), preview.Draft.stored(step), place=place, url=url, step=step
        )
    if request.POST.keys() & {"refresh", "drop"}:
        return _fields(request, offers, place=place, url=url)
    editor = offers.sent(request.POST)
    if editor.is_valid():
        try:
            steps.change(step, editor.wanted(), by=Actor.of(request.user), now=timezone.now())
        except ValidationError as error:
            editor.refuse(error)
        else:
            return changed(request, campaign, _("Guardado."))
    return _refused(request, offers, editor, place=place, url=url, step=step)


@require_POST
@admin_only
def step_preview(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What is written so far on the chosen lead."""
    campaign = shell.get(public_id)
    place = _place(request, steps.MOST)
    offers = _offers(request, campaign, steps.of(campaign)[: place - 1])
    draft = preview.Draft.typed(offers.sent(request.POST), offers)
    shown = preview.of(request, draft, offers, lead_id=request.POST.get("lead", ""), now=timezone.now())
    return render(request, "campaigns/step_preview.html", {"preview": shown})


def _drawer(
    request: BrokerRequest,
    offers: Offers,
    editor: Editor,
    draft: preview.Draft,
    *,
    place: int,
    url: str,
    step: Step | None = None,
) -> HttpResponse:
    shown = preview.of(request, draft, offers, lead_id=request.POST.get("lead", ""), now=timezone.now())
    context = _told(offers, place) | {
        "step": step,
        "url": url,
        "editor": editor,
        "conditions": offers.another(editor) if editor.form.is_bound else editor.conditions,
        "preview": shown,
        "lead": shown.lead,
        "leads": template_pages.leads_to_try(request.user, also=shown.lead),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if editor.form.is_bound else HTTPStatus.OK
    if wants_fragment(request):
        return render(request, "campaigns/step_drawer.html", context, status=status)
    return shell.page(request, offers.campaign, "build", "campaigns/step_page.html", context, status=status)


def _refused(
    request: BrokerRequest, offers: Offers, editor: Editor, *, place: int, url: str, step: Step | None = None
) -> HttpResponse:
    draft = preview.Draft.typed(editor, offers)
    return _drawer(request, offers, editor, draft, place=place, url=url, step=step)


def _fields(request: BrokerRequest, offers: Offers, *, place: int, url: str) -> HttpResponse:
    """The fields again, as the action and the kinds of conditions want them now."""
    editor = offers.typed(request.POST)
    if not wants_fragment(request):
        return _drawer(request, offers, editor, preview.Draft.stored(None), place=place, url=url)
    context = {"editor": editor, "conditions": editor.conditions, "url": url, "tags": offers.tags, "fresh": True}
    return render(request, "campaigns/step_fields.html", context)


def _told(offers: Offers, place: int) -> dict[str, Any]:
    """Whom a step at this place is for, while the campaign runs."""
    campaign = offers.campaign
    runs = campaign.activated_at is not None
    reach, past = steps.waiting(campaign, place) if runs else (0, 0)
    return {"campaign": campaign, "place": place, "runs": runs, "reach": reach, "past": past, "tags": offers.tags}


def _offers(request: BrokerRequest, campaign: Campaign, before: list[Step]) -> Offers:
    people = list(User.objects.candidates(request.user).order_by("name", "email"))
    return Offers(campaign, people, list(Tag.objects.order_by("name")[:200]), before)


def _place(request: BrokerRequest, last: int) -> int:
    text = request.GET.get("at", "") or request.POST.get("at", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else last + 1  # noqa: PLR2004 -- of one that fits
    return min(max(1, number), last + 1)
