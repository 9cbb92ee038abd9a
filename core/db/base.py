"""Django's PostgreSQL backend, on connections that know their brokerage and refuse tenant tables without one."""

from collections.abc import Callable
from typing import Any

from django.db.backends.postgresql import base
from psycopg.types.datetime import TimestamptzLoader

from core.db.guard import guard


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection with its brokerage, what it knows of it (core.tenancy), and whether it acts as owner."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Django's signature
        super().__init__(*args, **kwargs)
        self.broker_id: int | None = None
        self.known: dict[Callable[[], Any], Any] = {}
        self.owner_depth = 0
        self.execute_wrappers.append(guard)

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:  # noqa: ANN401 -- Django's signature
        """One that reads moments with the driver's own reader: it is compiled, Django's beside it is not."""
        made = super().get_new_connection(conn_params)
        made.adapters.register_loader("timestamptz", TimestamptzLoader)
        return made

    def create_cursor(self, name: str | None = None) -> Any:  # noqa: ANN401 -- Django's signature
        """A cursor; Django's own function would give it Django's reader back. Every session is in UTC."""
        if name is None:
            return self.connection.cursor()
        made: Any = base.ServerSideCursor  # the driver's, which the stubs do not know
        return made(self.connection, name=name, scrollable=False, withhold=self.connection.autocommit)
