"""One simulation: leads, a beginning and some weeks; inside a transaction that can only read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import Broker
from campaigns import enrolling, steps, triggers
from campaigns.models import Campaign, Step
from campaigns.simulation import walks
from campaigns.simulation.acting import Hands
from campaigns.simulation.desk import Desk
from campaigns.simulation.outcome import Outcome, Way
from campaigns.simulation.scores import Scores
from campaigns.simulation.sealed import sealed
from campaigns.simulation.travelling import Clock
from core import tenancy
from crm.models import Lead
from templates_app import library

MOST_LEADS = 500
MOST_WEEKS = 12
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to lead through, from when, and for how long."""

    lead_ids: Sequence[int]
    start: datetime
    weeks: int = 4
    seconds: float = SECONDS


def simulate(campaign: Campaign, plan: Plan) -> Outcome:
    """What the campaign, as it stands, would do to these leads if they came in at that moment; writes nothing.

    It runs whatever its status. In as many statements for five hundred leads as for one: some for all of them and
    some for each step. Inside an open brokerage.
    """
    with sealed():
        found = steps.of(campaign)
        broker = Broker.objects.get(pk=tenancy.current())
        outcome = Outcome(plan.start, plan.start + timedelta(weeks=min(plan.weeks, MOST_WEEKS)), broker.time_zone)
        chosen = sorted(set(plan.lead_ids))[:MOST_LEADS]
        leads = list(Lead.objects.filter(pk__in=chosen).select_related("assigned_to").order_by("pk"))
        refused = enrolling.whys_not(campaign, leads)
        outcome.ways = [
            Way(lead.pk, str(lead.public_id), lead.name, refused[lead.pk]) for lead in leads if lead.pk in refused
        ]
        entering = [lead for lead in leads if lead.pk not in refused]
        if found and entering:
            _lead_through(campaign, found, entering, broker, outcome, plan)
    return outcome


def _lead_through(
    campaign: Campaign, found: list[Step], leads: list[Lead], broker: Broker, outcome: Outcome, plan: Plan
) -> None:
    by = triggers.actor(campaign)
    under_way = walks.begun(campaign, found[0], leads, now=plan.start)
    used = library.with_texts(step.template for step in found if step.template)
    scores = Scores(found, " ".join(f"{text.subject} {text.body}" for _template, text in used))
    clock = Clock(campaign, found, Desk(campaign, leads, broker, by), Hands(scores, by), scores)
    outcome.cut = not clock.run(under_way, until=outcome.until, seconds=plan.seconds)
    for walk in under_way:
        walk.way.next_at = walk.at
        outcome.ways.append(walk.way)
