"""From a request to a report, and back to a page or its part."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_vary_headers

from accounts.http import BrokerRequest
from accounts.models import User
from core.htmx import wants_fragment
from reports.filter_bar import ReportFilters
from reports.links import Links
from reports.periods import Preset
from reports.sections.report import Report

_UNPROCESSABLE = 422


def open_report(request: BrokerRequest) -> tuple[ReportFilters, Report]:
    """The filters of a request and the report they ask for."""
    now = timezone.now()
    bar = ReportFilters.read(request.GET, user=request.user, broker=request.broker, now=now)
    report = Report(
        bar.leads, bar.period, now, Links(bar.params), reader=request.user, broker=request.broker,
        asked_days=bar.inactive_days,
    )  # fmt: skip
    return bar, report


def respond(request: BrokerRequest, template: str, bar: ReportFilters, context: dict[str, Any]) -> HttpResponse:
    """The page; for HTMX its `report` part, with the address it stands for."""
    report: Report = context["report"]
    part = wants_fragment(request)
    context |= {
        "bar": bar,
        "period": report.period,
        "presets": [(name, label, report.links.preset(name)) for name, label in Preset.choices],
        "owners": User.objects.candidates(request.user).only("public_id", "name", "email").order_by("name", "email"),
        "links": report.links,
        "path": request.path,
    }
    name = f"{template}#report" if part else template
    response = render(request, name, context, status=_UNPROCESSABLE if bar.errors else 200)
    if part:
        response.headers["HX-Push-Url"] = f"{request.path}?{bar.query}" if bar.query else request.path
    patch_vary_headers(response, ["HX-Request"])
    return response
