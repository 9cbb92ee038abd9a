"""What people are told inside the product: once, never of what they did themselves or of leads they do not see."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from core import live
from core.actors import Actor, ActorKind
from core.tenancy import current
from crm.enums import InteractionKind, NoticeKind
from crm.events import BecameHot, ContactsRecorded, LeadsAssigned, LeadsCreated
from crm.models import Lead, Notification
from crm.models.lead_queries import sees

KEPT = timedelta(days=90)
"""How long what was read is kept."""
_FROM_OUTSIDE = {ActorKind.FORM, ActorKind.API, ActorKind.WEBHOOK, ActorKind.AGENT}
_EXCERPT = 140


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell one person; `key` names what is told once."""

    user: User
    kind: NoticeKind
    key: str
    lead: Lead | None = None
    data: dict[str, Any] = field(default_factory=dict)


def tell(notices: Iterable[Notice], *, by: Actor, now: datetime) -> None:
    """Tell people. Dropped are those who did it themselves, who left, and who do not see the lead."""
    wanted = [each for each in notices if each.user.pk != by.user_id and _may_hear(each)]
    if not wanted:
        return
    rows = [
        Notification(user=each.user, kind=each.kind, lead=each.lead, data=each.data, key=each.key, at=now)
        for each in wanted
    ]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    live.tell("notices", {}, to={each.user.pk for each in wanted}, admins=False)


def mark_read(user: User, *, now: datetime, public_id: Any = None) -> int:  # noqa: ANN401 -- a UUID, or None for all
    """Take one notice, or all of a person's, as read; returns how many were not yet."""
    unread = Notification.objects.filter(user=user, read_at=None)
    if public_id is not None:
        unread = unread.filter(public_id=public_id)
    return unread.update(read_at=now)


def purge(*, now: datetime) -> int:
    """Away with what was read long ago, in the brokerage in force."""
    gone: int = Notification.objects.filter(read_at__lt=now - KEPT).delete()[0]
    return gone


def excerpt(text: str) -> str:
    """The beginning of a text, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else f"{flat[: _EXCERPT - 1]}…"


def tell_created(event: LeadsCreated) -> None:
    """A lead that came in by itself: its owner hears of it, and of one that is nobody's everybody."""
    if event.by.kind not in _FROM_OUTSIDE:
        return
    team = _team() if any(lead.assigned_to_id is None for lead in event.leads) else []
    told: list[Notice] = []
    for lead in event.leads:
        hearers = team if lead.assigned_to is None else [lead.assigned_to]
        data = {"source": lead.source, "by": event.by.label}
        told += [Notice(user, NoticeKind.NEW_LEAD, f"lead:{lead.pk}:new", lead, data) for user in hearers]
    tell(told, by=event.by, now=event.at)


def tell_assigned(event: LeadsAssigned) -> None:
    """Whoever got a lead hears of it; of many at once, of each."""
    if event.to is None:
        return
    data = {"by": event.by.label}
    stamp = int(event.at.timestamp())
    told = [
        Notice(event.to, NoticeKind.ASSIGNED, f"lead:{lead.pk}:assigned:{stamp}", lead, data) for lead in event.leads
    ]
    tell(told, by=event.by, now=event.at)


def tell_replied(event: ContactsRecorded) -> None:
    """The owner of a lead that wrote hears of it, unless they entered it themselves."""
    told = [
        Notice(
            contact.lead.assigned_to,
            NoticeKind.REPLY,
            f"contact:{contact.pk}",
            contact.lead,
            {"channel": contact.channel, "text": excerpt(contact.note), "by": event.by.label},
        )
        for contact in event.contacts
        if contact.kind == InteractionKind.MESSAGE_IN and contact.lead.assigned_to is not None
    ]
    tell(told, by=event.by, now=event.at)


def tell_hot(event: BecameHot) -> None:
    """The owner of a lead that became hot hears of it, once a day and lead."""
    leads = Lead.objects.filter(pk__in=event.lead_ids, assigned_to__isnull=False).select_related("assigned_to")
    told = [
        Notice(
            lead.assigned_to, NoticeKind.HOT_LEAD, f"lead:{lead.pk}:hot:{event.at:%Y%m%d}", lead, {"score": lead.score}
        )
        for lead in leads.order_by("pk")
        if lead.assigned_to is not None
    ]
    tell(told, by=Actor.system(), now=event.at)


def _may_hear(notice: Notice) -> bool:
    if not notice.user.is_active:
        return False
    return notice.lead is None or (notice.lead.deleted_at is None and sees(notice.user, notice.lead))


def _team() -> list[User]:
    return list(User.objects.filter(broker_id=current(), is_active=True).order_by("pk"))
