"""Taking a list of leads away as a file."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts import step_up
from accounts.http import BrokerRequest
from core.htmx import toast, wants_fragment
from crm import exports, filters
from crm.enums import ExportFormat
from crm.filter_bar import FilterBar
from crm.models import LeadExport

_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_POST
def lead_export(request: BrokerRequest) -> HttpResponse:
    """Ask for a file of the list in the address; the tray shows how far it is."""
    wanted = request.GET.get("format", ExportFormat.XLSX)
    if wanted not in ExportFormat.values:
        raise Http404
    now = timezone.now()
    chosen = filters.apply(request.GET, user=request.user, now=now)
    if not chosen.is_valid():
        response = HttpResponse(status=422)
        toast(response, _("El filtro no se entiende."), level="error")
        return response
    query = FilterBar(request.GET, chosen, sort=request.GET.get("sort", "")).query
    if not step_up.is_confirmed(request):
        messages.info(request, _("Confirma que eres tú y vuelve a pedir el archivo."))
        return step_up.confirm(request, back=f"{reverse('crm:lead-list')}?{query}")
    total = chosen.found.count()
    exports.start(query, user=request.user, file_format=ExportFormat(wanted), total=total, now=now)
    if not wants_fragment(request):
        return redirect(f"{reverse('crm:lead-list')}?{query}")
    response = HttpResponse(status=204)
    toast(response, _("Preparando el archivo. Aparecerá abajo a la derecha."), level="info")
    return trigger_client_event(response, "jobs:changed")


@require_safe
def export_file(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The file, for the person who asked for it, while it is kept."""
    return download(exports.kept(request.user, now=timezone.now(), public_id=public_id))


def download(wish: LeadExport | None) -> HttpResponse:
    """The file of an export, for no cache to keep; 404 for none."""
    if wish is None or wish.content is None:
        raise Http404
    return HttpResponse(
        bytes(wish.content),
        content_type=_TYPES[ExportFormat(wish.format)],
        headers={
            "Content-Disposition": f'attachment; filename="{wish.file_name}"',
            "Cache-Control": "private, no-store",
        },
    )
