"""The palette's options, drawn anew at every word typed."""

from contextlib import suppress
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from crm.models import Lead
from pipeline import answers, palette


@require_safe
def options(request: BrokerRequest) -> HttpResponse:
    """`q` is what was typed, `lead` the lead at hand, `recent` those seen last (ids between commas)."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    named = _ids(request.GET.get("lead", ""))
    at = Lead.objects.visible_to(request.user).filter(public_id__in=named[:1]).first() if named else None
    with timezone.override(request.broker.zone):  # visits are told in it
        found = palette.groups(
            request.user,
            text,
            at=at,
            on_board=answers.from_board(request),
            recent=_ids(request.GET.get("recent", "")),
            now=timezone.now(),
        )
    context = {
        "groups": found,
        "text": text,
        "count": sum(len(group.options) for group in found),
        "lead": at,
        "list_url": reverse("crm:lead-list"),
    }
    return render(request, "pipeline/palette.html", context)


def _ids(text: str) -> list[UUID]:
    found = []
    for part in text[:1000].split(","):
        with suppress(ValueError):
            found.append(UUID(part))
    return found
