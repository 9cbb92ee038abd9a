"""What is done to a campaign as a whole beside its status: copied, put away, brought back, deleted."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from campaigns import drafting
from campaigns.forms.removing import SureForm
from campaigns.pages import shell
from campaigns.pages.status import back_to
from core.actors import Actor
from core.dialogs import FormPage


@require_POST
@admin_only
def campaign_duplicate(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A draft like it."""
    copy = drafting.duplicate(shell.get(public_id), by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("Esta es la copia: cámbiala como quieras."))
    return redirect("campaigns:build", copy.public_id)


@require_POST
@admin_only
def campaign_archive(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Out of the list."""
    campaign = shell.get(public_id)
    try:
        drafting.archive(campaign, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("campaigns:build", public_id)
    messages.success(request, _("«%(name)s» quedó archivada.") % {"name": campaign.name})
    return redirect("campaigns:list")


@require_POST
@admin_only
def campaign_restore(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Back in the list."""
    campaign = shell.get(public_id)
    drafting.restore(campaign, by=Actor.of(request.user))
    messages.success(request, _("«%(name)s» está en la lista otra vez.") % {"name": campaign.name})
    return redirect("campaigns:build", public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def campaign_delete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Delete a draft for good."""
    campaign = shell.get(public_id)
    form = SureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            drafting.remove(campaign, by=Actor.of(request.user))
        except drafting.NotADraft:
            messages.error(request, _("Ya se activó: se puede archivar, pero no eliminar."))
            return back_to(request, reverse("campaigns:build", args=[public_id]))
        messages.success(request, _("Campaña eliminada."))
        return back_to(request, reverse("campaigns:list"))
    page = FormPage(
        "campaigns/delete_fields.html",
        heading=_("Eliminar la campaña"),
        submit=_("Eliminar"),
        action=reverse("campaigns:delete", args=[public_id]),
        back=reverse("campaigns:build", args=[public_id]),
        danger=True,
    )
    return page.render(request, form, campaign=campaign)
