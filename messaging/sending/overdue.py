"""What waited too long is never sent: a reminder of yesterday's visit."""

from datetime import datetime
from operator import itemgetter

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
    for broker_id, theirs in tenancy.apart(found, itemgetter(0)).items():
        with tenancy.use(broker_id):
            late = rows.hold(
                [message_id for _broker_id, message_id in theirs], status=Status.QUEUED, expires_at__lte=now
            )
            for message in late:
                message.status, message.error_code, message.settled_at = Status.EXPIRED, "gate:too_late", now
            write_many(late, rows.MESSAGE)
            if late:
                events.publish(MessagesSettled(late, now))
    return len(found)
