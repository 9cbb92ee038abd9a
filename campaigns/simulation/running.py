"""One simulation: leads, a beginning and some weeks; inside transactions that can only read."""

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
from campaigns.simulation.walks import Walk
from core import tenancy
from crm.models import Lead
from templates_app import library

MOST_LEADS = 500
MOST_WEEKS = 12
SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to lead through, from when, and for how long; `seconds` bounds the time it may take."""

    lead_ids: Sequence[int]
    start: datetime
    weeks: int = 4
    seconds: float = SECONDS


class Simulation:
    """One under way: begun and led on inside an open brokerage; between its legs the transaction may change."""

    def __init__(self, campaign: Campaign, plan: Plan) -> None:
        self._campaign, self._plan = campaign, plan
        self._walks: list[Walk] = []
        self._clock: Clock | None = None
        with sealed():
            broker = Broker.objects.get(pk=tenancy.current())
            self.weeks = max(1, min(plan.weeks, MOST_WEEKS))
            until = plan.start + timedelta(weeks=self.weeks)
            self.outcome = Outcome(plan.start, until, broker.time_zone)
            self._begin(broker, steps.of(campaign))

    def go(self, weeks: int) -> Outcome:
        """Lead everybody on until so many weeks after the start; what it came to so far."""
        until = min(self.outcome.until, self._plan.start + timedelta(weeks=weeks))
        if self._clock is not None and not self.outcome.cut:
            with sealed():
                self.outcome.cut = not self._clock.run(self._walks, until=until, seconds=self._plan.seconds)
        for walk in self._walks:
            walk.way.next_at, walk.way.ended = walk.at, walk.enrollment.reason if not walk.letter else ""
        return self.outcome

    def _begin(self, broker: Broker, found: list[Step]) -> None:
        chosen = sorted(set(self._plan.lead_ids))[:MOST_LEADS]
        leads = list(Lead.objects.filter(pk__in=chosen).select_related("assigned_to").order_by("pk"))
        refused = enrolling.whys_not(self._campaign, leads)
        self.outcome.ways = [
            Way(lead.pk, str(lead.public_id), lead.name, refused[lead.pk]) for lead in leads if lead.pk in refused
        ]
        entering = [lead for lead in leads if lead.pk not in refused]
        if not found or not entering:
            return
        by = triggers.actor(self._campaign)
        self._walks = walks.begun(self._campaign, found[0], entering, now=self._plan.start)
        self.outcome.ways += [walk.way for walk in self._walks]
        used = library.with_texts(step.template for step in found if step.template)
        scores = Scores(found, " ".join(f"{text.subject} {text.body} {text.html}" for _template, text in used))
        desk = Desk(self._campaign, entering, broker, by)
        self._clock = Clock(self._campaign, found, desk, Hands(scores, by), scores)


def simulate(campaign: Campaign, plan: Plan) -> Outcome:
    """What the campaign, as it stands, would do to these leads if they came in at that moment; writes nothing.

    It runs whatever its status. In as many statements for five hundred leads as for one: some for all of them and
    some for each step. Inside an open brokerage.
    """
    simulation = Simulation(campaign, plan)
    return simulation.go(simulation.weeks)
