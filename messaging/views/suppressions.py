"""Addresses nobody writes to: the list, one by hand, a register's file."""

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core import keyset
from core.actors import Actor
from core.htmx import wants_fragment
from messaging import limits, suppressions
from messaging.enums import SuppressionSource
from messaging.forms.suppressions import RegisterForm, SuppressionForm
from messaging.models import Suppression
from messaging.suppressions import Listing

_PAGE = 50
_UNPROCESSABLE = 422
_MOST_TEXT = 200


@require_safe
@admin_only
def suppression_list(request: BrokerRequest) -> HttpResponse:
    """The list, newest first; an address is found however it is typed."""
    text, cursor = request.GET.get("q", "")[:_MOST_TEXT], request.GET.get("cursor", "")
    found = suppressions.listed(text, country=request.broker.country)
    try:
        page = keyset.page(found, suppressions.NEWEST, cursor=cursor, size=_PAGE)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    now = timezone.now()
    context = {"page": page, "q": text, "q_encoded": quote(text, safe=""), "now": now}
    if cursor and wants_fragment(request):
        return render(request, "messaging/suppression_rows.html", context)
    return render(request, "messaging/suppressions.html", context | _registers(request))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def suppression_new(request: BrokerRequest) -> HttpResponse:
    """Block one address."""
    form = SuppressionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        listing = Listing(note=given["note"], expires_at=suppressions.end_of(given["until"]))
        try:
            suppressions.add(
                given["value"], listing, country=request.broker.country, by=Actor.of(request.user), now=timezone.now()
            )
        except suppressions.NotAnAddress:
            form.add_error("value", _("Escribe un teléfono, con su código de país si es de otro, o un correo."))
        else:
            messages.success(request, _("Dirección bloqueada: nadie de la corredora le escribirá."))
            return redirect("messaging:suppressions")
    return render(request, "messaging/suppression_new.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def register_read(request: BrokerRequest) -> HttpResponse:
    """Read a public register's file."""
    form = RegisterForm(request.POST, request.FILES) if request.method == "POST" else RegisterForm()
    report = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        listing = Listing(
            SuppressionSource.REGISTRY, given["registry"].strip(), expires_at=suppressions.end_of(given["until"])
        )
        try:
            report = suppressions.take_in(
                given["file"].read(suppressions.MOST_BYTES + 1),
                listing,
                country=request.broker.country,
                by=Actor.of(request.user),
                now=timezone.now(),
            )
        except suppressions.Unreadable:
            form.add_error("file", _("No es un archivo de texto, o es muy largo: hasta 5 MB y 50.000 líneas."))
        else:
            form = RegisterForm()
    context = {"form": form, "report": report, **_registers(request)}
    return render(request, "messaging/register.html", context, status=_status(form))


@require_POST
@admin_only
def suppression_lift(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take an entry off the list."""
    row = get_object_or_404(Suppression, public_id=public_id)
    suppressions.lift(row, by=Actor.of(request.user), now=timezone.now())
    messages.success(request, _("%(value)s salió de la lista.") % {"value": row.value})
    return redirect("messaging:suppressions")


def _registers(request: BrokerRequest) -> dict[str, object]:
    """The registers read so far, and which of them, or of those the country asks for, want renewing."""
    now = timezone.now()
    today = timezone.localtime(now, request.broker.zone).date()
    wanted = [rule for rule in limits.in_force(request.broker.country, today) if rule.registry]
    days = min((rule.registry_days for rule in wanted if rule.registry_days), default=None)
    known = [(each, each.is_stale(now, days)) for each in suppressions.registers()]
    return {
        "registers": known,
        "asked": wanted[0].registry if wanted else "",
        "renewal": ngettext("cada día", "cada %(days)s días", days) % {"days": days} if days else "",
        "stale": any(stale for _each, stale in known),
    }


def _status(form: SuppressionForm | RegisterForm) -> int:
    return _UNPROCESSABLE if form.errors else 200
