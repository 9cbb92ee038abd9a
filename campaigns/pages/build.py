"""The steps of a campaign, one below the other, and how they stand while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.http import BrokerRequest
from campaigns import phrases, reach_words, readiness, stats, steps
from campaigns.enums import CampaignStatus
from campaigns.models import Campaign, Step
from campaigns.pages import shell
from campaigns.readiness import Problem
from campaigns.stats import Live
from core.htmx import wants_fragment
from crm.models import Lead, LeadQuerySet
from templates_app import library

_STOP_POLLING = 286
"""HTMX asks no more after it."""


@dataclass(frozen=True, slots=True)
class Row:
    """A step as its card shows it."""

    step: Step
    delay: str
    action: str
    body: str
    conditions: list[str]
    otherwise: str
    problems: list[Problem]
    live: Live
    is_last: bool


@require_safe
def campaign_build(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """What brings leads in, and what is done with them."""
    campaign = shell.get(public_id)
    found = steps.of(campaign)
    problems = readiness.problems(campaign) if campaign.status == CampaignStatus.DRAFT else []
    context = {
        "trigger": phrases.trigger(campaign),
        "who": [reach_words.filter_words(name, words) for name, words in campaign.audience.items()],
        "hours": phrases.hours(campaign),
        "rows": _rows(found, problems, _live(request, campaign)),
        "problems": problems,
        "runs": campaign.activated_at is not None,
        "room": len(found) < steps.MOST,
    }
    if wants_fragment(request):
        shown = {"campaign": campaign, "may_change": shell.may_change(request, campaign)}
        return render(request, "campaigns/flow.html", shown | context)
    return shell.page(request, campaign, "build", "campaigns/build.html", context)


@require_safe
def campaign_counts(request: BrokerRequest, public_id: UUID) -> HttpResponse:
    """How many leads wait at each step and what came of it so far, to be put into the cards."""
    campaign = shell.get(public_id)
    live = _live(request, campaign)
    rows = [(step, live.get(step.pk, Live())) for step in steps.of(campaign)]
    status = 200 if campaign.is_running else _STOP_POLLING
    return render(request, "campaigns/counts.html", {"rows": rows}, status=status)


def _live(request: BrokerRequest, campaign: Campaign) -> dict[int, Live]:
    """An agent's counts are over the leads the agent sees; of a draft there are none."""
    if campaign.activated_at is None:
        return {}
    seen: LeadQuerySet | None = None if request.user.is_admin else Lead.objects.visible_to(request.user)
    return stats.live(campaign, seen=seen)


def _rows(found: Sequence[Step], problems: Sequence[Problem], live: dict[int, Live]) -> list[Row]:
    texts = dict(library.with_texts(step.template for step in found if step.template is not None))
    tags, numbers = phrases.tag_names(found), {str(step.public_id): step.number for step in found}
    return [
        Row(
            step,
            phrases.delay(step.delay_minutes, first=step.number == 1),
            phrases.action(step),
            texts[step.template].body if step.template in texts else "",
            [_inside(phrases.condition(each, tags=tags, numbers=numbers)) for each in step.conditions],
            phrases.otherwise(step),
            [each for each in problems if each.step == step.number],
            live.get(step.pk, Live()),
            step is found[-1],
        )
        for step in found
    ]


def _inside(sentence: str) -> str:
    """As it stands inside a longer one."""
    return sentence[:1].lower() + sentence[1:]
