"""Contacts with a lead are recorded here: what reached whom, and when. Score, inactivity and replies rest on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from core import audit, events
from core.actors import Actor
from core.db.writing import insert_all, write_many
from crm import timeline
from crm.enums import Channel, InteractionKind, TimelineKind
from crm.events import ContactsRecorded, FactsChanged
from crm.models import Interaction, Lead, TimelineEntry

INBOUND = frozenset({InteractionKind.MESSAGE_IN})
OUTBOUND = frozenset({InteractionKind.MESSAGE_OUT, InteractionKind.CALL_ANSWERED, InteractionKind.CALL_MISSED})
TWO_WAY = frozenset({InteractionKind.MESSAGE_IN, InteractionKind.CALL_ANSWERED})
"""What counts as having reached each other; what we send alone does not."""
_UNANSWERED = frozenset({InteractionKind.MESSAGE_OUT, InteractionKind.CALL_MISSED})
_TOLD_BY_VISITS = frozenset({InteractionKind.VISIT_KEPT, InteractionKind.VISIT_MISSED})
_READ = (
    *("broker", "public_id", "name", "assigned_to", "deleted_at"),
    *("last_inbound_at", "last_outbound_at", "last_contact_at"),
)
"""The columns of a lead that are read here and by who hears of contacts."""
_CLOCKS_DIFFER = timedelta(minutes=5)


class NotYet(ValueError):
    """A contact cannot lie in the future."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact to be recorded; `seconds` is the length of a call, `message` the public id of what was written."""

    kind: InteractionKind
    at: datetime
    channel: Channel | str = ""
    seconds: int | None = None
    note: str = ""
    message: UUID | None = None


def record(lead: Lead, contact: Contact, *, by: Actor, now: datetime, quietly: bool = False) -> Interaction:
    """One contact of a lead, which has its times afterwards. Raises NotYet; Lead.DoesNotExist for one in the bin."""
    [stored] = record_many([(lead, contact)], by=by, now=now, quietly=quietly)
    for name in ("last_inbound_at", "last_outbound_at", "last_contact_at"):
        setattr(lead, name, getattr(stored.lead, name))
    return stored


def record_many(
    contacts: Sequence[tuple[Lead, Contact]], *, by: Actor, now: datetime, quietly: bool = False
) -> list[Interaction]:
    """Contacts of many leads in a constant number of statements, stored in the order they happened.

    Tells the timelines, and publishes ContactsRecorded and FactsChanged once; `quietly` moves no lead on by itself.
    """
    if any(contact.at > now + _CLOCKS_DIFFER for _lead, contact in contacts):
        raise NotYet
    in_order = sorted(contacts, key=lambda pair: pair[1].at)
    with audit.by(by), transaction.atomic():
        held = _lock({lead.pk for lead, _contact in contacts})
        before = _latest(held)
        made = [_build(held[lead.pk], contact, before, by) for lead, contact in in_order]
        insert_all(made)
        for each in made:
            _touch(each.lead, each)
        write_many(list(held.values()), ["last_inbound_at", "last_outbound_at", "last_contact_at"])
        timeline.record_all(_told(zip(made, (contact for _lead, contact in in_order), strict=True), by))
        events.publish(ContactsRecorded(made, by, now))
        events.publish(FactsChanged(sorted(held), by, now, quietly=quietly))
    return made


def take_back(contact_id: int) -> None:
    """A visit that did not take place after all. Visits move no time of contact; the caller tells FactsChanged."""
    Interaction.objects.filter(pk=contact_id, kind__in=_TOLD_BY_VISITS).delete()


def _lock(lead_ids: set[int]) -> dict[int, Lead]:
    """The leads' rows, held in one order everywhere."""
    rows = Lead.objects.select_for_update(of=("self",)).filter(pk__among=lead_ids).order_by("pk").only(*_READ)
    held = {lead.pk: lead for lead in rows}
    if held.keys() != lead_ids:
        raise Lead.DoesNotExist
    return held


def _latest(held: Iterable[int]) -> dict[int, tuple[str, datetime]]:
    """Each lead's last message or call: its kind and time."""
    found = Interaction.objects.filter(lead_id__among=set(held), kind__in=INBOUND | OUTBOUND)
    last = found.order_by("lead_id", "-at", "-id").distinct("lead_id")
    return {lead_id: (kind, at) for lead_id, kind, at in last.values_list("lead_id", "kind", "at")}


def _build(lead: Lead, contact: Contact, before: dict[int, tuple[str, datetime]], by: Actor) -> Interaction:
    made = Interaction(
        lead=lead,
        kind=contact.kind,
        channel=contact.channel,
        at=contact.at,
        seconds=contact.seconds,
        reply_seconds=_reply_seconds(contact, before.get(lead.pk)),
        note=contact.note.strip(),
        **by.columns(),
    )
    if contact.kind in INBOUND | OUTBOUND:
        before[lead.pk] = max(before.get(lead.pk, (contact.kind, contact.at)), (contact.kind, contact.at), key=_at)
    return made


def _at(one: tuple[str, datetime]) -> datetime:
    return one[1]


def _reply_seconds(contact: Contact, before: tuple[str, datetime] | None) -> int | None:
    """How long they took to answer what we sent last; None when they wrote first, or it was entered late."""
    if contact.kind not in INBOUND or before is None:
        return None
    kind, at = before
    if kind not in _UNANSWERED or at > contact.at:
        return None
    return min(int((contact.at - at).total_seconds()), 2**31 - 1)


def _touch(lead: Lead, contact: Interaction) -> None:
    """The lead's times of contact; one entered late moves none of them back."""
    for name, kinds in (("last_inbound_at", INBOUND), ("last_outbound_at", OUTBOUND), ("last_contact_at", TWO_WAY)):
        known = getattr(lead, name)
        if contact.kind in kinds and (known is None or contact.at > known):
            setattr(lead, name, contact.at)


def _told(made: Iterable[tuple[Interaction, Contact]], by: Actor) -> list[TimelineEntry]:
    """The timeline's entries; a visit that took place is told by appointments.visits."""
    return [
        timeline.entry(
            each.lead,
            TimelineKind.CONTACT,
            by=by,
            at=each.at,
            body=each.note,
            data={"kind": each.kind, "channel": each.channel, "seconds": each.seconds}
            | ({"message": str(contact.message)} if contact.message else {}),
        )
        for each, contact in made
        if each.kind not in _TOLD_BY_VISITS
    ]
