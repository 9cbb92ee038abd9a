"""What went out to leads and what came from them, as far as the checks look back."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from core import tenancy
from core.db.arrays import array
from messaging import faults
from messaging.enums import ARRIVED, Direction, Status
from messaging.faults import Effect
from messaging.gate.evidence import PEOPLE, Sent
from messaging.models import Message

MOST_COUNTED = 50
"""As many earlier messages of a lead are looked at; no cap is higher."""
_SHUT = faults.codes(Effect.USE_TEMPLATE)
_LEFT = (Status.SENDING, *ARRIVED, Status.UNKNOWN, Status.UNCONFIRMED)


Times = dict[int, dict[int, datetime]]


def heard_from(lead_ids: Sequence[int]) -> tuple[Times, Times]:
    """When each lead last wrote to each account; and when the account's provider last said its window was closed."""
    shut = Q(status=Status.FAILED, error_code__in=_SHUT)
    told = Message.objects.filter(Q(direction=Direction.IN) | shut, lead_id__among=lead_ids)
    last = told.values_list("lead_id", "account_id").annotate(
        heard=Max("created_at", filter=Q(direction=Direction.IN)),
        shut=Max(Coalesce("sent_at", "settled_at"), filter=shut),
    )
    heard_at: Times = defaultdict(dict)
    shut_at: Times = defaultdict(dict)
    for lead_id, account_id, heard, closed in last:
        if heard is not None:
            heard_at[lead_id][account_id] = heard
        if closed is not None:
            shut_at[lead_id][account_id] = closed
    return heard_at, shut_at


def sent_to(lead_ids: Sequence[int]) -> dict[int, list[Sent]]:
    """What left for each lead, newest first, as far as any cap can look."""
    found: dict[int, list[Sent]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_SENT, [array(lead_ids), tenancy.current(), list(_LEFT), MOST_COUNTED])
        for lead_id, at, purpose, kind in cursor.fetchall():
            found[lead_id].append(Sent(at, purpose, kind not in PEOPLE))
    return found


# Up to fifty a lead from the index of its messages, however many it has had. The brokerage is a subquery because of a
# literal that statistics do not know yet the planner expects one row, and would read all of them for every lead.
_SENT = """
SELECT lead.id, sent.at, sent.purpose, sent.by_kind FROM unnest(%s::bigint[]) AS lead (id) CROSS JOIN LATERAL (
    SELECT coalesce(message.sent_at, message.not_before) AS at, message.purpose, message.by_kind
    FROM messaging_message AS message
    WHERE message.broker_id = (SELECT %s::bigint) AND message.lead_id = lead.id AND message.direction = 'out'
      AND NOT message.is_reply AND message.status = ANY(%s)
    ORDER BY message.created_at DESC, message.id DESC LIMIT %s) AS sent
ORDER BY lead.id, sent.at DESC
"""
