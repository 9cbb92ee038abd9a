"""How long new leads wait for us: from their creation to our first message or answered call."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Aggregate, Count, FloatField, Min, OuterRef, QuerySet, Subquery
from django.db.models.expressions import F
from django.db.models.functions import Extract

from crm.enums import InteractionKind
from crm.models import Interaction, LeadQuerySet
from reports.periods import Period

REPLIES = (InteractionKind.MESSAGE_OUT, InteractionKind.CALL_ANSWERED)


class Median(Aggregate):
    """The middle value: half are smaller."""

    function = "percentile_cont"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class FirstReply:
    """Leads that got a reply, and the median wait in seconds."""

    replied: int = 0
    median: float | None = None


def replied(leads: LeadQuerySet, period: Period) -> LeadQuerySet:
    """The leads that came in the range and got a reply; `wait` is how long that took, in seconds.

    Contacts from before the lead came in (a sheet's older notes) are no reply.
    """
    after = Interaction.objects.filter(lead=OuterRef("pk"), kind__in=REPLIES, at__gte=OuterRef("created_at"))
    first = after.order_by().values("lead").annotate(first=Min("at")).values("first")
    answered: Any = leads.filter(period.holds("created_at")).annotate(reply_at=Subquery(first))
    found: LeadQuerySet = answered.filter(reply_at__isnull=False).annotate(
        wait=Extract(F("reply_at") - F("created_at"), "epoch")
    )
    return found


def read(leads: LeadQuerySet, period: Period) -> FirstReply:
    """The wait of all of them; one statement."""
    found = replied(leads, period).order_by().aggregate(leads=Count("*"), median=Median("wait"))
    return FirstReply(found["leads"], found["median"])


def by_owner(leads: LeadQuerySet, period: Period) -> dict[int | None, FirstReply]:
    """The wait by who has the lead now; one statement."""
    rows: QuerySet[Any, Any] = (
        replied(leads, period).order_by().values_list("assigned_to").annotate(leads=Count("*"), median=Median("wait"))
    )
    return {owner: FirstReply(count, median) for owner, count, median in rows}
