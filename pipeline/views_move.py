"""Moving a lead: the menu, the move itself, and its answers."""

from uuid import UUID

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast
from core.reltime import relative
from crm.enums import Stage, TimelineKind
from crm.leads import Stale
from crm.models import Lead, LeadQuerySet, TimelineEntry
from pipeline import answers, board
from pipeline.asking import ask
from pipeline.forms import MoveForm
from pipeline.transitions import ALLOWED


@require_http_methods(["GET", "HEAD", "POST"])
def move(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """GET: the menu of stages for a card of `version`. POST: the move, answered with the lead as stored.

    409: it changed meanwhile. 422: the table refuses it (the lead comes back as stored), or something must be asked
    first (a dialog). 403: only admins force. 404: not among the leads one sees.
    """
    visible = Lead.objects.visible_to(request.user)
    if request.method != "POST":
        return _menu(request, get_object_or_404(visible, public_id=public_id))
    if request.POST.get("force") and not request.user.is_admin:
        raise PermissionDenied
    form = MoveForm(request.POST)
    if not form.is_valid():
        return ask(request, get_object_or_404(visible, public_id=public_id), form)
    try:
        return _try(request, public_id, form, visible)
    except Lead.DoesNotExist as missing:
        raise Http404 from missing
    except Stale as stale:
        return _stale(request, stale.lead, form)
    except board.NotAllowed as refusal:
        return _refused(request, refusal, form)
    except board.Incomplete as gap:
        if form.asked_for(gap.field):
            form.add_error(gap.field, _("Hace falta para seguir."))
        return ask(request, gap.lead, form)


def _try(request: BrokerRequest, public_id: UUID, form: MoveForm, visible: LeadQuerySet) -> HttpResponse:
    wish = form.wish()
    if wish.to == Stage.GANADO and not form.says_price:
        lead = visible.select_related("assigned_to").get(public_id=public_id)
        board.check(lead, wish)
        if lead.stage != Stage.GANADO:
            return ask(request, lead, form)
    moved = board.move(public_id, wish, within=visible, by=Actor.of(request.user), now=timezone.now())
    lead, shown = moved.lead, form.cleaned_data["shown"]
    response = answers.truth(request, lead, stages=(shown,))
    answers.moved(response, lead)
    if shown != lead.stage or moved.transition:
        undo = reverse("pipeline:undo", args=[public_id, moved.transition.public_id]) if moved.transition else ""
        text = _("%(name)s pasó a %(stage)s.") % {"name": lead, "stage": lead.get_stage_display()}
        toast(response, text, undo_url=undo)
    return response


def _menu(request: BrokerRequest, lead: Lead) -> HttpResponse:
    """Allowed stages first; the others with the reason, which an admin may overrule in writing."""
    version = request.GET.get("version", str(lead.version))
    if not version.isdecimal():
        raise BadRequest("version is a whole number.")
    allowed = ALLOWED[Stage(lead.stage)]
    context = {
        "lead": lead,
        "version": version,
        "here": Stage(lead.stage),
        "allowed": allowed,
        "refused": [stage for stage in Stage if stage not in allowed and stage != lead.stage],
        "may_force": request.user.is_admin,
        "on_board": answers.from_board(request),
        "action": reverse("pipeline:move", args=[lead.public_id]),
    }
    return render(request, "pipeline/menu.html", context)


def _stale(request: BrokerRequest, lead: Lead, form: MoveForm) -> HttpResponse:
    """409 with the lead as it stands, and who made it so."""
    response = answers.truth(request, lead, status=409, stages=(form.cleaned_data["shown"], form.to))
    last = TimelineEntry.objects.filter(lead=lead).order_by("-at", "-id").first()
    told = {"name": lead, "stage": lead.get_stage_display(), "who": "", "when": ""}
    if last:
        told |= {"who": last.by_label or last.get_by_kind_display(), "when": relative(last.at, now=timezone.now())}
    if last and last.kind == TimelineKind.STAGE:
        text = _("%(who)s movió a %(name)s a %(stage)s (%(when)s). Tu cambio no se guardó.")
    elif last:
        text = _("%(who)s cambió a %(name)s (%(when)s), que está en %(stage)s. Tu cambio no se guardó.")
    else:
        text = _("Otra persona cambió a %(name)s, que está en %(stage)s. Tu cambio no se guardó.")
    toast(response, text % told, level="warning")
    return response


def _refused(request: BrokerRequest, refusal: board.NotAllowed, form: MoveForm) -> HttpResponse:
    """422 with the lead as it stands, why, and where it may go."""
    lead = refusal.lead
    response = answers.truth(request, lead, status=422, stages=(form.cleaned_data["shown"], form.to))
    allowed = get_text_list([str(stage.label) for stage in refusal.allowed], _("o"))
    text = _("De %(from)s no se pasa a %(to)s. Desde ahí puede ir a %(allowed)s.") % {
        "from": lead.get_stage_display(),
        "to": refusal.to.label,
        "allowed": allowed,
    }
    if request.user.is_admin:
        text += " " + _("En «Mover a…» puedes forzarlo con un motivo.")
    toast(response, text, level="warning")
    return response
