"""What came of a campaign: figures that open the rows behind them, a drawing of its steps, and reasons in words."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from campaigns import phrases, stats, words
from campaigns.enums import LogStatus
from campaigns.models import Step
from campaigns.pages import shell
from campaigns.stats import Counts, Live, Stats

_TALL = 62
"""Pixels between two bars."""


class Cell(NamedTuple):
    """A number and the list behind it."""

    name: str
    number: int
    url: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A step's bar: where it stands, how long it is in percent, and what is written beside it."""

    top: int
    label: str
    text: str
    note: str
    share: str
    url: str

    @property
    def label_y(self) -> int:
        """The line of its name and number."""
        return self.top + 17

    @property
    def bar_y(self) -> int:
        """The upper edge of the bar."""
        return self.top + 26

    @property
    def note_y(self) -> int:
        """The line under the bar."""
        return self.top + 52


@require_safe
def campaign_results(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """The figures, over the leads that this person may see."""
    campaign = shell.get(public_id)
    leads = stats.seen_by(request.user)
    found, live = stats.of(campaign, seen=leads), stats.live(campaign, seen=leads)
    log = shell.url_of("log", campaign)
    context = {
        "stats": found,
        "success": percent(found.total.success_rate),
        "failure": percent(found.total.failure_rate),
        "rows": [_row(step, counts, live.get(step.pk, Live()), log) for step, counts in found.steps],
        "bars": _bars(found.steps, log),
        "height": _TALL * len(found.steps),
        "reasons": _reasons(found.total, log),
        "left": [(str(why.label), number) for why, number in found.left.items()],
        "cards": _cards(found, log),
    }
    return shell.page(request, campaign, "results", "campaigns/outcome.html", context)


def percent(share: float | None) -> str:
    """A share in percent; a dash for none."""
    return "–" if share is None else f"{round(100 * share)} %"


def title(step: Step) -> str:
    """A step by its place and what it does; one that was taken out has no place."""
    what, gone = phrases.action(step), _("quitado")
    return f"{step.number}. {what}" if step.number else f"{what} ({gone})"


def _cards(found: Stats, log: str) -> list[dict[str, Any]]:
    """The figures that stand alone."""
    within = _("en 30 días desde el primer mensaje")
    return [
        {"label": _("Entraron"), "value": found.enrolled, "note": ""},
        {"label": _("En curso"), "value": found.active, "note": ""},
        {"label": _("Terminaron"), "value": found.finished, "note": ""},
        {"label": _("Contactados"), "value": found.contacted, "url": f"{log}?{urlencode({'status': LogStatus.SENT})}"},
        {"label": _("Respondieron"), "value": found.replies, "note": within},
        {"label": _("Agendaron"), "value": found.appointments, "note": within},
        {"label": _("Ventas"), "value": found.wins, "note": within},
        {"label": _("Envíos con éxito"), "value": percent(found.total.success_rate)},
    ]


def _row(step: Step, counts: Counts, live: Live, log: str) -> dict[str, Any]:
    return {
        "title": title(step),
        "waiting": live.waiting,
        "cells": [
            _cell("sent", counts.sent, step, log, LogStatus.SENT),
            _cell("delivered", counts.delivered, step, log, LogStatus.SENT, arrived="delivered"),
            _cell("read", counts.read, step, log, LogStatus.SENT, arrived="read"),
            Cell("replied", counts.replied, ""),
            _cell("failed", counts.failed, step, log, LogStatus.FAILED),
            _cell("skipped", counts.skipped, step, log, LogStatus.SKIPPED),
            _cell("pending", counts.pending, step, log, LogStatus.PENDING),
        ],
    }


def _cell(name: str, number: int, step: Step, log: str, status: LogStatus, **more: str) -> Cell:
    asked = {"step": str(step.public_id), "status": status.value, **more}
    return Cell(name, number, f"{log}?{urlencode(asked)}" if number else "")


def _bars(steps: Sequence[tuple[Step, Counts]], log: str) -> list[Bar]:
    most = max((counts.sent for _step, counts in steps), default=0) or 1
    return [
        Bar(
            place * _TALL,
            title(step),
            str(counts.sent),
            _("%(read)s leídos · %(replied)s respondidos · %(failed)s fallidos · %(skipped)s saltados")
            % {
                "read": counts.read,
                "replied": counts.replied,
                "failed": counts.failed,
                "skipped": counts.skipped,
            },
            f"{100 * counts.sent / most:.2f}",
            f"{log}?{urlencode({'step': str(step.public_id)})}",
        )
        for place, (step, counts) in enumerate(steps)
    ]


def _reasons(total: Counts, log: str) -> list[dict[str, Any]]:
    """Why steps failed or were skipped, the most frequent first, each with its rows."""
    found = [*_said(total.failed_reasons, LogStatus.FAILED, total.providers, log)]
    found += _said(total.skipped_reasons, LogStatus.SKIPPED, {}, log)
    return sorted(found, key=lambda each: -each["number"])


def _said(reasons: "Counter[str]", status: LogStatus, who: Mapping[str, str], log: str) -> list[dict[str, Any]]:
    return [
        {
            "words": words.of(code, provider=who.get(code, "")),
            "status": status,
            "number": number,
            "url": f"{log}?{urlencode({'status': status.value, 'reason': code})}",
        }
        for code, number in reasons.items()
    ]
