"""What of the brokerage's news other systems are told (reactions, see config/reactions.py)."""

from core.actors import ActorKind
from crm.events import FactsChanged, LeadsAssigned, LeadsCreated
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
