"""Many leads, ticked on the board or in the list, enter a campaign: the dialog, and the job it begins."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from campaigns import applying, reach_words, ways
from campaigns.forms.enrolling import EnrollForm
from core.actors import Actor
from core.htmx import toast, wants_fragment

_UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def enroll_many(request: BrokerRequest) -> HttpResponse:
    """GET: the dialog. POST: the leads ticked enter as a job, whose result says who did not and why."""
    if not request.user.is_admin:
        raise PermissionDenied
    offered = ways.running()
    if request.method != "POST":
        return _dialog(request, EnrollForm(offered=offered))
    form = EnrollForm(request.POST, offered=offered)
    if not form.is_valid():
        return _dialog(request, form, status=_UNPROCESSABLE)
    leads = form.selection().leads(request.user, now=timezone.now())
    keys = list(leads.order_by("pk").values_list("pk", flat=True)[: applying.MOST + 1])
    if len(keys) > applying.MOST:
        form.add_error(None, _("Son más de %(most)d leads: acota con filtros.") % {"most": applying.MOST})
    if not keys:
        form.add_error(None, _("Ninguno de esos leads está a tu alcance."))
    if form.errors:
        return _dialog(request, form, status=_UNPROCESSABLE)
    return _begin(request, form, keys)


def _begin(request: BrokerRequest, form: EnrollForm, keys: list[int]) -> HttpResponse:
    by, now = Actor.of(request.user), timezone.now()
    try:
        job = applying.to_many(form.chosen(), keys, user=request.user, by=by, now=now)
    except applying.Refused as refusal:  # it was paused since the dialog opened
        form.add_error("campaign", reach_words.line(refusal.code))
        return _dialog(request, form, status=_UNPROCESSABLE)
    text = _("Empezó: «%(what)s». Sigue en la bandeja.") % {"what": job.label}
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("crm:lead-list")
    response = HttpResponse(status=204)
    toast(response, text)
    for name in ("jobs:changed", "bulk:done", "modal:close"):
        trigger_client_event(response, name)
    return response


def _dialog(request: BrokerRequest, form: EnrollForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "heading": _("Inscribir los leads marcados"),
        "submit": _("Inscribir"),
        "kind": "enroll",
        "action": reverse("campaigns:enroll-many"),
        "carried": [form[name] for name in ("ids", "every", "query")],
    }
    return render(request, "campaigns/enroll_many.html", context, status=status)
