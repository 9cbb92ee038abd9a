"""The dashboard, the metrics by section, and their tables as files."""

from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from core import audit, keyset
from core.actors import Actor
from crm import lists
from reports import behind
from reports.behind import Question
from reports.sections import closings, funnel, inactive, now, panel, sources, team, times
from reports.sections.report import Report
from reports.tables import Section
from reports.views.base import open_report, respond
from reports.views.behind import QUIETEST

SECTIONS: dict[str, tuple[object, Callable[[Report], Section]]] = {
    "funnel": (_("Embudo"), funnel.section),
    "now": (_("En curso"), now.section),
    "times": (_("Tiempos"), times.section),
    "closings": (_("Cierres"), closings.section),
    "sources": (_("Orígenes"), sources.section),
    "inactive": (_("Sin contacto"), inactive.section),
    "team": (_("Equipo"), team.section),
}


@require_safe
def dashboard(request: BrokerRequest) -> HttpResponse:
    """The four answers of the morning, and how the brokerage is doing."""
    bar, report = open_report(request)
    context = {"report": report, "section": panel.section(report)}
    return respond(request, "reports/dashboard.html", bar, context)


@require_safe
def metrics(request: BrokerRequest, section: str = "funnel") -> HttpResponse:
    """One section of the metrics."""
    if section not in SECTIONS:
        raise Http404
    bar, report = open_report(request)
    _label, build = SECTIONS[section]
    context = {
        "report": report,
        "section": build(report),
        "current": section,
        "tabs": [(key, label, report.links.page(key)) for key, (label, _build) in SECTIONS.items()],
    }
    if section == "inactive":
        leads = behind.find(Question("inactive"), report.frame)
        context["page"] = keyset.page(lists.rows(leads), QUIETEST, size=lists.PAGE)
        context |= {"now": report.now, "more_url": report.links.behind("inactive")}
    return respond(request, "reports/metrics.html", bar, context)


@require_safe
def filters(request: BrokerRequest) -> HttpResponse:
    """The further filters, in a dialog that leads back to the `page` it was opened on."""
    bar, _report = open_report(request)
    page = request.GET.get("page", "")
    back = reverse("reports:metrics", args=[page]) if page in SECTIONS else reverse("reports:dashboard")
    return render(request, "crm/filters.html", {"bar": bar, "page_url": back})


@require_safe
def table(request: BrokerRequest, section: str, key: str) -> HttpResponse:
    """A table of a section as CSV: only sums, no person's data."""
    known = {"panel": panel.section} | {name: build for name, (_label, build) in SECTIONS.items()}
    if section not in known:
        raise Http404
    bar, report = open_report(request)
    if bar.errors:
        return render(request, "400.html", status=400)
    found = known[section](report).table(key)
    if found is None:
        raise Http404
    if request.method == "GET":
        by = Actor.of(request.user)
        audit.note("figures.exported", by=by, now=report.now, data={"table": f"{section}.{key}"})
    name = f"{slugify(found.label)}-{report.period.first:%Y%m%d}-{report.period.last:%Y%m%d}.csv"
    return HttpResponse(
        found.csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )
