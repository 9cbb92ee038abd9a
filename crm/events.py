"""News from the leads, heard above (config/reactions.py)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from accounts.models import User
from core.actors import Actor
from crm.models import Interaction, Lead, Task

if TYPE_CHECKING:  # it reads the models by its own
    from crm.privacy.person import Person


@dataclass(frozen=True, slots=True)
class LeadsCreated:
    """New leads, already stored with their stage; one from a form, hundreds from an import."""

    leads: Sequence[Lead]
    by: Actor
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class FactsChanged:
    """Something that score, qualification or the rules of the stages look at became different.

    A contact, a field of the profile, the declared money, an appointment, an opt-out. `lead_ids` are internal keys.
    `profile` says that the declared money is among it. `quietly` is for work over many leads that must move none on by
    itself: an import, a merge, an undo.
    """

    lead_ids: Sequence[int]
    by: Actor
    at: datetime
    profile: bool = False
    quietly: bool = False


@dataclass(frozen=True, slots=True)
class ConsentRevoked:
    """A person does not want to be written to any more."""

    lead_id: int
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class TaskFinished:
    """Something that had to be done with a lead is done."""

    task: Task
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsAssigned:
    """Leads changed hands: `to` is None where they became nobody's. `before` has each lead's former owner's key."""

    leads: Sequence[Lead]
    to: User | None
    by: Actor
    at: datetime
    before: Mapping[int, int | None]


@dataclass(frozen=True, slots=True)
class ContactsRecorded:
    """Contacts were stored, in the order they happened, each with its lead loaded."""

    contacts: Sequence[Interaction]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class BecameHot:
    """Leads whose status rose to hot."""

    lead_ids: Sequence[int]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsDeleted:
    """Leads went into the bin; by their internal keys."""

    lead_ids: Sequence[int]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsRestored:
    """Leads came back: from the bin, or because a merge was taken back."""

    lead_ids: Sequence[int]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class LeadsMerged:
    """One lead became part of another."""

    kept_id: int
    other_id: int
    other_public_id: UUID
    by: Actor
    at: datetime

    @property
    def lead_ids(self) -> Sequence[int]:
        """Both of them."""
        return [self.kept_id, self.other_id]


@dataclass(frozen=True, slots=True)
class LeadsParted:
    """A merge was taken back: both leads have their own rows again. LeadsRestored tells of the one that came back."""

    lead_ids: Sequence[int]
    by: Actor
    at: datetime


@dataclass(frozen=True, slots=True)
class PersonErased:
    """A person was erased; who keeps anything of them elsewhere forgets it now."""

    person: "Person"
    by: Actor
    at: datetime

    @property
    def lead_ids(self) -> Sequence[int]:
        """Their empty rows."""
        return self.person.lead_ids
