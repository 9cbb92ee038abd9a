"""Who sent whom: a lead may be referred by another one of the brokerage."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from core import audit
from core.actors import Actor
from crm import leads, search, timeline
from crm.enums import Stage, TimelineKind
from crm.lead_pages import Twin
from crm.models import Lead, LeadQuerySet

SOURCE = "Referido"
"""The origin of a lead that another one sent; stored, so not translated."""
SHOWN, OFFERED = 20, 8


class Circle(ValueError):
    """Somebody would have referred themselves, through others or straight."""


@dataclass(frozen=True, slots=True)
class Panel:
    """Both sides of a lead: who sent them, whom they sent (as far as the reader sees), and whether to ask for one."""

    by: Twin | None
    sent: list[Lead]
    has_more: bool
    should_ask: bool


def panel(lead: Lead, user: User) -> Panel:
    """What the lead's page shows: one query, and one more when somebody sent them."""
    by = None
    if lead.referred_by_id is not None:
        found = Lead.objects.select_related("assigned_to").filter(pk=lead.referred_by_id).first()
        by = Twin.seen_by(user, found) if found else None
    sent = Lead.objects.visible_to(user).filter(referred_by=lead).order_by("-created_at", "-id")[: SHOWN + 1]
    rows = list(sent)
    return Panel(by, rows[:SHOWN], len(rows) > SHOWN, lead.stage == Stage.REFERIDOS and not rows)


def candidates(lead: Lead, user: User, text: str) -> LeadQuerySet:
    """Leads a person may name as the one who referred, found by words; none without words."""
    text = text.replace("\x00", "").strip()[:100]
    if not text:
        return Lead.objects.none()
    found = search.matching(Lead.objects.visible_to(user), text).exclude(pk=lead.pk)
    return found.only("public_id", "name", "phone_raw", "email", "location").order_by("-created_at")[:OFFERED]


def refer(lead: Lead, to: Lead | None, *, by: Actor, now: datetime) -> Lead:
    """Say who referred a lead, or nobody; tells the timeline. Raises Circle. No change writes nothing."""
    with audit.by(by), transaction.atomic():
        held = leads.lock(lead.pk)
        was = held.referred_by
        if was == to:
            return held
        _refuse_circle(held, to)
        held.referred_by = to
        held.version += 1
        held.save(update_fields=["referred_by", "version", "updated_at"])
        told = {"changes": {"referred_by": [str(was) if was else "", str(to) if to else ""]}}
        timeline.record(held, TimelineKind.EDIT, by=by, at=now, data=told)
    return held


def _refuse_circle(lead: Lead, to: Lead | None) -> None:
    seen = {lead.pk}
    while to is not None:
        if to.pk in seen:
            raise Circle
        seen.add(to.pk)
        to = to.referred_by
