"""What two leads say about the same person: filled blanks, conflicts, and what follows from both."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from crm.enums import Qualification, Timeline
from crm.models import Lead

FACTS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "phone": ("phone_raw", "phone_e164", "country"),
    "email": ("email",),
    "assigned_to": ("assigned_to_id",),
    "source": ("source", "source_detail"),
    "language": ("language",),
    "time_zone": ("time_zone",),
    "qualification": ("qualification", "qualified_by"),
    "treatment_type": ("treatment_type",),
    "next_action_at": ("next_action_at",),
    "operation": ("operation",),
    "property_type": ("property_type",),
    "location": ("location",),
    "bedrooms": ("bedrooms",),
    "bathrooms": ("bathrooms",),
    "purpose": ("purpose",),
    "property_ref": ("property_ref",),
    "timeline": ("timeline",),
    "budget": ("budget_amount", "budget_min", "budget_unit"),
    "referred_by_name": ("referred_by_name", "referred_by_id"),
}
"""Facts a person chooses between, with the columns that go together; the first one says whether there is any."""
_LATEST = ("last_inbound_at", "last_outbound_at", "last_contact_at")
_NOTHING = (None, "", Qualification.PENDIENTE.value, Timeline.UNKNOWN.value)


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact as both leads have it."""

    name: str
    kept: Any
    other: Any

    @property
    def is_filled(self) -> bool:
        """The kept lead has none, so the other's is taken."""
        return self.kept in _NOTHING and self.other not in _NOTHING

    @property
    def is_conflict(self) -> bool:
        """Both have one and they differ: a person has to choose."""
        return self.kept not in _NOTHING and self.other not in _NOTHING and self.kept != self.other


def compare(kept: Lead, other: Lead) -> list[Fact]:
    """All facts of both, in the order they are shown."""
    return [Fact(name, _first(kept, name), _first(other, name)) for name in FACTS]


def combined(kept: Lead, other: Lead, *, take: Collection[str]) -> dict[str, Any]:
    """The columns of the kept lead that become different; `take` names conflicting facts taken from the other.

    Raises ValueError for a fact there is none of.
    """
    if not FACTS.keys() >= set(take):
        raise ValueError(f"No such fact: {', '.join(sorted(set(take) - FACTS.keys()))}")
    wanted: dict[str, Any] = {}
    for fact in compare(kept, other):
        if fact.is_filled or (fact.is_conflict and fact.name in take):
            wanted |= {column: getattr(other, column) for column in FACTS[fact.name]}
    wanted |= dict(_following(kept, other))
    if wanted.get("referred_by_id", kept.referred_by_id) in {kept.pk, other.pk}:
        wanted["referred_by_id"] = None  # nobody refers themselves
    return {column: value for column, value in wanted.items() if getattr(kept, column) != value}


def _following(kept: Lead, other: Lead) -> Iterator[tuple[str, Any]]:
    """What nobody chooses: the first day, the last contacts, an opt-out that holds, own fields filled."""
    yield "created_at", min(kept.created_at, other.created_at)
    for column in _LATEST:
        yield column, max(filter(None, (getattr(kept, column), getattr(other, column))), default=None)
    yield "opted_out_at", min(filter(None, (kept.opted_out_at, other.opted_out_at)), default=None)
    yield "wants_visit", kept.wants_visit or other.wants_visit
    yield (
        "custom",
        {**other.custom, **{key: value for key, value in kept.custom.items() if value not in (None, "", [])}},
    )


def _first(lead: Lead, name: str) -> Any:  # noqa: ANN401 -- a column's value
    return getattr(lead, FACTS[name][0])
