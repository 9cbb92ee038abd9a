"""The page of a lead and its timeline."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from core import keyset
from crm import lead_pages, notes, referrals, task_pages
from crm.forms.acts import NoteForm
from crm.models import Lead
from crm.timeline_words import KINDS


@require_safe
def lead(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Head, stages, facts, and the stream of what happened."""
    now = timezone.now()
    try:
        found = lead_pages.get(request, public_id)
    except Http404:
        return _instead(request, public_id)
    context = lead_pages.context(request, found, now=now) | lead_pages.neighbours(request, found, now=now)
    context["referrals"] = referrals.panel(found, request.user)
    context |= _stream(request, found) | {"note": NoteForm(), "mentionable": notes.offered(found, request.user)}
    context |= task_pages.panel(request, found, now=now)
    return render(request, "crm/lead.html", context)


def _instead(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The lead that another one was merged into; 410 for a person who was erased; else 404."""
    trace = lead_pages.trace(request.user, public_id)
    if trace is None:
        raise Http404
    if trace.merged_into is not None:
        return redirect("crm:lead", trace.merged_into.public_id)
    return render(request, "410.html", status=HTTPStatus.GONE)


@require_safe
def lead_timeline(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The stream, of some kinds or all; with a cursor just the entries after it."""
    found = lead_pages.get(request, public_id)
    template = "crm/events.html" if request.GET.get("cursor") else "crm/timeline.html"
    return render(request, template, {"lead": found, **_stream(request, found)})


@require_safe
def lead_head(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The head of the page alone, after something changed."""
    found = lead_pages.get(request, public_id)
    return render(request, "crm/head.html", lead_pages.context(request, found, now=timezone.now()))


def _stream(request: BrokerRequest, found: Lead) -> dict[str, Any]:
    chosen = [name for name in request.GET.getlist("kind") if name in KINDS]
    try:
        stream = lead_pages.stream(
            found,
            kinds=chosen,
            cursor=request.GET.get("cursor", ""),
            last_day=request.GET.get("day", "")[:10],
            now=timezone.now(),
        )
    except keyset.BadCursor as error:
        raise BadRequest(str(error)) from error
    kinds = [{"name": name, "label": label, "on": name in chosen} for name, (label, _kinds) in KINDS.items()]
    return {"stream": stream, "kinds": kinds, "chosen": chosen}
