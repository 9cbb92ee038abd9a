"""The list of leads."""

from datetime import datetime

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from accounts.models import User
from core import keyset
from core.htmx import wants_fragment
from core.keyset import Order
from crm import lists
from crm.enums import ViewPage
from crm.filter_bar import FilterBar
from crm.next_steps import NextStep
from crm.views.saved_views import opens_with, pushed

_UNPROCESSABLE = 422


@require_safe
def lead_list(request: BrokerRequest) -> HttpResponse:
    """The leads a person sees, filtered and ordered by the address; HTMX gets the results or just further rows."""
    now = timezone.now()
    if opening := opens_with(request, ViewPage.LIST):
        return redirect(opening)
    bar, order = _bar(request, now)
    cursor = request.GET.get("cursor", "")
    try:
        page = keyset.page(lists.rows(bar.leads), order, cursor=cursor, size=lists.PAGE)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    context = {"bar": bar, "page": page, "order": order.name, "now": now}
    if cursor and wants_fragment(request):
        return render(request, "crm/rows.html", context)
    context["count"] = bar.leads.count()
    context["is_new_here"] = not context["count"] and not bar.is_on
    if wants_fragment(request):
        return _results(request, bar, context)
    context |= {
        "people": User.objects.of(request.broker).filter(is_active=True).order_by("name", "email"),
        "next_steps": NextStep.choices,
    }
    response = render(request, "crm/list.html", context, status=_status(bar))
    patch_vary_headers(response, ["HX-Request"])
    return response


@require_safe
def lead_filters(request: BrokerRequest) -> HttpResponse:
    """The further filters, in a dialog."""
    bar, _order = _bar(request, timezone.now())
    return render(request, "crm/filters.html", {"bar": bar, "page_url": reverse("crm:lead-list")})


def _bar(request: BrokerRequest, now: datetime) -> tuple[FilterBar, Order]:
    order = lists.order_of(request.GET.get("sort", ""))
    sort = "" if order is lists.NEWEST else order.name
    return FilterBar.of(request.GET, user=request.user, now=now, sort=sort), order


def _results(request: BrokerRequest, bar: FilterBar, context: dict[str, object]) -> HttpResponse:
    response = render(request, "crm/results.html", context, status=_status(bar))
    response.headers["HX-Push-Url"] = pushed(request, ViewPage.LIST, bar.query)
    return response


def _status(bar: FilterBar) -> int:
    return _UNPROCESSABLE if bar.errors else 200
