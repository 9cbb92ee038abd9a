"""Claim: take the leases of what is due, of all brokerages, in one statement and one short transaction."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection

from messaging.sending.workers import Worker


class Claim(NamedTuple):
    """A leased message: whose it is, and the key of the try."""

    broker_id: int
    message_id: int
    attempt: UUID


def claim(worker: Worker, *, now: datetime, most: int) -> list[Claim]:
    """Up to `most` due messages, accounts taking turns, each account no faster than it may (`messaging_claim`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT broker_id, message_id, attempt FROM messaging_claim(%s, %s, %s, make_interval(secs => %s))",
            [worker.id, now, most, settings.SEND_LEASE.total_seconds()],
        )
        return [Claim(*row) for row in cursor.fetchall()]
