"""Sales won and lost in the range.

A lead counts once: by its last closing in the range, unless it was reopened before the range ended. Going on from
`ganado` to `referidos` is no reopening. So a slip taken back counts nowhere, and a month that is over does not change.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from crm.enums import LostReason, Stage
from crm.models import LeadQuerySet
from pipeline.models import StageTransition
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
    later = Q(at__gt=OuterRef("at")) | Q(at=OuterRef("at"), id__gt=OuterRef("id"))
    undone = (
        StageTransition.objects.filter(later, lead=OuterRef("lead"), at__lt=period.until)
        .exclude(from_stage=Stage.GANADO, to_stage=Stage.REFERIDOS)
        .order_by()
    )
    closed = StageTransition.objects.filter(period.holds("at"), to_stage__in=[Stage.GANADO, Stage.PERDIDO])
    return closed.filter(~Exists(undone), lead__in=leads.order_by().values("id")).order_by()


def read(leads: LeadQuerySet, period: Period) -> Outcomes:
    """What was closed; two statements."""
    counted = closings(leads, period)
    rows = counted.values_list("to_stage", "from_stage", "lost_reason").annotate(leads=Count("*"))
    won, lost_by = 0, dict[tuple[Stage, LostReason], int]()
    for outcome, came_from, reason, count in rows:
        if outcome == Stage.GANADO:
            won += count
        else:
            key = _lost_key(came_from, reason)
            lost_by[key] = lost_by.get(key, 0) + count
    return Outcomes(won, lost_by, _prices(counted))


def won_by_owner(leads: LeadQuerySet, period: Period) -> dict[int | None, int]:
    """Leads won in the range by who has them; one statement."""
    won = closings(leads, period).filter(to_stage=Stage.GANADO)
    rows: Any = won.values_list("lead__assigned_to").annotate(leads=Count("*"))
    return dict(rows)


def _lost_key(came_from: str, reason: str) -> tuple[Stage, LostReason]:
    """Where it was lost, and why: one brought in as lost was lost from the entry, one without a reason for another."""
    return Stage(came_from or Stage.ENTRADA), LostReason(reason or LostReason.OTRO)


def _prices(counted: QuerySet[StageTransition]) -> dict[str, Decimal]:
    won = counted.filter(to_stage=Stage.GANADO, lead__closing_price__isnull=False)
    rows: Any = won.values_list("lead__closing_unit").annotate(total=Sum("lead__closing_price"))
    return dict(rows)
