"""What the pages of the inbox show, gathered in a constant number of statements."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import BadRequest
from django.urls import reverse

from accounts.http import BrokerRequest
from core import keyset
from crm import lead_pages, quick_times
from crm.models import Lead
from messaging.enums import ARRIVED, ConversationState, Direction, Owner, Provider
from messaging.inbox import boxes, thread
from messaging.inbox.bubbles import Bubble, bubble
from messaging.models import TRIALS, ChannelAccount, Conversation, Message

_LATELY, _MOST_OUTGOING = timedelta(days=1), 5


def box_of(request: BrokerRequest) -> str:
    """The box in the address."""
    asked = request.GET.get("box", "")
    return asked if asked in boxes.BOXES else "mine"


def listed(request: BrokerRequest, *, now: datetime) -> dict[str, Any]:
    """The list: box · boxes · rows · next."""
    box = box_of(request)
    try:
        found = boxes.listed(box, request.user, cursor=request.GET.get("cursor", ""), now=now)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    return {"box": box, "boxes": boxes.BOXES, "listed": found, "now": now}


def said(request: BrokerRequest, lead: Lead, *, now: datetime) -> dict[str, Any]:
    """What was said with a lead: thread · held."""
    try:
        found = thread.read(lead, cursor=request.GET.get("before", ""), now=now)
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    return {"thread": found, **head(request, lead, now=now)}


def standing(request: BrokerRequest, lead: Lead, held: Conversation | None, *, now: datetime) -> dict[str, Any]:
    """Where a conversation is and who has it: lead · held · state · mine · waits · picks."""
    taken = held is not None and held.owner == Owner.USER
    return {
        "lead": lead,
        "held": held,
        "state": _state(held, now),
        "taken": taken,
        "mine": taken and held is not None and held.taken_by_id == request.user.pk,
        "waits": boxes.tone(held, now) if held else "",
        "picks": quick_times.offered(now),
        "box": box_of(request),
        "now": now,
    }


def head(request: BrokerRequest, lead: Lead, *, now: datetime) -> dict[str, Any]:
    """Who has a conversation, and where it is; see `standing`."""
    held = Conversation.objects.select_related("taken_by").filter(lead=lead).first()
    return standing(request, lead, held, now=now)


def beside(lead: Lead) -> dict[str, Any]:
    """What stands beside a thread: tags · phone_url."""
    return {"tags": lead_pages.tags(lead), "phone_url": phone_url(lead)}


def phone_url(lead: Lead) -> str:
    """The simulated phone of a lead; "" when the brokerage has none."""
    simulated = ChannelAccount.objects.filter(provider=Provider.SANDBOX, is_active=True).exists()
    return reverse("inbox:phone", args=[lead.public_id]) if simulated else ""


def outgoing(lead: Lead, *, now: datetime) -> list[Bubble]:
    """What was written lately and has not arrived: on its way, held back, refused, failed."""
    recent = Message.objects.filter(lead=lead, direction=Direction.OUT, created_at__gt=now - _LATELY)
    found = recent.exclude(TRIALS).exclude(status__in=ARRIVED).select_related("account", "template_version__template")
    return [bubble(each, now=now) for each in found.order_by("-created_at", "-id")[:_MOST_OUTGOING]][::-1]


def _state(held: Conversation | None, now: datetime) -> str:
    if held is None:
        return ConversationState.OPEN
    over = held.state == ConversationState.SNOOZED and held.snoozed_until is not None and held.snoozed_until <= now
    return ConversationState.OPEN if over else held.state
