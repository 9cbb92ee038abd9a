"""The log of a campaign: what became of each step for each lead, why, and why a lead is not in it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from campaigns import traces
from campaigns.enums import LogStatus
from campaigns.models import CampaignLog, Step
from campaigns.pages import shell
from campaigns.pages.results import title
from campaigns.stats import seen_by
from campaigns.steps import all_steps
from core import keyset
from core.htmx import wants_fragment
from crm import search
from crm.filters import midnight
from crm.models import Lead, LeadQuerySet
from messaging.enums import Status

_SIZE = 50
_MATCHES = 8
_LATEST = keyset.Order("newest", "id", descending=True)
_DAYS = (MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2199, 12, 31)))
_ARRIVED = {"delivered": [Status.DELIVERED, Status.READ], "read": [Status.READ]}


class LogForm(forms.Form):
    """The filters of the log; what is wrong filters nothing and is said."""

    step = forms.ChoiceField(label=_("Paso"), required=False)
    status = forms.ChoiceField(label=_("Estado"), required=False)
    since = forms.DateField(
        label=_("Desde"), required=False, validators=_DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        label=_("Hasta"), required=False, validators=_DAYS, widget=forms.DateInput(attrs={"type": "date"})
    )
    lead = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    arrived = forms.ChoiceField(
        required=False, choices=[("", ""), ("delivered", ""), ("read", "")], widget=forms.HiddenInput
    )

    def __init__(self, steps: list[Step], *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        """The choices are the campaign's steps, those taken out too."""
        super().__init__(*args, **kwargs)
        named = [("", _("Todos")), *((str(each.public_id), title(each)) for each in steps)]
        self.fields["step"].choices = named  # type: ignore[attr-defined]
        self.fields["status"].choices = [("", _("Todos")), *LogStatus.choices]  # type: ignore[attr-defined]

    def rows(self) -> Q:
        """What the filters mean."""
        self.is_valid()
        wanted = self.cleaned_data
        found = Q()
        for name, column in (("step", "step__public_id"), ("lead", "lead__public_id"), ("status", "status")):
            found &= Q(**{column: wanted[name]}) if wanted.get(name) else Q()
        found &= Q(reason=wanted["reason"]) if wanted.get("reason") else Q()
        found &= Q(message__status__in=_ARRIVED[wanted["arrived"]]) if wanted.get("arrived") else Q()
        at = Coalesce("executed_at", "scheduled_for")
        found &= Q(GreaterThanOrEqual(at, midnight(wanted["since"]))) if wanted.get("since") else Q()
        return found & (Q(LessThan(at, midnight(wanted["until"] + timedelta(days=1)))) if wanted.get("until") else Q())


@require_safe
def campaign_log(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The rows, the latest first; an HTMX request for the next page gets rows alone."""
    campaign = shell.get(public_id)
    form = LogForm(all_steps(campaign), request.GET or {})
    rows = _visible(request, CampaignLog.objects.filter(campaign=campaign)).filter(form.rows())
    rows = rows.select_related(*traces.LOADED)
    try:
        page = keyset.page(rows, _LATEST, cursor=request.GET.get("cursor", ""), size=_SIZE)
    except keyset.BadCursor:
        page = keyset.page(rows, _LATEST, size=_SIZE)
    for log in page.rows:
        log.step.campaign = campaign
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "form": form,
        "rows": [{"log": log, "step": title(log.step), "words": traces.outcome(log)} for log in page.rows],
        "next": page.next,
        "query": query.urlencode(),
        "is_filtered": any(form.cleaned_data.values()),
    }
    if wants_fragment(request) and "cursor" in request.GET:
        return render(request, "campaigns/log_rows.html", context | {"campaign": campaign})
    return shell.page(request, campaign, "log", "campaigns/log.html", context)


@require_safe
def campaign_trace(request: BrokerRequest, public_id: UUID, log_id: UUID) -> HttpResponse:
    """Why a lead got, or did not get, a step: in a dialog, or on a page of its own."""
    campaign = shell.get(public_id)
    rows = _visible(request, CampaignLog.objects.filter(campaign=campaign, public_id=log_id))
    log = rows.select_related(*traces.LOADED).first()
    if log is None:
        raise Http404
    context = {"trace": traces.of(log, now=timezone.now())}
    if wants_fragment(request):
        return render(request, "campaigns/trace_dialog.html", context | {"campaign": campaign})
    return shell.page(request, campaign, "log", "campaigns/trace.html", context)


@require_safe
def campaign_why_not(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """Look a lead up (`q`), and tell all that keeps one (`lead`) out of the campaign."""
    campaign, asked = shell.get(public_id), request.GET.get("q", "").replace("\x00", "").strip()[:100]
    mine = Lead.objects.visible_to(request.user)
    lead = _named(request, mine)
    matches = search.matching(mine, asked).order_by("-id") if lead is None and len(asked) > 1 else mine.none()
    context: dict[str, Any] = {"asked": asked, "matches": list(matches[:_MATCHES]), "lead": lead}
    if lead is not None:
        context["reasons"] = traces.why_not(campaign, lead, now=timezone.now())
    if wants_fragment(request):
        return render(request, "campaigns/why_not_part.html", context | {"campaign": campaign})
    return shell.page(request, campaign, "log", "campaigns/why_not.html", context)


def _named(request: BrokerRequest, among: LeadQuerySet) -> Lead | None:
    try:
        wanted = UUID(request.GET.get("lead", ""))
    except ValueError:
        return None
    found: Lead | None = among.filter(public_id=wanted).first()
    return found


def _visible(request: BrokerRequest, rows: Any) -> Any:  # noqa: ANN401 -- a queryset of rows with a lead
    leads = seen_by(request.user)
    return rows if leads is None else rows.filter(lead__in=leads)
