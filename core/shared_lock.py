"""Locks that many may hold at once: Django has FOR UPDATE only, which would make every sender wait for every other."""

from typing import TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def share(rows: QuerySet[M]) -> list[M]:
    """The rows of a plain queryset of one table, held FOR SHARE until the transaction ends.

    Whoever changes one of them waits for all who hold it. Order the queryset: locks are taken in one order everywhere.
    """
    try:
        sql, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    return list(rows.model._base_manager.raw(f"{sql} FOR SHARE", params))  # noqa: SLF001 -- Django's documented model API
