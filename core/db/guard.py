"""The guard: SQL on tenant tables without a brokerage raises.

Row-level security alone would answer "no rows", which hides the bug.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from django.apps import apps

from core.tenancy import NoTenant


def tenant_tables() -> frozenset[str]:
    """Names of all tables whose rows belong to one brokerage, audit tables included."""
    models = apps.get_models(include_auto_created=True)
    return frozenset(model._meta.db_table for model in models if getattr(model, "walled", False))  # noqa: SLF001 -- Django's documented model API


@cache
def _mentions_tenant_table() -> re.Pattern[str]:
    names = "|".join(sorted(map(re.escape, tenant_tables()), key=len, reverse=True))
    return re.compile(rf"\b(?:{names})\b")


def guard(execute: Callable[..., Any], sql: str, params: object, many: bool, context: dict[str, Any]) -> Any:  # noqa: FBT001, ANN401 -- Django's execute_wrapper signature
    """Refuse SQL that names a tenant table while the connection has no brokerage (migrations run as owner)."""
    connection = context["connection"]
    if connection.broker_id is None and not connection.owner_depth and _mentions_tenant_table().search(str(sql)):
        raise NoTenant(f"Tenant data without a brokerage: {str(sql)[:200]}")
    return execute(sql, params, many, context)
