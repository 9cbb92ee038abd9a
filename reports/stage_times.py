"""How long leads stay in each stage.

A visit lasts from a lead's entry into a stage to its next transition, an open one until now. Counted are the visits
that began or were still open in the range, with their whole length, also what lies outside the range.
"""

from dataclasses import dataclass
from datetime import datetime

from crm.enums import Stage
from crm.models import LeadQuerySet
from reports import histories
from reports.periods import Period

_VISITS = """
, visits AS (
    SELECT stage, lead_id, left_at, greatest(extract(epoch FROM coalesce(left_at, %s) - entered), 0) AS seconds
    FROM steps WHERE entered < %s AND (entered >= %s OR coalesce(left_at, %s) > %s))
SELECT stage, count(DISTINCT lead_id), count(*), count(*) FILTER (WHERE left_at IS NULL), avg(seconds),
    percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds)
FROM visits GROUP BY stage
"""


@dataclass(frozen=True, slots=True)
class StageTime:
    """The visits of a stage: of how many leads, how many, how many are open, and their length in seconds."""

    leads: int = 0
    visits: int = 0
    open: int = 0
    mean: float | None = None
    median: float | None = None


def read(leads: LeadQuerySet, period: Period, *, now: datetime) -> dict[Stage, StageTime]:
    """The time spent in every stage; one statement."""
    bounds = [now, period.until, period.since, now, period.since]
    found = histories.rows(leads, _VISITS, bounds)
    times = {
        Stage(stage): StageTime(of, visits, still_open, float(mean), float(median))
        for stage, of, visits, still_open, mean, median in found
    }
    return {stage: times.get(stage, StageTime()) for stage in Stage}
