"""The page of the audit, and its file."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import step_up
from accounts.http import BrokerRequest
from accounts.models import User
from accounts.roles import admin_only
from core.htmx import wants_fragment
from core.keyset import BadCursor
from crm.models import Lead
from reports.audit import export, stream, words
from reports.audit.asked import AuditForm

_UNPROCESSABLE = 422
_OF_A_LEAD = 10


@require_safe
@admin_only
def page(request: BrokerRequest) -> HttpResponse:
    """Who did what, the newest first; HTMX gets just further acts."""
    form = AuditForm(request.GET)
    valid = form.is_valid()
    try:
        found = stream.page(form.filters(), cursor=request.GET.get("cursor", "")) if valid else stream.Page([], "")
    except BadCursor as error:
        raise BadRequest(str(error)) from error
    asked = request.GET.copy()
    asked.pop("cursor", None)
    context = {"acts": words.acts(found.events), "next": found.next, "form": form, "query": asked.urlencode()}
    if request.GET.get("cursor") and wants_fragment(request):
        return render(request, "reports/audit_acts.html", context)
    context["people"] = User.objects.of(request.broker).order_by("name", "email")
    context["about"] = _lead(request.GET.get("lead", ""))
    context["is_filtered"] = any(value for name, value in asked.items() if name in form.fields)
    return render(request, "reports/audit.html", context, status=200 if valid else _UNPROCESSABLE)


@require_safe
@admin_only
def of_lead(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The last acts on one lead, for its page."""
    lead = get_object_or_404(Lead, public_id=public_id)
    acts = words.acts(stream.page(stream.Filters(lead=lead.pk)).events)
    context = {"lead": lead, "acts": acts[:_OF_A_LEAD], "has_more": len(acts) > _OF_A_LEAD}
    return render(request, "reports/audit_lead.html", context)


@require_POST
@admin_only
def take_away(request: BrokerRequest) -> HttpResponse:
    """Ask for the acts the address finds as a file; who asks confirms who they are first, and the audit tells of it."""
    query = request.GET.urlencode()
    back = f"{reverse('audit:page')}?{query}"
    if not AuditForm(request.GET).is_valid():
        return redirect(back)
    if not step_up.is_confirmed(request):
        messages.info(request, _("Confirma que eres tú y vuelve a pedir el archivo."))
        return step_up.confirm(request, back=back)
    export.start(query, user=request.user, now=timezone.now())
    messages.success(request, _("Preparando el archivo. Aparecerá abajo a la derecha."))
    return redirect(back)


def _lead(text: str) -> Lead | None:
    try:
        return Lead.everything.filter(public_id=UUID(text)).first() if text else None
    except ValueError:
        return None
