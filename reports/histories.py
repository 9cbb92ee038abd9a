"""The stages leads went through, as SQL that the figures build on. Times of one lead are ordered by (at, id).

What was taken back counts nowhere: a step goes with the undo after it, and an undo of that undo brings it back. So of
the undos in a row behind a step an even number leaves it standing.
"""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from core import tenancy
from crm.enums import Stage
from crm.models import LeadQuerySet
from pipeline.models import StageTransition
from reports.periods import Period

STEPS = """
SELECT id, lead_id, stage, entered, lead(stage) OVER back AS came, lag(entered) OVER back AS left_at,
    row_number() OVER back AS ago
FROM (
    SELECT id, lead_id, stage, entered, undos - coalesce(lag(undos) OVER back, 0) AS undone
    FROM (
        SELECT t.id, t.lead_id, t.to_stage AS stage, t.at AS entered, t.is_undo,
            count(*) FILTER (WHERE t.is_undo) OVER back AS undos
        FROM pipeline_stagetransition t JOIN ({leads}) l ON l.id = t.lead_id
        WHERE t.broker_id = %s
        WINDOW back AS (PARTITION BY t.lead_id ORDER BY t.at DESC, t.id DESC)) all_steps
    WHERE NOT is_undo
    WINDOW back AS (PARTITION BY lead_id ORDER BY entered DESC, id DESC)) meant
WHERE mod(undone, 2) = 0
WINDOW back AS (PARTITION BY lead_id ORDER BY entered DESC, id DESC)
"""
"""Every entry of the leads into a stage: when, where from, when it was left (null: not yet), how many steps ago.

Backwards, because that is the order of the index `pipeline_transition_by_lead`: nothing is sorted.
"""


def steps(leads: LeadQuerySet) -> tuple[str, list[Any]]:
    """STEPS over these leads, and its parameters."""
    try:
        sql, params = leads.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can pass
        sql, params = "SELECT NULL::bigint AS id WHERE false", ()
    return STEPS.format(leads=sql), [*params, tenancy.current()]


def moved(leads: LeadQuerySet, period: Period, *, to: Iterable[Stage] = Stage) -> LeadQuerySet:
    """The leads that entered one of these stages in the range, taken back or not: whose ways are worth telling."""
    entered = StageTransition.objects.filter(period.holds("at"), to_stage__in=list(to))
    return leads.filter(pk__in=entered.order_by().values("lead"))


def rows(leads: LeadQuerySet, sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """What a statement over the table `steps` answers."""
    inner, first = steps(leads)
    with connection.cursor() as cursor:
        cursor.execute(f"WITH steps AS ({inner}) {sql}", [*first, *params])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def keys(leads: LeadQuerySet, sql: str, params: list[Any]) -> RawSQL:
    """The keys that a statement over the table `steps` selects, for a filter of the ORM: `id__in=keys(…)`."""
    inner, first = steps(leads)
    return RawSQL(f"WITH steps AS ({inner}) {sql}", [*first, *params])  # noqa: S611 -- written here, values as parameters
