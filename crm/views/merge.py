"""Two leads that are one person: finding the other one, choosing side by side, merging."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import BrokerRequest
from core.actors import Actor
from crm import duplicates, lead_pages, search
from crm.leads import Stale
from crm.merging import act, words
from crm.merging.facts import FACTS
from crm.models import Lead

_SHOWN = 20
_DIGITS = 9


@require_safe
def merge_search(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Leads that look like the same person, and a search for any other one."""
    lead = lead_pages.get(request, public_id)
    text = request.GET.get("q", "")[:100]
    visible = Lead.objects.visible_to(request.user).exclude(pk=lead.pk).select_related("assigned_to")
    if len(text.strip()) >= search.SHORTEST:
        found = list(search.matching(visible, text).order_by("name_key", "pk")[:_SHOWN])
    else:
        alike = duplicates.similar(phone_e164=lead.phone_e164, email=lead.email, exclude_id=lead.pk)
        found = list(visible.filter(pk__in=[each.pk for each in alike]))
    return render(request, "crm/merge_search.html", {"lead": lead, "found": found, "q": text})


@require_safe
def merge_pair(request: BrokerRequest) -> HttpResponse:
    """From two ticked leads of a list (`lead` twice) to their page; the one that came first is kept."""
    try:
        wanted = [UUID(text) for text in request.GET.getlist("lead")[:3]]
    except ValueError as error:
        raise Http404 from error
    pair = list(Lead.objects.visible_to(request.user).filter(public_id__in=wanted).order_by("created_at", "pk"))
    if len(wanted) != 2 or len(pair) != 2:  # noqa: PLR2004 -- two of them
        raise Http404
    return redirect("crm:lead-merge", pair[0].public_id, pair[1].public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def merge_page(request: BrokerRequest, public_id: UUID, other_id: UUID) -> HttpResponse:
    """Both side by side; a POST merges the second into the first with what was chosen (`take-…`)."""
    kept, other = lead_pages.get(request, public_id), lead_pages.get(request, other_id)
    if kept.pk == other.pk:
        raise Http404
    take = frozenset(name for name in FACTS if request.POST.get(f"take-{name}") == "other")
    if request.method != "POST":
        return _page(request, kept, other, take)
    versions = {kept.pk: _seen(request, "kept_version"), other.pk: _seen(request, "other_version")}
    by, within = Actor.of(request.user), Lead.objects.visible_to(request.user)
    try:
        _kept, action = act.merge(
            kept.pk, other.pk, take=take, within=within, versions=versions, by=by, now=timezone.now()
        )
    except Stale:
        kept, other = lead_pages.get(request, public_id), lead_pages.get(request, other_id)
        return _page(request, kept, other, take, status=HTTPStatus.CONFLICT)
    except Lead.DoesNotExist as gone:
        raise Http404 from gone
    undo_url = reverse("crm:action-undo", args=[action.public_id])
    messages.success(request, _("Listo: ahora son un solo lead, con la historia de los dos."), extra_tags=undo_url)
    return redirect("crm:lead", kept.public_id)


def _page(
    request: BrokerRequest, kept: Lead, other: Lead, take: frozenset[str], *, status: int = HTTPStatus.OK
) -> HttpResponse:
    rows = list(words.rows(kept, other, take=take, language=get_language() or "es"))
    context = {"kept": kept, "other": other, "rows": rows, "stale": status == HTTPStatus.CONFLICT}
    context["chosen"] = sum(row.choose for row in rows)
    return render(request, "crm/merge.html", context, status=status)


def _seen(request: BrokerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0  # 0 is never a version
