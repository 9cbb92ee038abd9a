"""What a move answers: the board gets the card and the heads of its columns, a lead's page its stages.

htmx says which page that is (HX-Current-URL), and with it the board's filters.
"""

from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import reswap, retarget, trigger_client_event

from accounts.http import BrokerRequest
from crm import rules
from crm.enums import Stage
from crm.models import Lead
from pipeline import columns, visits
from pipeline.columns import Column
from pipeline.filter_bar import BoardFilters


def from_board(request: BrokerRequest) -> bool:
    """Whether the request was made on the board."""
    return _here(request).path == reverse("pipeline:board")


def truth(request: BrokerRequest, lead: Lead, *, status: int = 200, stages: tuple[str, ...] = ()) -> HttpResponse:
    """The lead as stored, for the page that asked. `stages` are those whose figures the page may have wrong."""
    if from_board(request):
        return _card(request, lead, status, {Stage(name) for name in (*stages, lead.stage) if name})
    response = render(request, "pipeline/stage.html", visits.context(lead, now=timezone.now()), status=status)
    return reswap(retarget(response, "#lead-stage"), "outerHTML")


def _card(request: BrokerRequest, lead: Lead, status: int, stages: set[Stage]) -> HttpResponse:
    """The card and the heads; under filters the database says whether the card is still among theirs."""
    now, rotting = timezone.now(), rules.in_force().rotting()
    bar = BoardFilters.of(QueryDict(_here(request).query), user=request.user, now=now)
    heads = columns.figures(bar.leads, now=now, rotting=rotting, stages=[stage for stage in Stage if stage in stages])
    context: dict[str, Any] = {
        "card": columns.one_card(bar.leads, lead.public_id),
        "columns": [Column(stage, figures) for stage, figures in heads.items()],
        "now": now,
        "rotting": rotting,
    }
    response = render(request, "pipeline/moved.html", context, status=status)
    return reswap(retarget(response, f"#card-{lead.public_id}"), "outerHTML")


def moved(response: HttpResponse, lead: Lead) -> None:
    """Tell the page that a lead stands elsewhere, and close the dialog that asked."""
    trigger_client_event(response, "board:changed", {"lead": str(lead.public_id), "stage": lead.stage})
    trigger_client_event(response, "modal:close", {})


def _here(request: BrokerRequest) -> SplitResult:
    return urlsplit(request.htmx.current_url_abs_path or "")
