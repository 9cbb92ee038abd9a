"""The bin: putting a lead there, looking inside, bringing it back."""

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from core import keyset
from core.actors import Actor
from core.htmx import wants_fragment
from crm import bin as leads_bin
from crm import lead_pages, lists
from crm.models import Lead


@require_POST
def lead_delete(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Put a lead into the bin; the list says so, with the way back."""
    lead = lead_pages.get(request, public_id)
    if not leads_bin.may_delete(request.user, lead):
        raise PermissionDenied
    action = leads_bin.delete(Lead.objects.filter(pk=lead.pk), by=Actor.of(request.user), now=timezone.now())
    if action is not None:
        undo_url = reverse("crm:action-undo", args=[action.public_id])
        messages.success(request, _("El lead está en la papelera."), extra_tags=undo_url)
    return _to(request, reverse("crm:lead-list"))


@require_safe
def bin_list(request: BrokerRequest) -> HttpResponse:
    """Deleted leads, the last one first, found by what the list finds them by."""
    text = request.GET.get("q", "")[:200]
    cursor = request.GET.get("cursor", "")
    found = leads_bin.inside(request.user, text=text)
    try:
        page = keyset.page(found, leads_bin.NEWEST, cursor=cursor, size=lists.PAGE)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    context = {"page": page, "q": text, "q_encoded": quote(text, safe=""), "now": timezone.now()}
    return render(request, "crm/bin_rows.html" if cursor and wants_fragment(request) else "crm/bin.html", context)


@require_POST
def bin_restore(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Bring a lead back; when somebody else has its number by now, say who and change nothing."""
    lead = leads_bin.inside(request.user).filter(public_id=public_id).first()
    if lead is None:
        raise Http404
    try:
        leads_bin.restore(lead, by=Actor.of(request.user), now=timezone.now())
    except leads_bin.Taken as taken:
        messages.error(request, _conflict(request, taken))
        return _to(request, reverse("crm:bin"))
    except Lead.DoesNotExist as gone:
        raise Http404 from gone
    messages.success(request, _("El lead volvió, tal como estaba."))
    return _to(request, reverse("crm:lead", args=[public_id]))


def _conflict(request: BrokerRequest, taken: leads_bin.Taken) -> str:
    twin = lead_pages.Twin.seen_by(request.user, taken.holder) if taken.holder else None
    if twin and twin.lead:
        return _(
            "No se puede restaurar: su teléfono ahora es de «%(name)s». Cámbialo allá primero; nada se sobrescribió."
        ) % {"name": twin.lead}
    return _("No se puede restaurar: su teléfono ya es de un lead que atiende otra persona. Nada se sobrescribió.")


def _to(request: BrokerRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)
