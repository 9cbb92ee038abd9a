"""The two database roles: the application's, and the owner's for migrations alone.

One connection alias, swapped credentials: a second alias would let RunPython slip through the wrong one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

GRANTS = """
ALTER DEFAULT PRIVILEGES GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app};
ALTER DEFAULT PRIVILEGES GRANT USAGE, SELECT ON SEQUENCES TO {app};
GRANT USAGE ON SCHEMA public TO {app};
"""


@contextmanager
def as_owner() -> Iterator[None]:
    """Reconnect as the owner of the tables for the length of the block; never inside a transaction."""
    if connection.in_atomic_block:
        msg = "The owner's role cannot be taken inside a transaction."
        raise RuntimeError(msg)
    owner: dict[str, Any] = settings.DB_OWNER
    if not owner:
        msg = "Migrations need DATABASE_OWNER_URL: the role that owns the tables."
        raise ImproperlyConfigured(msg)
    wrapper: Any = connection
    kept = {key: wrapper.settings_dict[key] for key in owner}
    connection.close()
    wrapper.settings_dict.update(owner)
    wrapper.owner_depth += 1
    try:
        yield
    finally:
        connection.close()
        wrapper.settings_dict.update(kept)
        wrapper.owner_depth -= 1


def grant_to_application() -> None:
    """Let the application's role use the tables that the migrations are about to make; run as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(GRANTS.format(app=connection.ops.quote_name(settings.DB_APP_ROLE)))
