"""Taking an act back: the button of a toast, and of the audit page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import actions
from crm.models import Action

_CONFLICT = 409
CHANGED = ("board:changed", "lead:changed", "leads:changed", "visits:changed")
"""What pages listen to when leads, or what hangs on them, became different."""


@require_POST
def action_undo(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take an act back, one's own or, for those who run the brokerage, anybody's."""
    now = timezone.now()
    action = Action.objects.filter(public_id=public_id).first()
    if action is None or not (request.user.is_admin or action.by_user_id == request.user.pk):
        raise Http404
    try:
        undone = actions.undo(public_id, by=Actor.of(request.user), now=now)
    except actions.Cannot as cannot:
        return _answer(request, str(cannot), level="error", status=_CONFLICT)
    words = ngettext(
        "Deshecho: %(n)d lead quedó como estaba.", "Deshecho: %(n)d leads quedaron como estaban.", undone.count
    )
    text = words % {"n": undone.count}
    return _answer(request, " ".join(filter(None, (text, undone.note))))


def _answer(request: BrokerRequest, text: str, *, level: str = "success", status: int = 204) -> HttpResponse:
    if not wants_fragment(request):
        (messages.error if level == "error" else messages.success)(request, text)
        return redirect("crm:lead-list")
    response = HttpResponse(status=status)
    toast(response, text, level=level)
    for event in CHANGED:
        trigger_client_event(response, event)
    return response
