"""Two people at one lead: what the other one changed meanwhile, read from the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps

from crm import custom_values
from crm.models import Lead


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field both changed: what it was, what stands there now."""

    name: str
    was: Any
    now: Any


@dataclass(frozen=True, slots=True)
class Merge:
    """What the typed values change for real, the fields both sides changed, and who the other one is."""

    changes: dict[str, Any] = field(default_factory=dict)
    conflicts: list[Conflict] = field(default_factory=list)
    by: str = ""


def merge(lead: Lead, typed: Mapping[str, Any], *, since: int) -> Merge:
    """Hold values typed over version `since` against the lead as it stands now.

    A field the person left alone keeps what stands there; one only they changed is theirs; one both changed differently
    is a conflict. Without the old version in the log, every difference is a conflict.
    """
    events = apps.get_model("crm", "LeadEvent").objects.filter(pgh_obj_id=lead.pk)
    old = events.filter(version=since).order_by("-pgh_id").first()
    latest = events.filter(version__gt=since).order_by("-pgh_id").first()
    by = str((latest.pgh_context or {}).get("label", "")) if latest else ""
    merged = Merge(by=by)
    for name, mine in typed.items():
        stands = custom_values.of(lead, name)
        was = custom_values.of(old, name) if old else None
        if mine == stands or (old and mine == was):
            continue
        merged.changes[name] = mine
        if not old or stands != was:
            merged.conflicts.append(Conflict(name, was, stands))
    return merged
