"""Taking one change of stage back: the button of the toast, and of the lead's history."""

from http import HTTPStatus
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm.models import Lead
from pipeline import answers, board
from pipeline.models import StageTransition


@require_POST
def undo(request: BrokerRequest, public_id: UUID, transition_id: UUID) -> HttpResponse:
    """Put the lead back where this change took it from. 409: it was moved again meanwhile, or this is its entry."""
    visible = Lead.objects.visible_to(request.user)
    if not StageTransition.objects.filter(public_id=transition_id, lead__public_id=public_id).exists():
        raise Http404
    try:
        moved = board.undo(transition_id, within=visible, by=Actor.of(request.user), now=timezone.now())
    except Lead.DoesNotExist as missing:
        raise Http404 from missing
    except board.NotLast as late:
        return _late(request, late.lead)
    if not wants_fragment(request):
        return redirect("crm:lead", public_id)
    text = _("%(name)s volvió a %(stage)s.") % {"name": moved.lead, "stage": moved.lead.get_stage_display()}
    return _answer(request, moved.lead, text)


def _late(request: BrokerRequest, lead: Lead) -> HttpResponse:
    text = _("%(name)s cambió otra vez y ahora está en %(stage)s: ya no se puede deshacer.") % {
        "name": lead,
        "stage": lead.get_stage_display(),
    }
    return _answer(request, lead, text, level="warning", status=HTTPStatus.CONFLICT)


def _answer(
    request: BrokerRequest, lead: Lead, text: str, *, level: str = "success", status: int = HTTPStatus.OK
) -> HttpResponse:
    """On the board nothing but the news, which fetches the card; on a lead's page its stages."""
    if answers.from_board(request):
        response = HttpResponse(status=HTTPStatus.NO_CONTENT if status == HTTPStatus.OK else status)
        trigger_client_event(response, "leads:changed", {"leads": [str(lead.public_id)]})
    else:
        response = answers.truth(request, lead, status=status)
        answers.moved(response, lead)
    toast(response, text, level=level)
    return response
