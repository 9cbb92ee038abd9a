"""Entering a contact that took place: a call, a message."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core.actors import Actor
from core.dialogs import FormPage
from core.htmx import toast, wants_fragment
from crm import interactions, lead_pages
from crm.forms.work import KINDS, ContactForm
from crm.models import Lead

_UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def lead_contact(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The form of a contact, and recording it; `kind` chooses one beforehand."""
    lead = lead_pages.get(request, public_id)
    now = timezone.now()
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        known = kind if kind in {value for value, _label in KINDS} else KINDS[0][0]
        initial = {"kind": known, "at": timezone.localtime(now).replace(second=0, microsecond=0), "channel": "whatsapp"}
        return _page(lead).render(request, ContactForm(initial=initial))
    form = ContactForm(request.POST)
    if not form.is_valid():
        return _page(lead).render(request, form, status=_UNPROCESSABLE)
    interactions.record(lead, form.contact(), by=Actor.of(request.user), now=now)
    if not wants_fragment(request):
        return redirect("crm:lead", lead.public_id)
    response = HttpResponse(status=204)
    toast(response, _("Contacto registrado."))
    for event in ("modal:close", "lead:changed"):
        trigger_client_event(response, event)
    return response


def _page(lead: Lead) -> FormPage:
    return FormPage(
        "crm/contact_fields.html",
        _("Registrar contacto"),
        _("Registrar"),
        reverse("crm:lead-contact", args=[lead.public_id]),
        reverse("crm:lead", args=[lead.public_id]),
    )
