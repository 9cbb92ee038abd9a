"""Moving a lead on by rule, from its page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm.models import Lead
from pipeline import advance, answers
from pipeline.advance import Walk


@require_POST
def lead_advance(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Walk the lead on as far as the rules say; answered with its stages, and a toast that tells what came of it."""
    visible = Lead.objects.visible_to(request.user).select_related("assigned_to")
    lead = get_object_or_404(visible, public_id=public_id)
    walk = advance.advance(lead, by=Actor.of(request.user), now=timezone.now())
    if not wants_fragment(request):
        return redirect("crm:lead", public_id)
    lead.refresh_from_db()
    response = answers.truth(request, lead, stages=tuple(step.left.value for step in walk.steps))
    if walk.steps:
        answers.moved(response, lead)
    toast(response, _words(walk), level="success" if walk.steps else "info")
    return response


def _words(walk: Walk) -> str:
    if walk.steps:
        return _("Avanzó a %(stage)s.") % {"stage": walk.stage.label}
    if walk.still:
        return str(walk.still)
    return _("Todavía no avanza: arriba dice qué falta.")
