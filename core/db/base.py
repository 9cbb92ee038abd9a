"""Django's PostgreSQL backend, on connections that know their brokerage and refuse tenant tables without one."""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base

from core.db.guard import guard


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with its brokerage, what it knows of it (core.tenancy), and whether it acts as owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.broker_id: int | None = None
        self.known: dict[Callable[[], Any], Any] = {}
        self.owner_depth = 0
        self.execute_wrappers.append(guard)
