"""A template tried out from its page: what would arrive at whom, and what became of it."""

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import BrokerRequest
from accounts.roles import admin_only
from core.actors import Actor
from core.htmx import wants_fragment
from crm.models import Lead
from messaging import outbox, trials
from messaging.composing import Refused, Unfilled
from messaging.inbox import writing
from messaging.inbox.bubbles import MOVING, bubble
from messaging.models import Message
from messaging.trials import To, Way
from templates_app import pages
from templates_app.models import Template

_CONFLICT, _UNPROCESSABLE = 409, 422


class TrialForm(forms.Form):
    """To whom; `key` names the press of the button."""

    to = forms.ChoiceField(choices=[(each.value, each.value) for each in To])
    key = forms.UUIDField()


@require_http_methods(["GET", "HEAD", "POST"])
@admin_only
def template_test(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The panel of a template's page; with `message` what became of one that was sent from it."""
    template = get_object_or_404(Template, public_id=public_id)
    if request.method != "POST":
        if "message" in request.GET:
            return _became(request, template)
        return _panel(request, template, pages.lead_of(request.user, request.GET.get("lead", "")))
    lead, form = pages.lead_of(request.user, request.POST.get("lead", "")), TrialForm(request.POST)
    if lead is None or not form.is_valid():
        return _panel(request, template, lead, status=_UNPROCESSABLE)
    to, by, now = To(form.cleaned_data["to"]), Actor.of(request.user), timezone.now()
    try:
        made = trials.send(template, lead, to, key=form.cleaned_data["key"], email=request.user.email, by=by, now=now)
    except (Refused, Unfilled, outbox.NoAccount):  # the panel says why
        return _panel(request, template, lead, status=_CONFLICT)
    return _panel(request, template, lead, sent=made)


def _panel(
    request: BrokerRequest, template: Template, lead: Lead | None, *, sent: Message | None = None, status: int = 200
) -> HttpResponse:
    if not wants_fragment(request):
        return redirect("templates:edit", template.public_id)
    found, now = [], timezone.now()
    if lead is not None:
        by = Actor.of(request.user)
        found = trials.ways(template, lead, email=request.user.email, by=by, now=now)
    shown = [_shown(way, lead) for way in found if lead is not None]
    context = {
        "template": template,
        "lead": lead,
        "ways": shown,
        "text": next((way.rendered for way in found if way.rendered.ok), None),
        "key": uuid4(),
        "can_send": any(each["way"].is_open for each in shown),
        "sent": sent and _sent(sent),
    }
    return render(request, "messaging/trial.html", context, status=status)


def _shown(way: Way, lead: Lead) -> dict[str, Any]:
    """A way, and what keeps it back in words."""
    if way.verdict is None:
        return {"way": way, "trouble": writing.trouble_words(way.rendered)}
    return {"way": way, "hurdle": writing.held_back(way.verdict, lead)}


def _became(request: BrokerRequest, template: Template) -> HttpResponse:
    tests = Message.objects.filter(template_version__template=template, why__by="test").select_related(
        "account", "lead"
    )
    try:
        found = tests.filter(public_id=UUID(request.GET["message"])).first()
    except ValueError:
        found = None
    return render(request, "messaging/trial_became.html", {"template": template, "sent": found and _sent(found)})


def _sent(message: Message) -> dict[str, Any]:
    drawn = bubble(message, now=timezone.now())
    return {"message": message, "said": drawn.said, "todo": drawn.todo, "moves": message.status in MOVING}
