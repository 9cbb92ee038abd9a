"""Everything that points at a lead, and what becomes of it when two leads become one or a person is erased.

Every foreign key to a lead stands here, or is declared by the app above that owns it (in its `ready`); a test reads the
keys from PostgreSQL's catalog and fails for one that nobody decided about.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.apps import apps
from django.db import models


class OnMerge(Enum):
    """What becomes of a row of the lead that is not kept."""

    MOVES = "moves"
    MOVES_IF_NEW = "moves if new"  # one that the kept lead has too stays behind
    STAYS = "stays"
    COPIED = "copied"  # by code of its own: it is bound to its lead


class OnErase(Enum):
    """What becomes of a row of an erased person."""

    GOES = "goes"
    BLANKED = "blanked"
    STAYS = "stays"  # holds nothing of the person


@dataclass(frozen=True, slots=True)
class Tie:
    """The policy of one key. `same` makes two rows one, `blanks` is what stands there after erasing."""

    merge: OnMerge
    erase: OnErase
    same: tuple[str, ...] = ()
    blanks: Mapping[str, Any] = field(default_factory=dict)


_ROW = {"cells": [], "warnings": [], "reason": "", "changes": {}, "fingerprint": ""}
_TIES: dict[str, Tie] = {
    "crm.LeadPhone.lead": Tie(OnMerge.MOVES_IF_NEW, OnErase.GOES, same=("number",)),
    "crm.LeadTag.lead": Tie(OnMerge.MOVES_IF_NEW, OnErase.GOES, same=("tag_id",)),
    "crm.TimelineEntry.lead": Tie(OnMerge.MOVES, OnErase.GOES),
    "crm.Consent.lead": Tie(OnMerge.MOVES, OnErase.GOES),
    "crm.FinancialProfile.lead": Tie(OnMerge.COPIED, OnErase.GOES),
    "crm.Interaction.lead": Tie(OnMerge.MOVES, OnErase.BLANKED, blanks={"note": ""}),
    "crm.Task.lead": Tie(OnMerge.MOVES, OnErase.GOES),
    "crm.Notification.lead": Tie(OnMerge.MOVES, OnErase.GOES),
    "crm.ImportRow.lead": Tie(OnMerge.STAYS, OnErase.BLANKED, blanks=_ROW),  # a revert takes back what a row brought
    "crm.PersonalFile.lead": Tie(OnMerge.STAYS, OnErase.GOES),
    "crm.Erasure.lead": Tie(OnMerge.STAYS, OnErase.STAYS),
    "crm.Lead.referred_by": Tie(OnMerge.MOVES, OnErase.STAYS),
    "crm.Lead.merged_into": Tie(OnMerge.MOVES, OnErase.STAYS),
}


def declare(key: str, tie: Tie) -> None:
    """Say what becomes of a key of an app above: `declare("appointments.Appointment.lead", Tie(…))`."""
    _TIES[key] = tie


def declared() -> Mapping[str, Tie]:
    """All policies by key."""
    return _TIES


def rows(key: str) -> tuple[type[models.Model], str]:
    """The model and the column of a key."""
    label, _, name = key.rpartition(".")
    return apps.get_model(label), f"{name}_id"


def everything(model: type[models.Model]) -> "models.Manager[Any]":
    """A manager that hides no rows of the brokerage."""
    return model._base_manager  # noqa: SLF001 -- Django's documented model API


def merging(*policies: OnMerge) -> Iterator[tuple[str, Tie]]:
    """The keys with one of these policies, in the order they were declared."""
    return ((key, tie) for key, tie in _TIES.items() if tie.merge in policies)


def erasing(policy: OnErase) -> Iterator[tuple[str, Tie]]:
    """The keys with this policy."""
    return ((key, tie) for key, tie in _TIES.items() if tie.erase == policy)
