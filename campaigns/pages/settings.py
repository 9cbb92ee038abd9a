"""The settings of a campaign."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import BrokerRequest
from campaigns import drafting
from campaigns.forms.settings import SettingsForm
from campaigns.forms.telling import tell
from campaigns.models import Campaign
from campaigns.pages import shell
from core.actors import Actor


@require_http_methods(["GET", "HEAD", "POST"])
def campaign_settings(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What brings leads in, when they leave, when it writes, and how much; agents read it."""
    campaign = shell.get(public_id)
    if request.method == "POST":
        if not request.user.is_admin:
            raise PermissionDenied
        form = SettingsForm.of(campaign, request.POST)
        if form.is_valid() and _stored(request, campaign, form):
            messages.success(request, _("Guardado."))
            return redirect("campaigns:settings", public_id)
        return _page(request, campaign, form)
    return _page(request, campaign, SettingsForm.of(campaign))


def _stored(request: BrokerRequest, campaign: Campaign, form: SettingsForm) -> bool:
    """Whether it was stored; what is wrong is said at the form's fields."""
    try:
        drafting.change(campaign, form.wanted(campaign), by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        tell(form, error)
        return False
    return True


def _page(request: BrokerRequest, campaign: Campaign, form: SettingsForm) -> HttpResponse:
    if not shell.may_change(request, campaign):
        for field in form.fields.values():
            field.disabled = True
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return shell.page(request, campaign, "settings", "campaigns/settings.html", {"form": form}, status=status)
