"""What became of messages is what became of their steps (a reaction): the log tells it, what follows counts from it."""

from collections.abc import Sequence

from django.db import connection

from campaigns.enums import LogStatus
from campaigns.models import CampaignLog
from core import tenancy
from core.db.writing import write_many
from messaging.enums import ARRIVED, Status
from messaging.events import MessagesSettled
from messaging.models import Message

_ENDS = {
    **dict.fromkeys(ARRIVED, LogStatus.SENT),
    Status.FAILED: LogStatus.FAILED,
    Status.SUPPRESSED: LogStatus.SKIPPED,
    Status.EXPIRED: LogStatus.SKIPPED,
    Status.CANCELLED: LogStatus.SKIPPED,
}
_TOLD = ("status", "reason", "executed_at")

# The delay of the next step counts from when the message left, not from when it was meant to: of the last one only.
_PUSH = """
UPDATE campaigns_enrollment AS enrollment
SET next_run_at = log.executed_at + make_interval(mins => step.delay_minutes::integer), last_run_at = log.executed_at
FROM campaigns_campaignlog AS log, campaigns_step AS step
WHERE log.broker_id = %s AND log.id = ANY(%s)
  AND enrollment.broker_id = log.broker_id AND enrollment.id = log.enrollment_id
  AND enrollment.status = 'active' AND enrollment.waiting_until IS NULL
  AND step.broker_id = enrollment.broker_id AND step.id = enrollment.next_step_id
  AND NOT EXISTS (SELECT FROM campaigns_campaignlog AS later WHERE later.broker_id = log.broker_id
                  AND later.enrollment_id = log.enrollment_id AND later.id > log.id)
"""


def on_settled(event: MessagesSettled) -> None:
    """Write into the log how its messages ended, as far as they did, and move on those that wait for them."""
    of_campaigns = {each.pk: each for each in event.messages if each.scope_id is not None}
    if not of_campaigns:
        return
    logs = list(CampaignLog.objects.filter(message_id__among=of_campaigns).order_by("pk"))
    for log in logs:
        _tell(log, of_campaigns[log.message_id or 0], event)
    write_many(logs, _TOLD)
    _push(logs)


def _tell(log: CampaignLog, message: Message, event: MessagesSettled) -> None:
    end = _ENDS.get(Status(message.status))
    if end is None:  # nobody knows yet, or ever: it stays pending and says so
        log.reason = str(message.status)
        return
    log.status = end
    log.executed_at = (message.sent_at if end == LogStatus.SENT else message.settled_at) or event.at
    log.reason = "" if end == LogStatus.SENT else (message.error_code or str(message.status))[:60]


def _push(logs: Sequence[CampaignLog]) -> None:
    over = [log.pk for log in logs if log.executed_at is not None]
    if over:
        with connection.cursor() as cursor:
            cursor.execute(_PUSH, [tenancy.current(), over])
