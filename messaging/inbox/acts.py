"""What one does in the inbox: write, note, take over, put off, resolve. Each answers with the part that changed."""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core.actors import Actor
from core.htmx import toast, wants_fragment
from crm import lead_pages, notes, quick_times
from crm.enums import Channel
from crm.forms.acts import NoteForm
from crm.models import Lead
from messaging import composing, conversations, outbox
from messaging.composing import Wish
from messaging.inbox import panel, writing
from messaging.inbox.forms import ComposeForm
from messaging.models import Conversation

_UNPROCESSABLE = 422
Act = Callable[[Conversation, datetime], Conversation]


@require_POST
def send(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Queue a message; what the gate refuses stays in the field, with the reason."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    form = ComposeForm(request.POST)
    if not form.is_valid():
        return _again(request, lead, form, now, status=_UNPROCESSABLE)
    values = form.cleaned_data
    wish = Wish(
        channel=Channel(values["channel"]),
        key=values["key"],
        body=values["body"],
        subject=values["subject"],
        template=writing.template_of(str(values["template"] or "")),
    )
    try:
        composing.send(lead, wish, by=Actor.of(request.user), now=now)
    except (composing.Refused, composing.Unfilled, outbox.NoAccount):
        return _again(request, lead, form, now, status=HTTPStatus.CONFLICT)
    return _written(request, lead, now, channel=wish.channel)


@require_POST
def note(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A note for the team, among the messages."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    form = NoteForm(request.POST)
    if not form.is_valid():
        context = writing.composer(request, lead, now=now, typed={**request.POST.dict(), "mode": "note"})
        return render(request, "inbox/composer.html", context | {"note": form}, status=_UNPROCESSABLE)
    written = notes.write(lead, form.cleaned_data["body"], by=Actor.of(request.user), now=now)
    response = _written(request, lead, now)
    if written.unseen:
        unseen = ", ".join(str(person) for person in written.unseen)
        toast(response, _("%(names)s no ve este lead, así que no recibió aviso.") % {"names": unseen}, level="warning")
    return response


@require_POST
def take(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take the conversation over."""
    by = Actor.of(request.user)
    return _act(request, public_id, lambda held, now: conversations.take(held, by=by, now=now))


@require_POST
def release(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Give it back; an admin may give back what somebody else took."""
    by, anyway = Actor.of(request.user), request.user.is_admin
    return _act(request, public_id, lambda held, now: conversations.release(held, by=by, now=now, anyway=anyway))


@require_POST
def resolve(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Nothing is left to be answered."""
    by = Actor.of(request.user)
    return _act(request, public_id, lambda held, now: conversations.resolve(held, by=by, now=now))


@require_POST
def reopen(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Back among the open ones."""
    by = Actor.of(request.user)
    return _act(request, public_id, lambda held, now: conversations.reopen(held, by=by, now=now))


@require_POST
def snooze(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Put it off to one of the times that are offered (`until`)."""
    by, name = Actor.of(request.user), request.POST.get("until", request.GET.get("until", ""))
    until = quick_times.at(name, timezone.now())
    if until is None:
        raise BadRequest(f"Not a time that is offered: {name!r}")
    return _act(request, public_id, lambda held, now: conversations.snooze(held, until=until, by=by, now=now))


@require_POST
def read(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Take what is there as read."""
    lead = lead_pages.get(request, public_id)
    held = Conversation.objects.select_related("lead").filter(lead=lead).first()
    if held is not None:
        conversations.read(held)
    return trigger_client_event(HttpResponse(status=HTTPStatus.NO_CONTENT), "threads:changed")


def _act(request: BrokerRequest, public_id: UUID, act: Act) -> HttpResponse:
    """Do it, and show the head of the thread as it is now; whoever was faster is named."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    held = conversations.ensure([lead], now=now)[lead.pk]
    text = ""
    try:
        act(held, now)
    except conversations.TakenOver as error:
        text = _("La tiene %(name)s.") % {"name": error.who}
    except conversations.NoPerson:
        text = _("Solo alguien de la corredora puede tomar una conversación.")
    if not wants_fragment(request):
        if text:
            messages.error(request, text)
        return redirect("inbox:thread", lead.public_id)
    response = render(request, "inbox/head.html", panel.head(request, lead, now=now))
    if text:
        toast(response, text, level="error")
    return trigger_client_event(response, "threads:changed")


def _again(request: BrokerRequest, lead: Lead, form: ComposeForm, now: datetime, *, status: int) -> HttpResponse:
    typed = {"at_lead": request.POST.get("at_lead", "")}
    context = writing.composer(request, lead, now=now, form=form, typed=typed) | {"focused": True}
    return render(request, "inbox/composer.html", context, status=status)


def _written(request: BrokerRequest, lead: Lead, now: datetime, *, channel: str = "") -> HttpResponse:
    """An empty composer on the same channel; the thread and the list learn of it."""
    if not wants_fragment(request):
        return redirect("inbox:thread", lead.public_id)
    typed = {"channel": channel, "at_lead": request.POST.get("at_lead", "")}
    context = writing.composer(request, lead, now=now, typed=typed) | {"focused": True}
    response = render(request, "inbox/composer.html", context)
    for event in ("thread:changed", "threads:changed", "lead:told"):
        trigger_client_event(response, event)
    return response
