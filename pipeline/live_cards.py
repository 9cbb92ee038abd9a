"""What the open pages are told of leads (reactions): that one was made, changed, moved or changed hands.

    {"leads": [{"id": "<public id>", "stage": "agendado", "was": "entrada"}]}     or     {"many": true}

An agent hears of the leads they see, and of those they saw until now.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core import live
from crm.events import (
    FactsChanged,
    LeadsAssigned,
    LeadsCreated,
    LeadsDeleted,
    LeadsMerged,
    LeadsRestored,
    PersonErased,
)
from crm.models import Lead
from pipeline.events import StagesChanged

TOPIC = "leads"
MOST = 8
"""Leads that are named; of more, pages ask for everything anew."""

Owners = frozenset[int | None]


class _Line(NamedTuple):
    """A lead as the news has it, and whose it is and was; None among them is everybody's."""

    owners: Owners
    lead: dict[str, str]


def created(event: LeadsCreated) -> None:
    """New cards."""
    _tell(_Line(frozenset({lead.assigned_to_id}), _named(lead, was="")) for lead in event.leads)


def moved(event: StagesChanged) -> None:
    """Cards in other columns."""
    _tell(
        _Line(frozenset({change.lead.assigned_to_id}), _named(change.lead, was=change.from_stage))
        for change in event.transitions
    )


def assigned(event: LeadsAssigned) -> None:
    """Cards of other people: who loses one and who gets it both hear."""
    _tell(_Line(frozenset({lead.assigned_to_id, event.before[lead.pk]}), _named(lead)) for lead in event.leads)


def changed(event: FactsChanged | LeadsDeleted | LeadsRestored | LeadsMerged | PersonErased) -> None:
    """Cards that may show something else."""
    stored = Lead.everything.filter(pk__among=set(event.lead_ids))
    if len(event.lead_ids) > MOST:
        _send({"many": True}, frozenset(stored.values_list("assigned_to_id", flat=True).distinct()))
        return
    stored = stored.only("public_id", "stage", "assigned_to_id")
    _tell(_Line(frozenset({lead.assigned_to_id}), _named(lead)) for lead in stored)


def _named(lead: Lead, *, was: str | None = None) -> dict[str, str]:
    """A lead by its id and stage; `was` is the stage it left, "" when it is new, missing when it did not move."""
    named = {"id": str(lead.public_id), "stage": str(lead.stage)}
    return named if was is None else {**named, "was": was}


def _tell(lines: Iterable[_Line]) -> None:
    """One message for each set of owners; a single one without names when there are many leads."""
    told = list(lines)
    if len(told) > MOST:
        everybody: Owners = frozenset().union(*(line.owners for line in told))
        _send({"many": True}, everybody)
        return
    by_owners: dict[Owners, list[dict[str, str]]] = defaultdict(list)
    for line in told:
        by_owners[line.owners].append(line.lead)
    for owners, leads in by_owners.items():
        _send({"leads": leads}, owners)


def _send(facts: dict[str, Sequence[dict[str, str]] | bool], owners: Owners) -> None:
    people = None if None in owners else [owner for owner in owners if owner is not None]
    live.tell(TOPIC, facts, to=people)
