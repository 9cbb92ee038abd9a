"""What of the brokerage's news other systems are told (reactions, see config/reactions.py)."""

from appointments.events import AppointmentChanged
from core.actors import ActorKind
from crm.events import (
    ConsentRevoked,
    FactsChanged,
    LeadsAssigned,
    LeadsCreated,
    LeadsDeleted,
    LeadsMerged,
    LeadsRestored,
    PersonErased,
    TaskFinished,
)
from integrations import deliveries
from integrations.announcing import announce
from integrations.enums import EventType
from pipeline.events import StagesChanged


def of_created(event: LeadsCreated) -> None:
    """Leads that came in one by one; an import is read through the API, it would only bury the receiver."""
    if event.by.kind != ActorKind.IMPORT:
        announce(EventType.LEAD_CREATED, [lead.pk for lead in event.leads], at=event.at)


def of_facts(event: FactsChanged) -> None:
    """Whatever changed in a lead, unless it changed in a pile."""
    if not event.quietly:
        announce(EventType.LEAD_UPDATED, event.lead_ids, at=event.at)


def of_revoked(event: ConsentRevoked) -> None:
    """Whoever writes to this person elsewhere has to stop, too."""
    announce(EventType.CONSENT_REVOKED, [event.lead_id], at=event.at)


def of_task(event: TaskFinished) -> None:
    """A task that is done, with the lead it was about."""
    task = event.task
    told = {"id": str(task.public_id), "title": task.title, "kind": task.kind, "due_at": task.due_at.isoformat()}
    if task.lead_id is not None:
        announce(EventType.TASK_DONE, [task.lead_id], at=event.at, more={task.lead_id: {"task": told}})


def of_appointment(event: AppointmentChanged) -> None:
    """A meeting, new or changed, as it stands now."""
    meeting, new = event.appointment, event.act == "scheduled"
    told = {
        "id": str(meeting.public_id),
        "type": meeting.type,
        "status": meeting.status,
        "starts_at": meeting.starts_at.isoformat(),
        "ends_at": meeting.ends_at.isoformat(),
        "place": meeting.place,
    }
    kind = EventType.APPOINTMENT_CREATED if new else EventType.APPOINTMENT_CHANGED
    announce(kind, [meeting.lead_id], at=event.at, more={meeting.lead_id: {"appointment": told, "act": event.act}})


def of_stages(event: StagesChanged) -> None:
    """Every change of stage, with what the transition says."""
    told = {
        each.lead_id: {
            "transition": {
                "from": each.from_stage or None,
                "to": each.to_stage,
                "at": each.at.isoformat(),
                "reason": each.reason,
                "by": {"kind": event.by.kind, "name": event.by.label},
            }
        }
        for each in event.transitions
    }
    announce(EventType.STAGE_CHANGED, list(told), at=event.at, more=told)


def of_assigned(event: LeadsAssigned) -> None:
    """Leads that changed hands, unless an import gave them away."""
    if event.by.kind != ActorKind.IMPORT:
        announce(EventType.LEAD_ASSIGNED, [lead.pk for lead in event.leads], at=event.at)


def of_deleted(event: LeadsDeleted) -> None:
    """Leads that went into the bin."""
    announce(EventType.LEAD_DELETED, event.lead_ids, at=event.at)


def of_restored(event: LeadsRestored) -> None:
    """Leads that came back."""
    announce(EventType.LEAD_RESTORED, event.lead_ids, at=event.at)


def of_merged(event: LeadsMerged) -> None:
    """The lead that was kept, with the id of the one that is part of it now."""
    merged = {event.kept_id: {"merged": str(event.other_public_id)}}
    announce(EventType.LEAD_MERGED, [event.kept_id], at=event.at, more=merged)


def of_erased(event: PersonErased) -> None:
    """Away with what was told of the person; that they are erased is told with nothing of them in it."""
    deliveries.forget(event.person.public_ids)
    announce(EventType.LEAD_ERASED, event.lead_ids, at=event.at)
