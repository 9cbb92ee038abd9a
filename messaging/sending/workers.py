"""Who sends, and whether it still lives: a worker is alive while its database session holds its advisory lock.

A lease alone would call a frozen process dead, and two would send one message. The lock must be held on a direct
connection: behind a transaction pooler it means nothing (docs/going-live.md).
"""

import secrets
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection

_RETIRED = "The database session of this worker is gone: what it held is others' now."


class Retired(RuntimeError):
    """The worker lost its session, and with it everything it had claimed."""


class Worker:
    """One sending loop of one process; it lives as long as the connection it began on."""

    def __init__(self) -> None:
        self.id: UUID = uuid4()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [lock_of(self.id)])
            # Frozen inside a transaction it would keep others from its accounts: the database ends it.
            cursor.execute("SELECT set_config('idle_in_transaction_session_timeout', %s, false)", [_patience()])
        self._session = connection.connection

    def is_alive(self) -> bool:
        """Whether this thread's connection is still the one that holds the lock."""
        return connection.connection is self._session and not self._session.closed

    def insist(self) -> None:
        """Raise Retired when the session is gone; asked inside the transaction that is about to begin something."""
        if not self.is_alive():
            raise Retired(_RETIRED)

    def stop(self) -> None:
        """Let go; what is still leased is found by the lease."""
        if self.is_alive():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [lock_of(self.id)])


def _patience() -> str:
    return f"{settings.SEND_LEASE.total_seconds():.0f}s"


def lock_of(worker: UUID) -> int:
    """The advisory lock of a worker: 64 bits of its random id, signed as PostgreSQL has them."""
    return int.from_bytes(worker.bytes[:4] + worker.bytes[-4:], signed=True)


def is_dead(worker: UUID) -> bool:
    """Whether nobody holds a worker's lock; asked inside a transaction, which keeps it dead until its end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [lock_of(worker)])
        [(free,)] = cursor.fetchall()
    return bool(free)


def jitter() -> float:
    """Between 0.9 and 1.1: those that failed together do not come back together."""
    return 0.9 + secrets.randbelow(2001) / 10_000
