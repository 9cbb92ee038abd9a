"""Meetings with leads: agreed, moved, confirmed, held, missed, called off. Nobody has two at a time."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext

from accounts.models import User
from appointments.enums import AppointmentStatus, AppointmentType
from appointments.events import AppointmentChanged
from appointments.models import Appointment
from appointments.upcoming import refresh_next
from core import audit, events
from core.actors import Actor
from crm import actions, interactions, leads, timeline
from crm.enums import ActionKind, InteractionKind, TimelineKind
from crm.events import FactsChanged
from crm.interactions import Contact
from crm.models import Action, Lead
from crm.models.lead_queries import sees

_S = AppointmentStatus
TRANSITIONS: Mapping[str, frozenset[str]] = {
    _S.HELD: frozenset({_S.SCHEDULED, _S.CANCELLED}),
    _S.SCHEDULED: frozenset({_S.CONFIRMED, _S.CANCELLED, _S.COMPLETED, _S.NO_SHOW}),
    _S.CONFIRMED: frozenset({_S.SCHEDULED, _S.CANCELLED, _S.COMPLETED, _S.NO_SHOW}),
    _S.CANCELLED: frozenset(),
    _S.COMPLETED: frozenset(),
    _S.NO_SHOW: frozenset(),
}
"""What may become of a meeting. Whoever comes back after one that is over gets a new one."""
_BUSY = (_S.HELD, _S.SCHEDULED, _S.CONFIRMED)
EDITABLE = frozenset({"type", "agent", "starts_at", "minutes", "place", "note"})


class Refused(Exception):
    """The meeting is in a state from which this cannot be; `status` is the one it is in."""

    def __init__(self, status: str) -> None:
        super().__init__(status)
        self.status = AppointmentStatus(status)


class TooEarly(Exception):
    """It has not begun yet: nobody can have kept or missed it."""


class CannotSee(Exception):
    """The person who should hold it does not see the lead."""

    def __init__(self, user: User) -> None:
        super().__init__(str(user))
        self.user = user


class Clash(Exception):
    """The person has something else at that time: `other`, its lead loaded."""

    def __init__(self, other: Appointment) -> None:
        super().__init__(str(other))
        self.other = other


@dataclass(frozen=True, slots=True)
class Slot:
    """A meeting to be: what, who of ours, when, for how long, where."""

    type: AppointmentType
    starts_at: datetime
    minutes: int = 60
    agent: User | None = None
    place: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """How a meeting was closed: the status it had, the one it got, and the contact that was recorded."""

    was: AppointmentStatus
    became: AppointmentStatus
    contact: int | None = None


def schedule(lead: Lead, slot: Slot, *, by: Actor, now: datetime) -> Appointment:
    """Agree on a meeting. Raises Clash, CannotSee, and Lead.DoesNotExist for a lead in the bin."""
    with audit.by(by), transaction.atomic():
        made = Appointment(
            lead=leads.lock(lead.pk),
            agent=slot.agent,
            type=slot.type,
            starts_at=slot.starts_at,
            ends_at=slot.starts_at.astimezone(UTC)
            + timedelta(minutes=slot.minutes),  # a local clock may jump meanwhile
            place=slot.place.strip(),
            note=slot.note.strip(),
            created_at=now,
            **by.columns(),
        )
        _store(made)
        _settle(made, "scheduled", by, now)
    return made


def change(visit: Appointment, changes: Mapping[str, Any], *, by: Actor, now: datetime) -> Appointment:
    """Another time, person, place or kind; a confirmed meeting at another time has to be confirmed anew.

    Raises Refused when it is over, Clash, CannotSee, and ValueError for a field that is not EDITABLE.
    """
    if not EDITABLE.issuperset(changes):
        raise ValueError(f"Not editable: {', '.join(sorted(set(changes) - EDITABLE))}")
    with audit.by(by), transaction.atomic():
        held = _hold(visit)
        if held.status not in _BUSY:
            raise Refused(held.status)
        before = (held.type, held.agent_id, held.starts_at, held.ends_at, held.place, held.note)
        minutes = changes.get("minutes")
        length = timedelta(minutes=minutes) if minutes is not None else held.ends_at - held.starts_at
        for name in changes.keys() - {"minutes"}:
            setattr(held, name, changes[name])
        held.ends_at = held.starts_at.astimezone(UTC) + length
        if before == (held.type, held.agent_id, held.starts_at, held.ends_at, held.place, held.note):
            return held
        moved = held.starts_at != before[2]
        if moved and held.status == _S.CONFIRMED:
            held.status = _S.SCHEDULED
        _store(held)
        _settle(held, "moved" if moved else "changed", by, now)
    return held


def confirm(visit: Appointment, *, by: Actor, now: datetime) -> Appointment:
    """The lead said it comes. Raises Refused."""
    return _become(visit, _S.CONFIRMED, by, now)


def cancel(visit: Appointment, *, by: Actor, now: datetime, reason: str = "") -> Appointment:
    """Call it off. Raises Refused."""
    return _become(visit, _S.CANCELLED, by, now, reason=reason)


def complete(visit: Appointment, *, by: Actor, now: datetime) -> Appointment:
    """It took place: also recorded as a contact. Raises Refused, TooEarly."""
    return _become(visit, _S.COMPLETED, by, now)


def no_show(visit: Appointment, *, by: Actor, now: datetime) -> Appointment:
    """The lead did not come: also recorded as a contact. Raises Refused, TooEarly."""
    return _become(visit, _S.NO_SHOW, by, now)


def reopen(visit: Appointment, closing: Closing, *, by: Actor, now: datetime) -> Appointment:
    """It was closed by mistake: as before, its contact gone. Raises Refused when it changed since, Clash, CannotSee."""
    with audit.by(by), transaction.atomic():
        held = _hold(visit)
        if held.status != closing.became:
            raise Refused(held.status)
        held.status, held.closed_at = closing.was, None
        _store(held)
        if closing.contact is not None:
            interactions.take_back(closing.contact)
        _settle(held, "reopened", by, now)
    return held


_CONTACTS = {_S.COMPLETED: InteractionKind.VISIT_KEPT, _S.NO_SHOW: InteractionKind.VISIT_MISSED}
_OVER = {_S.CANCELLED, _S.COMPLETED, _S.NO_SHOW}


def _become(
    visit: Appointment, status: AppointmentStatus, by: Actor, now: datetime, *, reason: str = ""
) -> Appointment:
    """Take a meeting to another status; the same one again changes nothing."""
    with audit.by(by, reason=reason), transaction.atomic():
        held = _hold(visit)
        if held.status == status:
            return held
        if status not in TRANSITIONS[held.status]:
            raise Refused(held.status)
        if status in _CONTACTS and held.starts_at > now:
            raise TooEarly
        closing = Closing(AppointmentStatus(held.status), status)
        held.status = status
        held.closed_at = now if status in _OVER else None
        held.save(update_fields=["status", "closed_at"])
        refresh_next([held.lead_id])
        _tell(held, status, by, now, body=reason)
        if kind := _CONTACTS.get(status):
            contact = Contact(kind, held.starts_at, seconds=int((held.ends_at - held.starts_at).total_seconds()))
            closing = replace(closing, contact=interactions.record(held.lead, contact, by=by, now=now).pk)
        else:
            events.publish(FactsChanged([held.lead_id], by, now))
        if status in _OVER:
            held.closing = _remember(held, closing, by, now)
    return held


def _remember(visit: Appointment, closing: Closing, by: Actor, now: datetime) -> Action:
    """The act as `appointments.undoing` takes it back."""
    label = gettext("Visita: %(status)s") % {"status": AppointmentStatus(visit.status).label.lower()}
    before = {"visit": visit.pk, **asdict(closing)}
    return actions.remember(ActionKind.VISIT, label=label, lead_ids=[visit.lead_id], before=before, by=by, now=now)


def _hold(visit: Appointment) -> Appointment:
    """The meeting as it stands, held: the lead's row first, as everywhere."""
    lead = leads.lock(visit.lead_id)
    held: Appointment = Appointment.objects.select_for_update(of=("self",)).select_related("agent").get(pk=visit.pk)
    if held.lead_id == lead.pk:
        held.lead = lead
    return held


