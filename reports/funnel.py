"""True conversion: of the leads that entered a stage in the range, the share that later entered another.

"Later" is after the lead's first entry in the range, up to now, also when that is beyond the range.
"""

from dataclasses import dataclass
from itertools import permutations

from crm.enums import Stage
from crm.models import LeadQuerySet
from reports import histories
from reports.periods import Period

WAY = (
    Stage.ENTRADA,
    Stage.PERFILAMIENTO,
    Stage.CALIFICACION_FINANCIERA,
    Stage.AGENDADO,
    Stage.SEGUIMIENTO,
    Stage.GANADO,
)
"""The stages of the funnel; referrals come after a sale, and the lost have their own figures."""
_PAIRS = list(permutations(Stage, 2))


@dataclass(frozen=True, slots=True)
class Funnel:
    """Leads that entered each stage in the range, and of those how many later entered each other one."""

    entered: dict[Stage, int]
    reached: dict[tuple[Stage, Stage], int]

    def share(self, stage: Stage, then: Stage) -> float | None:
        """The conversion from `stage` to `then`, 0 to 1; None when nobody entered."""
        return self.reached[stage, then] / self.entered[stage] if self.entered[stage] else None


def read(leads: LeadQuerySet, period: Period) -> Funnel:
    """The funnel of these leads; one statement."""
    inside = "entered >= %s AND entered < %s"
    firsts = ", ".join(f"max(ago) FILTER (WHERE stage = '{stage}' AND {inside}) AS first_{stage}" for stage in Stage)
    lasts = ", ".join(f"min(ago) FILTER (WHERE stage = '{stage}') AS last_{stage}" for stage in Stage)
    counts = ", ".join(f"count(first_{stage})" for stage in Stage)
    pairs = ", ".join(f"count(*) FILTER (WHERE last_{then} < first_{stage})" for stage, then in _PAIRS)
    sql = f", paths AS (SELECT {firsts}, {lasts} FROM steps GROUP BY lead_id) SELECT {counts}, {pairs} FROM paths"  # noqa: S608 -- values of our enum
    [found] = histories.rows(histories.moved(leads, period), sql, [period.since, period.until] * len(Stage))
    return Funnel(
        dict(zip(Stage, found[: len(Stage)], strict=True)), dict(zip(_PAIRS, found[len(Stage) :], strict=True))
    )
