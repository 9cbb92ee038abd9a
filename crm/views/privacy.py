"""What a person may ask for, done by those who run the brokerage: their data as a file, and erasing them."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import step_up
from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from crm.forms.privacy import EraseForm
from crm.models import Lead
from crm.privacy import erasing, taking

_UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def personal_data(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What can be done with a person's data; a POST erases them, after a step-up and their name typed once more."""
    lead = _lead(public_id)
    form = EraseForm(request.POST or None, lead=lead)
    if request.method != "POST" or not form.is_valid():
        status = 200 if request.method != "POST" else _UNPROCESSABLE
        return render(request, "crm/personal_data.html", {"lead": lead, "form": form}, status=status)
    if not step_up.is_confirmed(request):
        messages.info(request, _("Confirma que eres tú y vuelve a pedirlo."))
        return step_up.confirm(request, back=request.path)
    try:
        erasing.erase(lead, reason=form.cleaned_data["reason"], by=Actor.of(request.user), now=timezone.now())
    except Lead.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, _("Listo: sus datos se suprimieron en todas partes."))
    return redirect("crm:lead-list")


@require_POST
@admin_only
def personal_export(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Ask for everything about a person as a file."""
    lead = _lead(public_id)
    back = reverse("crm:personal-data", args=[lead.public_id])
    if not step_up.is_confirmed(request):
        messages.info(request, _("Confirma que eres tú y vuelve a pedir el archivo."))
        return step_up.confirm(request, back=back)
    taking.start(lead, user=request.user, now=timezone.now())
    messages.success(request, _("Preparando el archivo. Aparecerá abajo a la derecha."))
    return redirect(back)


@require_safe
def personal_file(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The file, for the person who asked for it, while it is kept."""
    found = taking.kept(request.user, public_id, now=timezone.now())
    if found is None or found.content is None or not request.user.is_admin:
        raise Http404
    headers = {
        "Content-Disposition": 'attachment; filename="datos-personales.zip"',
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(bytes(found.content), content_type="application/zip", headers=headers)


def _lead(public_id: UUID) -> Lead:
    """Any lead of the brokerage that is not erased, also one in the bin: it is still somebody."""
    found: Lead = get_object_or_404(Lead.everything.filter(erasures=None), public_id=public_id)
    return found