def _store(visit: Appointment) -> None:
    """Write a meeting. The constraint has the last word; waiting in line for the person makes it a clear one."""
    if visit.agent is not None:
        if not sees(visit.agent, visit.lead):
            raise CannotSee(visit.agent)
        # Two who insert overlapping rows at once would each wait for the other: a deadlock instead of an answer.
        User.objects.select_for_update(no_key=True).get(pk=visit.agent.pk)
    try:
        with transaction.atomic():
            visit.save()
    except IntegrityError as error:
        if "appointments_nobody_twice" not in str(error):
            raise
        raise Clash(_in_the_way(visit)) from error


def _in_the_way(visit: Appointment) -> Appointment:
    same_time = Appointment.objects.filter(
        agent=visit.agent, status__in=_BUSY, starts_at__lt=visit.ends_at, ends_at__gt=visit.starts_at
    )
    other: Appointment = same_time.exclude(pk=visit.pk).select_related("lead", "agent").earliest("starts_at")
    return other


def _settle(visit: Appointment, act: str, by: Actor, now: datetime) -> None:
    if act != "changed":
        refresh_next([visit.lead_id])
    _tell(visit, act, by, now)
    events.publish(FactsChanged([visit.lead_id], by, now))


def _tell(visit: Appointment, act: str, by: Actor, now: datetime, *, body: str = "") -> None:
    told = {
        "act": str(act),
        "type": str(visit.type),
        "starts_at": visit.starts_at.isoformat(),
        "place": visit.place,
        "agent": str(visit.agent) if visit.agent else "",
    }
    timeline.record(visit.lead, TimelineKind.VISIT, by=by, at=now, body=body, data=told)
    events.publish(AppointmentChanged(visit, str(act), by, now))
