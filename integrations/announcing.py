"""Events become deliveries: one statement an event, after one that sees whether an endpoint asked for it at all.

The facts are those of the moment of the event, in its transaction: what is sent later, or sent again, says the same.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F

from accounts.models import Broker
from core import tenancy, waking
from core.api.rows import as_text
from crm.api.shapes import lead_row
from crm.models import Lead
from integrations.enums import EventType

VERSION = 1
"""Of the payload; a new member does not raise it, another meaning of one does."""

# Most brokerages have no endpoint, and asking costs a fraction of what telling does.
_ASKED = """
SELECT EXISTS (SELECT FROM integrations_webhookendpoint
               WHERE broker_id = %s AND is_active AND events @> ARRAY[%s]::varchar[])
"""
_INSERT = """
WITH wanted AS MATERIALIZED (
    SELECT id, broker_id FROM integrations_webhookendpoint
    WHERE broker_id = %s AND is_active AND events @> ARRAY[%s]::varchar[]
), news AS MATERIALIZED (
    SELECT uuidv7() AS event_id, lead.* FROM ({leads}) AS lead
)
INSERT INTO integrations_webhookdelivery (
    broker_id, public_id, endpoint_id, event, event_id, subject, payload,
    state, attempts, next_attempt_at, created_at, last_failure, last_response
)
SELECT wanted.broker_id, uuidv7(), wanted.id, %s, news.event_id, news.subject,
    %s::jsonb || jsonb_build_object(
        'id', news.event_id,
        'broker', (SELECT public_id FROM accounts_broker WHERE id = wanted.broker_id),
        'data', jsonb_build_object('lead', news.facts::jsonb) || coalesce(%s::jsonb -> news.lead_key::text, '{{}}')
    ),
    'pending', 0, %s, %s, '', ''
FROM wanted CROSS JOIN news
ORDER BY news.event_id
"""


def announce(
    event: EventType, lead_ids: Sequence[int], *, at: datetime, more: Mapping[int, Mapping[str, Any]] | None = None
) -> int:
    """Store an event about each lead for each endpoint that asked for it; returns how many deliveries that makes.

    `more` are further members of `data`, by the lead's key.
    """
    if not lead_ids or not _asked(event):
        return 0
    told = Lead.everything.filter(pk__in=lead_ids).order_by()
    shaped = told.annotate(subject=F("public_id"), lead_key=F("pk"), facts=as_text(lead_row()))
    leads, values = shaped.values("subject", "lead_key", "facts").query.sql_with_params()
    head = json.dumps({"type": event.value, "created_at": at.isoformat(), "version": VERSION})
    extra = json.dumps({str(key): dict(facts) for key, facts in (more or {}).items()})
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT.format(leads=leads), [tenancy.current(), event.value, *values, event.value, head, extra, at, at]
        )
        made = int(cursor.rowcount)
    if made:
        wake()
    return made


def _asked(event: EventType) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, [tenancy.current(), event.value])
        (asked,) = cursor.fetchone()
    return bool(asked)


def envelope(event_id: UUID, event: EventType, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """A payload, as `announce` writes it."""
    broker = Broker.objects.values_list("public_id", flat=True).get(pk=tenancy.current())
    return {
        "id": str(event_id),
        "type": event.value,
        "created_at": at.isoformat(),
        "version": VERSION,
        "broker": str(broker),
        "data": dict(data),
    }


def wake() -> None:
    """Ask a worker to send what is due to endpoints that answer quickly, once the transaction commits."""
    waking.on_commit("integrations.send_due", broker_id=tenancy.current())
