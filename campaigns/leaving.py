"""Taking leads out of campaigns before their end: what is queued for them is taken back in the same transaction."""

from datetime import datetime

from django.db import transaction

from campaigns.enums import EndReason, EnrollmentStatus, LogStatus
from campaigns.models import CampaignLog, Enrollment
from campaigns.writing import end
from core.db.writing import write_many
from core.tenant_models import TenantQuerySet
from messaging import outbox
from messaging.models import Message
from messaging.outbox import NOT_BEGUN

_ENDED = ("status", "reason", "next_run_at", "waiting_until", "ended_at")


def leave(enrollments: "TenantQuerySet[Enrollment]", reason: EndReason, *, now: datetime) -> int:
    """End those that are under way, and take back what waits to be sent for any of them; returns how many ended.

    Two statements where there is none. The leads are held by the caller, or nobody writes to them meanwhile
    (docs/campaigns.md, Order of locks).
    """
    with transaction.atomic():
        active = enrollments.filter(status=EnrollmentStatus.ACTIVE)
        held = list(active.select_for_update(of=("self",)).order_by("pk"))
        for enrollment in held:
            end(enrollment, reason, now)
        write_many(held, _ENDED)
        take_back(enrollments, why=f"campaign:{reason}", now=now)
    return len(held)


def take_back(enrollments: "TenantQuerySet[Enrollment]", *, why: str, now: datetime) -> int:
    """Cancel their messages that nobody has begun to send; the last step's too, after which an enrollment is over."""
    waiting = CampaignLog.objects.filter(enrollment__in=enrollments.values("pk"), status=LogStatus.PENDING)
    queued = Message.objects.filter(pk__in=waiting.values("message"), status__in=NOT_BEGUN)
    return len(outbox.cancel(list(queued), why=why, now=now))
