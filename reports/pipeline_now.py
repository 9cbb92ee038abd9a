"""What stands in the pipeline now: leads and value by stage and currency, weighted by the stage's chance of a sale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count, Sum

from crm.enums import Stage
from crm.models import LeadQuerySet
from crm.rules import Rules

CLOSED = frozenset({Stage.GANADO, Stage.PERDIDO})
OPEN = tuple(stage for stage in Stage if stage not in CLOSED)


@dataclass(slots=True)
class StageNow:
    """Leads standing in a stage, the sums of their budgets by unit, and those sums × the chance."""

    chance: int
    leads: int = 0
    values: dict[str, Decimal] = field(default_factory=dict)

    @property
    def weighted(self) -> dict[str, Decimal]:
        """The value to be expected, by unit."""
        return {unit: value * self.chance / 100 for unit, value in self.values.items()}


def read(leads: LeadQuerySet, *, rules: Rules) -> dict[Stage, StageNow]:
    """Every stage as it stands, with the chances of the brokerage's rules; one statement."""
    rows = leads.order_by().values_list("stage", "budget_unit").annotate(leads=Count("*"), value=Sum("budget_amount"))
    stages = {stage: StageNow(rules.stages[stage].chance) for stage in Stage}
    for name, unit, count, value in rows:
        stage = stages[Stage(name)]
        stage.leads += count
        if unit and value is not None:
            stage.values[unit] = value
    return stages


def expected(stages: Mapping[Stage, StageNow]) -> dict[str, Decimal]:
    """The weighted value of what is still open, by unit, the largest number first."""
    sums: dict[str, Decimal] = {}
    for stage in OPEN:
        for unit, value in stages[stage].weighted.items():
            sums[unit] = sums.get(unit, Decimal(0)) + value
    return dict(sorted(sums.items()))
