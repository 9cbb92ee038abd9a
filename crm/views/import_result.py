"""Import, once it runs: progress, what came of it, and taking it back."""

from contextlib import suppress
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import wants_fragment
from crm.enums import ImportState
from crm.imports import begin, report
from crm.imports.preview import MOST_ROWS
from crm.imports.revert import worked_on_count
from crm.models import Lead, LeadImport
from crm.views.imports import own

_DIGITS = 9  # of a row's number
_SHOWS = ("created", "merged", "rejected", "opt_out", "warned")


@require_GET
def detail(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Progress while it runs, the result when it is done; the page asks again by itself."""
    lead_import = own(request, public_id)
    if lead_import.state == ImportState.UPLOADED:
        return redirect("crm:import-mapping", public_id)
    context: dict[str, Any] = {"lead_import": lead_import, "running": _is_running(lead_import)}
    if lead_import.state in {ImportState.DONE, ImportState.FAILED}:
        context |= _result(request, lead_import)
    if lead_import.state == ImportState.REVERTED and lead_import.job:
        context["kept_count"] = lead_import.job.result.get("kept_count", 0)
        named = lead_import.job.result.get("kept", ())
        context["kept"] = Lead.objects.all().visible_to(request.user).filter(public_id__in=named)
    if "after" in request.GET:
        return render(request, "crm/import_rows.html", context)
    template = "crm/import_body.html" if wants_fragment(request) else "crm/import_detail.html"
    return render(request, template, context)


@require_GET
def rejected(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The rejected rows, as CSV."""
    lead_import = own(request, public_id, ImportState.DONE, ImportState.FAILED)
    name = slugify(lead_import.file_name.rpartition(".")[0]) or "planilla"
    response = HttpResponse(report.rejected_csv(lead_import), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-rechazadas.csv"'
    return response


@require_POST
def resume(request: BrokerRequest, public_id: UUID) -> HttpResponseRedirect:
    """Go on after an error."""
    with suppress(begin.NotNow):
        begin.resume(own(request, public_id, ImportState.FAILED), by=Actor.of(request.user))
    return redirect("crm:import-detail", public_id)


@require_http_methods(["GET", "POST"])
def revert(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Ask, and take the whole import back."""
    lead_import = own(request, public_id, ImportState.DONE, ImportState.FAILED)
    if request.method == "POST":
        too = request.user.is_admin and "worked_on" in request.POST
        with suppress(begin.NotNow):
            begin.take_back(lead_import, worked_on=too, by=Actor.of(request.user))
        return HttpResponseClientRedirect(reverse("crm:import-detail", args=[public_id]))
    few = lead_import.total_rows <= MOST_ROWS
    context = {
        "lead_import": lead_import,
        "action": request.path,
        "worked_on": worked_on_count(lead_import) if few else None,
    }
    return render(request, "crm/import_revert.html", context)


def _is_running(lead_import: LeadImport) -> bool:
    return lead_import.state in {ImportState.RUNNING, ImportState.REVERTING}


def _result(request: BrokerRequest, lead_import: LeadImport) -> dict[str, Any]:
    counts = report.counts(lead_import)
    asked = request.GET.get("show")
    show = asked if asked in _SHOWS else next((each for each in _SHOWS if counts[each]), _SHOWS[0])
    after = request.GET.get("after", "")[:_DIGITS]
    leads = Lead.objects.all().visible_to(request.user)
    page = report.rows(lead_import, show, after=int(after) if after.isdecimal() else 0, seen_by=leads)
    rows = [report.told(row) for row in page[: report.PAGE]]
    more = page[report.PAGE - 1].number if len(page) > report.PAGE else None
    words = {
        "created": _("Leads nuevos"),
        "merged": _("Repetidas"),
        "rejected": _("Rechazadas"),
        "opt_out": _("No contactar"),
        "warned": _("Con avisos"),
    }
    return {
        "show": show,
        "rows": rows,
        "more": more,
        "more_url": f"?show={show}&after={more}",
        "tabs": [(each, words[each], counts[each]) for each in _SHOWS],
        "counts": counts,
    }
