"""When the brokerage writes: the countries' rules beside its own tighter ones, and the switch that stops everything."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.enums import Country
from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from core.htmx import wants_fragment
from messaging import limits
from messaging.forms.limits import LimitsForm, StopForm
from messaging.models import ContactLimits
from messaging.sight import Sight

_UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def limits_page(request: BrokerRequest) -> HttpResponse:
    """What the law says, from where, and what the brokerage adds."""
    row = limits.of_brokerage()
    rules = list(limits.in_force(request.broker.country, _today(request)))
    form = LimitsForm.of(row, rules, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            limits.save(form.wanted(), broker=request.broker, by=Actor.of(request.user), now=timezone.now())
        except (limits.Looser, limits.NoHourLeft) as error:
            form.refuse(error, request.broker.get_country_display())
        else:
            messages.success(request, _("Horarios y límites guardados."))
            return redirect("messaging:limits")
    return _page(request, form, row)


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def stop(request: BrokerRequest) -> HttpResponse:
    """Stop everything, once it is confirmed."""
    form = StopForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        limits.stop(by=Actor.of(request.user), now=timezone.now())
        messages.warning(request, _("Los envíos están detenidos. Nada sale hasta que los reanudes."))
        return _to_page(request)
    template = "messaging/stop_dialog.html" if wants_fragment(request) else "messaging/stop.html"
    context = {"form": form, "action": reverse("messaging:limits-stop")}
    return render(request, template, context, status=_UNPROCESSABLE if form.errors else 200)


@require_POST
@admin_only
def resume(request: BrokerRequest) -> HttpResponse:
    """Let messages leave again."""
    limits.resume(by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("Los envíos siguen. Lo que tocaba salir mientras tanto no se envió."))
    return _to_page(request)


def _today(request: BrokerRequest) -> date:
    return timezone.localtime(timezone.now(), request.broker.zone).date()


def _to_page(request: BrokerRequest) -> HttpResponse:
    url = reverse("messaging:limits")
    return HttpResponseClientRedirect(url) if wants_fragment(request) else redirect(url)


def _page(request: BrokerRequest, form: LimitsForm, row: ContactLimits) -> HttpResponse:
    today = _today(request)
    countries = [request.broker.country, *(code for code in Country.values if code != request.broker.country)]
    context = {
        "form": form,
        "limits": row,
        "stopped": row.stopped_at,
        "countries": [Sight.of(country, today) for country in countries],
    }
    return render(request, "messaging/limits.html", context, status=_UNPROCESSABLE if form.errors else 200)
