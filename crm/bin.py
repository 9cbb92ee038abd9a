"""The bin: deleted leads are out of sight everywhere, keep all that hangs on them, and come back as they were.

A number belongs to one living lead, so one that was given to somebody else meanwhile keeps a lead in the bin:
nothing is overwritten. A lead that was merged into another is no case for the bin; `crm.merge` takes that back.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from core import audit, events
from core.actors import Actor
from core.keyset import Order
from crm import actions, search, timeline
from crm.actions import Cannot, Undone
from crm.enums import ActionKind, TimelineKind
from crm.events import LeadsDeleted, LeadsRestored
from crm.models import Action, Lead, LeadQuerySet, TimelineEntry

NEWEST = Order("deleted", "deleted_at", descending=True, timed=True)
_CHANGED = ["deleted_at", "version", "updated_at"]


class Taken(Exception):
    """A lead in the bin whose number is another's by now; `holder` is that one."""

    def __init__(self, lead: Lead, holder: Lead | None) -> None:
        super().__init__(lead.pk)
        self.lead, self.holder = lead, holder


class Restored(NamedTuple):
    """What came back, and what stays in the bin because its number was given to somebody else."""

    back: list[Lead]
    taken: list[Lead]


def may_delete(user: User, lead: Lead) -> bool:
    """Who runs the brokerage may delete any lead, an agent the ones they work."""
    return user.is_admin or lead.assigned_to_id == user.pk


def deletable(leads: LeadQuerySet, user: User) -> LeadQuerySet:
    """Those of the leads that a person may delete, or bring back from the bin."""
    return leads if user.is_admin else leads.filter(assigned_to=user)


def inside(user: User, *, text: str = "") -> LeadQuerySet:
    """The leads in the bin that a person may bring back, with who put them there (`deleted_by`)."""
    last = TimelineEntry.objects.filter(lead=OuterRef("pk"), kind=TimelineKind.DELETE).order_by("-at", "-id")
    found = Lead.everything.filter(deleted_at__isnull=False, merged_into=None, erasures=None)
    told = deletable(found, user).annotate(deleted_by=Subquery(last.values("by_label")[:1]))
    return search.matching(told.select_related("assigned_to"), text)


def delete(leads: LeadQuerySet, *, by: Actor, now: datetime) -> Action | None:
    """Put leads into the bin; None when there was nothing to delete. Constant statements."""
    with audit.by(by), transaction.atomic():
        held = list(leads.select_for_update(of=("self",)).order_by("pk"))
        if not held:
            return None
        for lead in held:
            lead.deleted_at = now
        _save(held, now)
        _tell(held, "deleted", by=by, now=now)
        events.publish(LeadsDeleted([lead.pk for lead in held], by, now))
        label = ngettext("Enviar %(n)d lead a la papelera", "Enviar %(n)d leads a la papelera", len(held))
        lead_ids = [lead.pk for lead in held]
        return actions.remember(
            ActionKind.DELETE, label=label % {"n": len(held)}, lead_ids=lead_ids, before={}, by=by, now=now
        )


def restore(lead: Lead, *, by: Actor, now: datetime) -> Lead:
    """Bring one lead back. Raises Taken when its number is another's by now, Lead.DoesNotExist when it is not there."""
    restored = restore_many([lead.pk], by=by, now=now)
    if restored.taken:
        holder = Lead.objects.filter(phone_e164=restored.taken[0].phone_e164).select_related("assigned_to").first()
        raise Taken(restored.taken[0], holder)
    if not restored.back:
        raise Lead.DoesNotExist
    return restored.back[0]


def restore_many(lead_ids: Collection[int], *, by: Actor, now: datetime) -> Restored:
    """Bring leads back, all that can be; of two with one number the one deleted last."""
    with audit.by(by), transaction.atomic():
        wanted = Lead.everything.filter(pk__in=lead_ids, deleted_at__isnull=False, merged_into=None, erasures=None)
        held = list(wanted.select_for_update(of=("self",)).order_by("pk"))
        taken = _already_held(held)
        back, refused = _bring_back([lead for lead in held if lead.pk not in taken], now)
        _tell(back, "restored", by=by, now=now)
        if back:
            events.publish(LeadsRestored([lead.pk for lead in back], by, now))
    return Restored(back, [lead for lead in held if lead.pk in taken] + refused)


@actions.undoer(ActionKind.DELETE)
def _undo(action: Action, by: Actor, now: datetime) -> Undone:
    ids = Lead.everything.filter(pk__in=action.before.get("leads", ()), deleted_at=action.at).values_list(
        "pk", flat=True
    )
    restored = restore_many(list(ids), by=by, now=now)
    if restored.taken and not restored.back:
        raise Cannot(_("No se puede restaurar: ese teléfono ya es de otro lead. Cámbialo allá, o une los dos."))
    kept = len(restored.taken)
    words = ngettext(
        "%(n)d sigue en la papelera: su teléfono ya es de otro lead.",
        "%(n)d siguen en la papelera: sus teléfonos ya son de otros leads.",
        kept,
    )
    return Undone(len(restored.back), words % {"n": kept} if kept else "")


def _already_held(leads: Iterable[Lead]) -> set[int]:
    """Those whose number a living lead has, and of several with one number all but the one deleted last."""
    numbers = {lead.phone_e164 for lead in leads} - {""}
    held = set(Lead.objects.filter(phone_e164__in=numbers).values_list("phone_e164", flat=True))
    refused = set()
    for lead in sorted(leads, key=lambda lead: (lead.deleted_at or lead.updated_at, lead.pk), reverse=True):
        if lead.phone_e164 in held:
            refused.add(lead.pk)
        elif lead.phone_e164:
            held.add(lead.phone_e164)
    return refused


def _bring_back(leads: list[Lead], now: datetime) -> tuple[list[Lead], list[Lead]]:
    """All in one statement; one by one when somebody took a number in this very moment."""
    try:
        with transaction.atomic():
            _revive(leads, now)
    except IntegrityError as error:
        if "crm_lead_one_per_phone" not in str(error):
            raise
        if len(leads) == 1:
            return [], [Lead.everything.get(pk=leads[0].pk)]
    else:
        return leads, []
    parts = [_bring_back([Lead.everything.get(pk=lead.pk)], now) for lead in leads]
    return [lead for back, _ in parts for lead in back], [lead for _, refused in parts for lead in refused]


def _revive(leads: list[Lead], now: datetime) -> None:
    for lead in leads:
        lead.deleted_at = None
    _save(leads, now)


def _save(leads: list[Lead], now: datetime) -> None:
    for lead in leads:
        lead.version += 1
        lead.updated_at = now
    Lead.everything.bulk_update(leads, _CHANGED)


def _tell(leads: Iterable[Lead], what: str, *, by: Actor, now: datetime) -> None:
    timeline.record_all(timeline.entry(lead, TimelineKind.DELETE, by=by, at=now, data={"what": what}) for lead in leads)
