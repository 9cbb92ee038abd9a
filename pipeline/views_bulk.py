"""One act on many leads: the dialog that asks what, and the act itself."""

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import bulk, lead_pages
from crm.enums import ActionKind
from crm.models import Lead, Tag
from pipeline.forms_bulk import BulkForm

_UNPROCESSABLE = 422
_MOST_TAGS = 200


@require_http_methods(["GET", "HEAD", "POST"])
def bulk_act(request: BrokerRequest) -> HttpResponse:
    """GET: the dialog for a `kind`. POST: the act on the leads ticked, at once up to a batch, else as a job."""
    people = lead_pages.people(request)
    if request.method != "POST":
        kind = request.GET.get("kind", "")
        if kind not in BulkForm.asked:
            raise BadRequest("kind is move, assign or tag.")
        return _dialog(request, BulkForm(None, people=people, initial={"kind": kind}))
    form = BulkForm(request.POST, people=people)
    if not form.is_valid():
        return _dialog(request, form, status=_UNPROCESSABLE)
    leads = form.selection().leads(request.user, now=timezone.now())
    keys = list(leads.order_by("pk").values_list("pk", flat=True)[: bulk.MOST + 1])
    if len(keys) > bulk.MOST:
        form.add_error(None, _("Son más de %(most)d leads: acota con filtros.") % {"most": bulk.MOST})
    if not keys:
        form.add_error(None, _("Ninguno de esos leads está a tu alcance."))
    if form.errors:
        return _dialog(request, form, status=_UNPROCESSABLE)
    return _do(request, form, keys)


def _do(request: BrokerRequest, form: BulkForm, keys: list[int]) -> HttpResponse:
    act, by, now = form.act(len(keys)), Actor.of(request.user), timezone.now()
    if len(keys) > bulk.BATCH:
        bulk.as_job(act, keys, user=request.user, by=by, now=now)
        return _answer(
            request, _("Empezó: «%(what)s». Sigue en la bandeja.") % {"what": act.label}, event="jobs:changed"
        )
    done = bulk.at_once(act, Lead.objects.visible_to(request.user).filter(pk__in=keys), by=by, now=now)
    undo = reverse("crm:action-undo", args=[done.action.public_id]) if done.action else ""
    return _answer(
        request,
        bulk.told(done.changed, done.already, done.refused),
        undo=undo,
        level="warning" if done.refused else "success",
    )


def _answer(
    request: BrokerRequest, text: str, *, undo: str = "", level: str = "success", event: str = "leads:changed"
) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect("crm:lead-list")
    response = HttpResponse(status=204)
    toast(response, text, undo_url=undo, level=level)
    for name in (event, "bulk:done", "modal:close"):
        trigger_client_event(response, name)
    return response


def _dialog(request: BrokerRequest, form: BulkForm, *, status: int = 200) -> HttpResponse:
    kind = form.data.get("kind") or form.initial.get("kind")
    heading, submit = _words(kind)
    context = {
        "form": form,
        "heading": heading,
        "submit": submit,
        "kind": kind,
        "action": reverse("pipeline:bulk"),
        "carried": [form[name] for name in ("kind", "ids", "every", "query")],
        "tags": Tag.objects.order_by("name").values_list("name", flat=True)[:_MOST_TAGS],
    }
    return render(request, "pipeline/bulk.html", context, status=status)


def _words(kind: str | None) -> tuple[str, str]:
    """The dialog's heading and its button."""
    if kind == ActionKind.ASSIGN:
        return _("Asignar los leads marcados"), _("Asignar")
    if kind == ActionKind.TAG:
        return _("Etiquetar los leads marcados"), _("Etiquetar")
    return _("Mover los leads marcados"), _("Mover")
