"""Activated after a review, paused at once, resumed with an answer for what is overdue, completed for good."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from campaigns import review, running
from campaigns.enums import CampaignStatus, EnrollmentStatus, Overdue
from campaigns.forms.removing import SureForm
from campaigns.forms.status import ActivateForm, ResumeForm
from campaigns.models import Campaign, Enrollment
from campaigns.pages import shell
from campaigns.running import NotNow, NotReady
from core.actors import Actor
from core.dialogs import FormPage
from core.htmx import wants_fragment


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def campaign_activate(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The review, and the beginning."""
    campaign, now = shell.get(public_id), timezone.now()
    if campaign.status != CampaignStatus.DRAFT or campaign.archived_at is not None:
        return _not_now(request, campaign)
    found = review.of(campaign, now=now)
    form = ActivateForm(request.POST or None, enters=found.enters)
    if request.method == "POST" and form.is_valid() and not found.problems:
        return _done(request, campaign, _("Campaña activada."), lambda by: running.activate(campaign, by=by, now=now))
    most = max((day.sent for day in found.days), default=0)
    return _ask(request, campaign, form, "activate", _("Revisar y activar"), _("Activar"), review=found, most=most)


@require_POST
@admin_only
def campaign_pause(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Nothing more leaves until it is resumed."""
    campaign = shell.get(public_id)
    text = _("Campaña pausada: nada más sale, tampoco lo que estaba en cola.")
    return _done(request, campaign, text, lambda by: running.pause(campaign, by=by, now=timezone.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def campaign_resume(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Go on, with an answer for what fell due meanwhile."""
    campaign, now = shell.get(public_id), timezone.now()
    if campaign.status != CampaignStatus.PAUSED:
        return _not_now(request, campaign)
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answer = Overdue(form.cleaned_data["overdue"])
        return _done(
            request,
            campaign,
            _("Campaña reanudada."),
            lambda by: running.resume(campaign, overdue=answer, by=by, now=now),
        )
    late = running.late(campaign, now=now)
    return _ask(request, campaign, form, "resume", _("Reanudar la campaña"), _("Reanudar"), late=late)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def campaign_complete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """End it for everybody, once it was said for how many."""
    campaign = shell.get(public_id)
    if campaign.status not in {CampaignStatus.ACTIVE, CampaignStatus.PAUSED}:
        return _not_now(request, campaign)
    form = SureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        ended = _("Campaña terminada.")
        return _done(request, campaign, ended, lambda by: running.complete(campaign, by=by, now=timezone.now()))
    under_way = Enrollment.objects.filter(campaign=campaign, status=EnrollmentStatus.ACTIVE).count()
    return _ask(
        request, campaign, form, "complete", _("Terminar la campaña"), _("Terminar"), danger=True, under_way=under_way
    )


def _done(request: BrokerRequest, campaign: Campaign, text: str, act: Any) -> HttpResponse:  # noqa: ANN401 -- an act by an actor
    """Do it and go to the steps; a campaign that is no longer as the page thought says so."""
    try:
        act(Actor.of(request.user))
    except NotNow as error:
        return _not_now(request, campaign, CampaignStatus(error.status))
    except NotReady as error:
        messages.error(request, " ".join(str(problem) for problem in error.problems))
    else:
        messages.success(request, text)
    return back_to(request, reverse("campaigns:build", args=[campaign.public_id]))


def _not_now(request: BrokerRequest, campaign: Campaign, status: CampaignStatus | None = None) -> HttpResponse:
    state = (status or CampaignStatus(campaign.status)).label
    messages.warning(request, _("No se puede ahora: la campaña está «%(state)s».") % {"state": state})
    return back_to(request, reverse("campaigns:build", args=[campaign.public_id]))


def back_to(request: BrokerRequest, url: str) -> HttpResponse:
    """To a page, from a dialog too."""
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def _ask(
    request: BrokerRequest,
    campaign: Campaign,
    form: Form,
    name: str,
    heading: str,
    submit: str,
    *,
    danger: bool = False,
    **context: Any,  # noqa: ANN401
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    inside = wants_fragment(request)
    page = FormPage(
        f"campaigns/{name}_fields.html",
        heading=heading if inside else f"{heading}: {campaign.name}",  # a dialog has the campaign behind it
        submit=submit,
        action=reverse(f"campaigns:{name}", args=[campaign.public_id]),
        back=reverse("campaigns:build", args=[campaign.public_id]),
        danger=danger,
    )
    if name == "activate":
        shown = {"page": page, "form": form, "action": page.action, "dialog_class": "c-dialog--wide"}
        shown |= {"campaign": campaign, **context}
        template = "campaigns/activate_dialog.html" if inside else "campaigns/activate_page.html"
        return render(request, template, shown, status=status)
    return page.render(request, form, status=status, campaign=campaign, **context)
