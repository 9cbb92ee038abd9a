"""Sales won and lost in the range.

A lead counts once: by its last closing in the range, unless it was reopened before the range ended. Going on from
`ganado` to `referidos` is no reopening. So a month that is over does not change.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet, Sum

from crm.enums import LostReason, Stage
from crm.models import LeadQuerySet
from pipeline.models import StageTransition
from reports import histories
from reports.periods import Period


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Leads won, lost by the stage they were lost from and the reason, and the closing prices of those won, by unit."""

    won: int
    lost_by: dict[tuple[Stage, LostReason], int]
    prices: dict[str, Decimal]

    @property
    def lost(self) -> int:
        """All that were lost."""
        return sum(self.lost_by.values())

    @property
    def win_rate(self) -> float | None:
        """Won ÷ (won + lost), 0 to 1; None when nothing was closed."""
        closed = self.won + self.lost
        return self.won / closed if closed else None

    def by_reason(self) -> dict[LostReason, int]:
        """Lost leads by reason, the most frequent first."""
        sums = dict.fromkeys(LostReason, 0)
        for (_stage, reason), leads in self.lost_by.items():
            sums[reason] += leads
        return dict(sorted(((r, n) for r, n in sums.items() if n), key=lambda pair: -pair[1]))

    def lost_from(self) -> list[Stage]:
        """The stages leads were lost from, in the board's order."""
        return [stage for stage in Stage if any(came == stage for came, _reason in self.lost_by)]


def closings(leads: LeadQuerySet, period: Period) -> QuerySet[StageTransition]:
    """The closings that count: one transition a lead."""
    closed = (Stage.GANADO, Stage.PERDIDO)
    last = histories.keys(histories.moved(leads, period, to=closed), _LAST, [period.until, period.since])
    return StageTransition.objects.filter(pk__in=last, to_stage__in=closed).order_by()


_LAST = """
SELECT id FROM (
    SELECT DISTINCT ON (lead_id) id, entered FROM steps
    WHERE entered < %s AND (stage <> 'referidos' OR came IS DISTINCT FROM 'ganado') ORDER BY lead_id, ago) last_ones
WHERE entered >= %s
"""


def read(leads: LeadQuerySet, period: Period) -> Outcomes:
    """What was closed; one statement."""
    rows = (
        closings(leads, period)
        .values_list("to_stage", "from_stage", "lost_reason", "lead__closing_unit")
        .annotate(leads=Count("*"), price=Sum("lead__closing_price"))
    )
    won, lost_by, prices = 0, dict[tuple[Stage, LostReason], int](), dict[str, Decimal]()
    for outcome, came_from, reason, unit, count, price in rows:
        if outcome == Stage.PERDIDO:
            key = _lost_key(came_from, reason)
            lost_by[key] = lost_by.get(key, 0) + count
            continue
        won += count
        if price is not None:
            prices[unit] = prices.get(unit, Decimal(0)) + price
    return Outcomes(won, lost_by, prices)


def won_by_owner(leads: LeadQuerySet, period: Period) -> dict[int | None, int]:
    """Leads won in the range by who has them; one statement."""
    won = closings(leads, period).filter(to_stage=Stage.GANADO)
    rows: Any = won.values_list("lead__assigned_to").annotate(leads=Count("*"))
    return dict(rows)


def _lost_key(came_from: str, reason: str) -> tuple[Stage, LostReason]:
    """Where it was lost, and why: one brought in as lost was lost from the entry, one without a reason for another."""
    return Stage(came_from or Stage.ENTRADA), LostReason(reason or LostReason.OTRO)
