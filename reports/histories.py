"""The stages leads went through, as SQL that the figures build on. Times of one lead are ordered by (at, id)."""

from typing import Any

from django.db import connection

from core import tenancy
from crm.models import LeadQuerySet

STEPS = """
SELECT t.lead_id, t.to_stage AS stage, t.at AS entered, lag(t.at) OVER back AS left_at, row_number() OVER back AS ago
FROM pipeline_stagetransition t JOIN ({leads}) l ON l.id = t.lead_id
WHERE t.broker_id = %s
WINDOW back AS (PARTITION BY t.lead_id ORDER BY t.at DESC, t.id DESC)
"""
"""Every entry of the leads into a stage: when, when it was left (null: not yet), how many steps ago (1 is the last).

Backwards, because that is the order of the index `pipeline_transition_by_lead`: nothing is sorted.
"""


def steps(leads: LeadQuerySet) -> tuple[str, list[Any]]:
    """STEPS over these leads, and its parameters."""
    sql, params = leads.order_by().values("id").query.sql_with_params()
    return STEPS.format(leads=sql), [*params, tenancy.current()]


def rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    """What a statement answers."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()
