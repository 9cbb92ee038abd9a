"""Scores of simulated leads: told anew when a message leaves or a stage changes, as the reactions would."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from campaigns import conditions
from campaigns.enums import ConditionKind
from campaigns.models import Step
from campaigns.simulation.walks import Walk
from crm import rules
from crm.enums import LeadStatus, Stage
from crm.scoring import loading, score, status_for


class Scores:
    """Does nothing for a campaign that asks for no score: it costs a statement each time."""

    def __init__(self, steps: Sequence[Step], texts: str) -> None:
        asked = [each for step in steps for each in step.conditions]
        kinds = (ConditionKind.SCORE_BETWEEN, ConditionKind.STATUS_IN)
        self._rules = rules.in_force() if conditions.asks(asked, *kinds) or "score" in texts else None

    def tell(self, walks: Sequence[Walk], now: datetime) -> None:
        """Give these leads the score they would have by now."""
        if self._rules is None or not walks:
            return
        known = loading.known_of_held([walk.lead for walk in walks], now=now)
        for walk in walks:
            facts = known[walk.lead.pk].facts
            facts = replace(facts, unanswered=facts.unanswered + len(walk.sent))
            total = score(facts, self._rules).total
            lead = walk.lead
            before, stage = LeadStatus(lead.status), Stage(lead.stage)
            lead.status = status_for(total, stage=stage, before=before, bounds=self._rules.warmth)
            lead.score = total
