"""What waited too long is never sent: a reminder of yesterday's visit."""

from collections import defaultdict
from datetime import datetime

from django.db import connection

from core import events, tenancy
from core.db.writing import write_many
from messaging.enums import Status
from messaging.events import MessagesSettled
from messaging.sending import rows

_AT_ONCE = 500


def expire(*, now: datetime) -> int:
    """Mark what is queued past its time, of all brokerages; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT broker_id, message_id FROM messaging_overdue(%s, %s)", [now, _AT_ONCE])
        found = cursor.fetchall()
    by_broker: dict[int, list[int]] = defaultdict(list)
    for broker_id, message_id in found:
        by_broker[broker_id].append(message_id)
    for broker_id, ids in by_broker.items():
        with tenancy.use(broker_id):
            late = rows.hold(ids, status=Status.QUEUED, expires_at__lte=now)
            for message in late:
                message.status, message.error_code, message.settled_at = Status.EXPIRED, "gate:too_late", now
            write_many(late, rows.MESSAGE)
            if late:
                events.publish(MessagesSettled(late, now))
    return len(found)
