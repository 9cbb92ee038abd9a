"""What is done to a step where it stands: moved, taken out."""

from http import HTTPStatus
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from campaigns import steps
from campaigns.enums import EnrollmentStatus
from campaigns.forms.removing import SureForm
from campaigns.models import Campaign, Enrollment, Step
from campaigns.pages import shell
from core.actors import Actor
from core.dialogs import FormPage
from core.htmx import toast, wants_fragment


@require_POST
@admin_only
def step_move(request: BrokerRequest, public_id: UUID, step_id: UUID) -> HttpResponse:
    """One place up, or down."""
    campaign = shell.get(public_id)
    order = [each.public_id for each in steps.of(campaign)]
    if step_id not in order:
        raise Http404
    at = order.index(step_id)
    to = at - 1 if request.POST.get("to") == "up" else at + 1
    if not 0 <= to < len(order):
        return changed(request, campaign)
    order[at], order[to] = order[to], order[at]
    try:
        steps.reorder(campaign, order, by=Actor.of(request.user), now=timezone.now())
    except ValidationError as error:
        return changed(request, campaign, " ".join(error.messages), level="error")
    return changed(request, campaign)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def step_delete(request: BrokerRequest, public_id: UUID, step_id: UUID) -> HttpResponse:
    """Take a step out, once it was said who stands there."""
    campaign = shell.get(public_id)
    step = step_of(steps.of(campaign), step_id)
    form = SureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            moved = steps.remove(step, by=Actor.of(request.user), now=timezone.now())
        except ValidationError as error:
            return changed(request, campaign, " ".join(error.messages), level="error")
        text = ngettext(
            "Paso quitado; %(n)s lead siguió al siguiente.", "Paso quitado; %(n)s leads siguieron al siguiente.", moved
        )
        return changed(request, campaign, text % {"n": moved} if moved else _("Paso quitado."))
    page = FormPage(
        "campaigns/step_delete_fields.html",
        heading=_("Quitar el paso %(n)s") % {"n": step.number},
        submit=_("Quitar"),
        action=reverse("campaigns:step-delete", args=[public_id, step_id]),
        back=reverse("campaigns:build", args=[public_id]),
        danger=True,
    )
    standing = Enrollment.objects.filter(next_step=step, status=EnrollmentStatus.ACTIVE).count()
    return page.render(request, form, step=step, standing=standing)


def changed(request: BrokerRequest, campaign: Campaign, text: str = "", *, level: str = "success") -> HttpResponse:
    """The steps are others now: the page asks for them again and the drawer closes."""
    if not wants_fragment(request):
        return redirect("campaigns:build", campaign.public_id)
    response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if text:
        toast(response, text, level=level)
    for event in ("modal:close", "campaign:changed"):
        trigger_client_event(response, event)
    return response


def step_of(there: list[Step], step_id: UUID) -> Step:
    """The step an address names; 404 for one that is not, or no longer, among them."""
    found = next((each for each in there if each.public_id == step_id), None)
    if found is None:
        raise Http404
    return found
