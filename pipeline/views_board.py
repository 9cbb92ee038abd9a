"""The board: its page, further cards of a column, and the dialog of filters."""

from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import push_url

from accounts.http import BrokerRequest
from accounts.models import User
from core.htmx import wants_fragment
from crm import rules
from crm.enums import LeadStatus, Stage, ViewPage
from crm.next_steps import NextStep
from crm.views.saved_views import opens_with, pushed
from pipeline import columns
from pipeline.filter_bar import BoardFilters
from pipeline.transitions import ALLOWED


@require_safe
def board(request: BrokerRequest) -> HttpResponse:
    """The whole board, or for HTMX what changes with its filters."""
    now = timezone.now()
    if opening := opens_with(request, ViewPage.BOARD):
        return redirect(opening)
    bar = BoardFilters.of(request.GET, user=request.user, now=now)
    rotting = rules.in_force().rotting()
    found = columns.columns(bar.leads, now=now, rotting=rotting, searched=bool(bar.value["q"]))
    context: dict[str, Any] = {
        "columns": found,
        "now": now,
        "rotting": rotting,
        "bar": bar,
        "total": sum(column.figures.total for column in found),
    }
    if wants_fragment(request):
        response = render(request, "pipeline/board_changed.html", context)
        address = pushed(request, ViewPage.BOARD, bar.query)
        return push_url(response, False if address == request.htmx.current_url_abs_path else address)
    people = User.objects.of(request.broker).filter(is_active=True).order_by("name", "email")
    context |= {
        "people": people.only("public_id", "name", "email"),
        "statuses": LeadStatus.choices,
        "next_steps": NextStep.choices,
        "says": _says(),
        "rules": {stage: list(allowed) for stage, allowed in ALLOWED.items()},
    }
    return render(request, "pipeline/board.html", context)


@require_safe
def cards(request: BrokerRequest) -> HttpResponse:
    """The next cards of one column: `stage`, `after` (the key of the last card at hand) and the board's filters."""
    now = timezone.now()
    try:
        stage, after = Stage(request.GET.get("in", "")), columns.Key.read(request.GET.get("after", ""))
    except ValueError as error:
        raise BadRequest(str(error)) from error
    bar = BoardFilters.of(request.GET, user=request.user, now=now)
    found, more = columns.next_cards(bar.leads, stage=stage, after=after)
    context = {
        "cards": found,
        "more": more,
        "stage": stage,
        "now": now,
        "rotting": rules.in_force().rotting(),
        "bar": bar,
    }
    return render(request, "pipeline/cards.html", context)


@require_safe
def card(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """One card as stored and all heads, under the board's filters; no card when it is not among theirs (any more)."""
    now, rotting = timezone.now(), rules.in_force().rotting()
    bar = BoardFilters.of(request.GET, user=request.user, now=now)
    heads = columns.figures(bar.leads, now=now, rotting=rotting)
    context = {
        "card": columns.one_card(bar.leads, public_id),
        "columns": [columns.Column(stage, figures) for stage, figures in heads.items()],
        "now": now,
        "rotting": rotting,
    }
    return render(request, "pipeline/moved.html", context)


@require_safe
def filters(request: BrokerRequest) -> HttpResponse:
    """The dialog with the filters that do not fit in the bar."""
    bar = BoardFilters.of(request.GET, user=request.user, now=timezone.now())
    return render(request, "crm/filters.html", {"bar": bar, "page_url": reverse("pipeline:board")})


def _says() -> dict[str, str]:
    """The sentences of static/js/board*.js in the active language; {name}, {stage}, {place} are filled in there."""
    return {
        "back": _("«{name}» volvió a {stage}: el cambio no se guardó."),
        "moved": _("{name}, ahora en {stage}, lugar {place}."),
        "elsewhere": _("Alguien movió a {name} a {stage}."),
        "gone": _("«{name}» ya no está a tu alcance."),
    }
