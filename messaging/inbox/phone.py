"""The simulated phone: what arrived at a lead's sandbox accounts, and answering there.

What is typed takes a provider's way: an event kept once, applied by whoever applies events (messaging.inbound).
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from accounts.http import BrokerRequest
from core.htmx import wants_fragment
from crm import lead_pages
from crm.enums import Channel
from crm.models import Lead
from messaging.enums import ARRIVED, Provider, Status
from messaging.inbound import sandbox, store
from messaging.inbox.forms import PhoneForm
from messaging.models import ChannelAccount, Conversation, Message, ProviderEvent

_UNPROCESSABLE = 422
_SHOWN, _MOST_PHONES = 60, 30


@dataclass(frozen=True, slots=True)
class Screen:
    """One app of the phone: its account, what it shows, what is still on its way to us."""

    account: ChannelAccount
    messages: list[Message]
    leaving: list[str]


@require_safe
def phones(request: BrokerRequest) -> HttpResponse:
    """The leads whose phones rang last."""
    if not _accounts():
        raise Http404
    visible = Lead.objects.visible_to(request.user)
    heard = Conversation.objects.filter(lead__in=visible).exclude(last_direction="").select_related("lead")
    latest = heard.order_by("-last_at", "-id")[:_MOST_PHONES]
    return render(request, "inbox/phones.html", {"latest": latest})


@require_safe
def phone(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The phone of a lead."""
    lead = lead_pages.get(request, public_id)
    return render(request, "inbox/phone.html", _context(request, lead, request.GET.get("app", "")))


@require_safe
def screen(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What one of its apps shows now."""
    lead = lead_pages.get(request, public_id)
    return render(request, "inbox/phone_screen.html", _context(request, lead, request.GET.get("app", "")))


@require_POST
def write(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Answer as the lead would."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    form = PhoneForm(request.POST)
    account = _accounts().get(str(request.POST.get("channel", "")))
    if account is None:
        raise Http404
    if form.is_valid():
        told = sandbox.typed(lead, account, form.cleaned_data["body"], key=form.cleaned_data["key"], now=now)
        store.keep(account, [told], now=now)
    if not wants_fragment(request):
        return redirect("inbox:phone", lead.public_id)
    status = 200 if form.is_valid() else _UNPROCESSABLE
    context = _context(request, lead, account.channel) | {"form": None if form.is_valid() else form, "focused": True}
    response = render(request, "inbox/phone_body.html", context, status=status)
    return trigger_client_event(response, "threads:changed")


def _context(request: BrokerRequest, lead: Lead, app: str) -> dict[str, Any]:
    accounts = _accounts()
    if not accounts:
        raise Http404
    account = accounts.get(app) or accounts[_last_app(lead, accounts)]
    return {
        "lead": lead,
        "apps": list(accounts.values()),
        "screen": _screen(lead, account),
        "key": uuid4(),
        "now": timezone.now(),
        "firm": request.broker,
    }


def _accounts() -> dict[str, ChannelAccount]:
    """The brokerage's simulated accounts by channel."""
    found = ChannelAccount.objects.filter(provider=Provider.SANDBOX, is_active=True).order_by("-is_default", "pk")
    order = {Channel.WHATSAPP: 0, Channel.TELEGRAM: 1, Channel.EMAIL: 2}
    accounts: dict[str, ChannelAccount] = {}
    for account in sorted(found, key=lambda one: order.get(Channel(one.channel), len(order))):
        accounts.setdefault(account.channel, account)
    return accounts


def _last_app(lead: Lead, accounts: dict[str, ChannelAccount]) -> str:
    """Where the lead's phone rang last."""
    latest = Message.objects.filter(lead=lead, account__in=accounts.values()).order_by("-created_at", "-id")
    known = latest.values_list("channel", flat=True).first()
    return known if known in accounts else next(iter(accounts))


def _screen(lead: Lead, account: ChannelAccount) -> Screen:
    here = Message.objects.filter(lead=lead, account=account, status__in=[*ARRIVED, Status.RECEIVED])
    latest = list(here.order_by("-created_at", "-id")[:_SHOWN])
    waiting = ProviderEvent.objects.filter(account=account, applied_at=None, payload__lead=str(lead.public_id))
    leaving = [str(payload.get("text", "")) for payload in waiting.order_by("id").values_list("payload", flat=True)]
    return Screen(account, latest[::-1], leaving)
