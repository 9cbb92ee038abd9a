"""The inbox: the list, a thread beside it, and its parts that pages ask for anew."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import BrokerRequest
from core.htmx import wants_fragment
from crm import lead_pages
from messaging.inbox import boxes, panel, writing


@require_safe
def inbox(request: BrokerRequest) -> HttpResponse:
    """A box without an open thread; for a page that scrolls or hears news just the rows."""
    context = panel.listed(request, now=timezone.now())
    if wants_fragment(request):
        return render(request, "inbox/rows.html" if "cursor" in request.GET else "inbox/list.html", context)
    return render(request, "inbox/page.html", context)


@require_safe
def thread(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """A thread beside its box; for HTMX the thread and the lead alone."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    context = panel.said(request, lead, now=now) | writing.composer(request, lead, now=now, typed=request.GET.dict())
    context |= panel.beside(lead)
    if wants_fragment(request):
        return render(request, "inbox/open.html", context)
    return render(request, "inbox/page.html", context | panel.listed(request, now=now))


@require_safe
def messages(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What was said, anew; with `before` what came earlier."""
    lead = lead_pages.get(request, public_id)
    context = panel.said(request, lead, now=timezone.now())
    return render(request, "inbox/earlier.html" if "before" in request.GET else "inbox/messages.html", context)


@require_safe
def head(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The head of a thread: who has it, and what one can do with it."""
    lead = lead_pages.get(request, public_id)
    return render(request, "inbox/head.html", panel.head(request, lead, now=timezone.now()))


@require_safe
def beside(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The lead beside its thread, after something changed."""
    lead = lead_pages.get(request, public_id)
    return render(request, "inbox/lead.html", {"lead": lead, "now": timezone.now(), **panel.beside(lead)})


@require_safe
@never_cache
def badge(request: BrokerRequest) -> HttpResponse:
    """How many conversations wait to be read, for the rail."""
    return render(request, "inbox/badge.html", {"unread": boxes.unread(request.user), "most": boxes.COUNTED})


@require_http_methods(["GET", "HEAD", "POST"])
def composer(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The composer for another channel, a template or a note; what was typed comes along (by POST: it may be long)."""
    lead = lead_pages.get(request, public_id)
    typed = (request.POST if request.method == "POST" else request.GET).dict()
    context = writing.composer(request, lead, now=timezone.now(), typed=typed)
    return render(request, "inbox/composer.html", context | {"focused": True})


@require_safe
def lead_panel(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Writing from the page of a lead: the composer, and what has not arrived yet."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    context = writing.composer(request, lead, now=now, typed={"at_lead": "1"})
    context |= {"outgoing": panel.outgoing(lead, now=now), "phone_url": panel.phone_url(lead)}
    return render(request, "inbox/lead_panel.html", context)


@require_safe
def outgoing(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What has not arrived yet, anew."""
    lead, now = lead_pages.get(request, public_id), timezone.now()
    context = {"outgoing": panel.outgoing(lead, now=now), "now": now, "lead": lead}
    return render(request, "inbox/outgoing.html", context)
