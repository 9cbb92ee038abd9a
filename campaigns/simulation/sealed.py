"""Looking without touching: what runs inside can neither write nor lock a row, and is undone anyway."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

SECONDS = 5
"""The longest any one statement may take."""


@contextmanager
def sealed() -> Iterator[None]:
    """A part of the open transaction that PostgreSQL holds to reading, `FOR UPDATE` and `FOR SHARE` included."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL transaction_read_only = on")
            cursor.execute(f"SET LOCAL statement_timeout = '{SECONDS}s'")
        yield
        transaction.set_rollback(True)
