"""Merging: both leads held, the other's rows moved, blanks filled, choices obeyed, an opt-out of either upheld.

What is written down beside the act (`Action.before`) is all that `crm.merging.undoing` needs: which rows came from
where and which columns said what.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from core import audit, events
from core.actors import Actor
from crm import actions, financial, ties, timeline, todos
from crm.consent import Ground, entry
from crm.enums import (
    ActionKind,
    Channel,
    ConsentBasis,
    ConsentPurpose,
    ConsentSource,
    ConsentState,
    PhoneKind,
    TimelineKind,
)
from crm.events import FactsChanged, LeadsMerged
from crm.leads import Stale
from crm.merging.facts import combined
from crm.models import Action, Consent, FinancialProfile, Lead, LeadPhone, LeadQuerySet
from crm.ties import OnMerge


@dataclass(slots=True)
class Memory:
    """What undoing needs, as plain JSON."""

    fields: dict[str, list[Any]] = field(default_factory=dict)
    moved: dict[str, list[int]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    made: dict[str, list[int]] = field(default_factory=dict)


def merge(
    kept_id: int,
    other_id: int,
    *,
    take: Collection[str] = (),
    within: LeadQuerySet,
    versions: Mapping[int, int] | None = None,
    by: Actor,
    now: datetime,
) -> tuple[Lead, Action]:
    """Make two leads one: the kept one gets all the other has, the other leaves sight and points at it.

    Raises Lead.DoesNotExist when one of them is gone or outside `within`, Stale when one is not at the version the
    person saw, ValueError for one lead twice and for a fact there is none of.
    """
    if kept_id == other_id:
        raise ValueError("A lead is not merged with itself.")
    with audit.by(by, reason="merge"), transaction.atomic():
        kept, other = _hold(kept_id, other_id, within, versions or {})
        memory = Memory()
        changes = combined(kept, other, take=take)
        _leave(other, kept, now)
        _move_rows(kept, other, memory)
        band = _copy_profile(kept, other, memory)
        _write(kept, {**changes, **band}, memory, now)
        _order_numbers(kept, memory)
        _uphold_revocations(kept, memory, by=by, now=now)
        todos.refresh_next([kept.pk, other.pk])
        told = {"what": "merged", "other": str(other.public_id), "fields": sorted(changes)}
        timeline.record(kept, TimelineKind.MERGE, by=by, at=now, data=told)
        events.publish(LeadsMerged(kept.pk, other.pk, other.public_id, by, now))
        events.publish(FactsChanged([kept.pk], by, now, quietly=True))
        action = _remember(_retold(kept, memory), other, memory, by=by, now=now)
    return Lead.objects.select_related("assigned_to").get(pk=kept.pk), action


def _hold(kept_id: int, other_id: int, within: LeadQuerySet, versions: Mapping[int, int]) -> tuple[Lead, Lead]:
    """Both rows, held with those that point at the other one, in the order of their keys, as everywhere."""
    pair = (kept_id, other_id)
    touched = Q(pk__in=pair) | Q(referred_by=other_id) | Q(merged_into=other_id)  # rows that will point at the kept one
    list(Lead.everything.filter(touched).select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    held = {lead.pk: lead for lead in within.filter(pk__in=pair)}
    if len(held) < 2:  # noqa: PLR2004 -- both of them
        raise Lead.DoesNotExist
    for pk, seen in versions.items():
        if held[pk].version != seen:
            raise Stale(held[pk])
    return held[kept_id], held[other_id]


def _leave(other: Lead, kept: Lead, now: datetime) -> None:
    """Out of sight first: its number has to be free before the kept lead may take it."""
    other.deleted_at, other.merged_into = now, kept
    other.version += 1
    other.save(update_fields=["deleted_at", "merged_into", "version", "updated_at"])


def _move_rows(kept: Lead, other: Lead, memory: Memory) -> None:
    for key, tie in ties.merging(OnMerge.MOVES, OnMerge.MOVES_IF_NEW):
        model, column = ties.rows(key)
        rows = ties.everything(model)
        theirs = rows.filter(**{column: other.pk})
        if model is Lead:
            theirs = theirs.exclude(pk__in=(kept.pk, other.pk))  # nobody refers, or is merged into, themselves
        if tie.merge == OnMerge.MOVES_IF_NEW:
            [same] = tie.same
            theirs = theirs.exclude(**{f"{same}__in": rows.filter(**{column: kept.pk}).values(same)})
        ids = list(theirs.order_by("pk").values_list("pk", flat=True))
        if ids:
            rows.filter(pk__in=ids).update(**{column: kept.pk})
            memory.moved[key] = ids


def _copy_profile(kept: Lead, other: Lead, memory: Memory) -> dict[str, Any]:
    """The other's declared money where the kept lead has none, sealed anew for its row; the original stays behind."""
    declared = financial.read(other)
    if declared == financial.NOTHING or FinancialProfile.objects.filter(lead=kept).exists():
        return {}
    made = FinancialProfile.objects.create(lead=kept, sealed=financial.sealed(kept.pk, declared))
    memory.made["crm.FinancialProfile"] = [made.pk]
    return {"income_band": other.income_band}


def _write(kept: Lead, changes: Mapping[str, Any], memory: Memory, now: datetime) -> None:
    for column, value in changes.items():
        was = getattr(kept, column)
        if was != value:
            memory.fields[column] = [plain(was), plain(value)]
            setattr(kept, column, value)
    kept.version += 1
    kept.updated_at = now
    kept.save()


def _order_numbers(kept: Lead, memory: Memory) -> None:
    """One number is the first one: the lead's own; what was first elsewhere is a further one."""
    own = kept.phone_e164.removeprefix("+")
    for phone in LeadPhone.objects.filter(lead=kept).order_by("pk"):
        first = phone.number == own
        kind = PhoneKind.PRIMARY if first else PhoneKind.SECONDARY if phone.kind == PhoneKind.PRIMARY else phone.kind
        if kind != phone.kind:
            memory.kinds[str(phone.pk)] = phone.kind
            LeadPhone.objects.filter(pk=phone.pk).update(kind=kind)


def _uphold_revocations(kept: Lead, memory: Memory, *, by: Actor, now: datetime) -> None:
    """Who took a consent back on either side keeps it taken back, whatever the other side's ledger says later."""
    came = set(memory.moved.get("crm.Consent.lead", ()))
    entries = list(Consent.objects.filter(lead=kept).order_by("at", "pk"))
    sides = [[each for each in entries if (each.pk in came) == moved] for moved in (True, False)]
    lost = [
        (purpose, channel)
        for purpose, channel in product(ConsentPurpose, Channel)
        if any(_last(side, purpose, channel) == ConsentState.REVOKED for side in sides)
        and _last(entries, purpose, channel) != ConsentState.REVOKED
    ]
    ground = Ground(ConsentBasis.NONE, ConsentSource.AGENT, proof={"merge": True})
    made = [
        entry(kept, ConsentState.REVOKED, ground, by=by, at=now, purpose=purpose, channel=channel)
        for purpose, channel in lost
    ]
    Consent.objects.bulk_create(made)
    memory.made["crm.Consent"] = [each.pk for each in made]


def _last(entries: list[Consent], purpose: ConsentPurpose, channel: Channel) -> str | None:
    for each in reversed(entries):
        if each.purpose == purpose and each.channel in {"", channel}:
            return each.state
    return None


def _retold(kept: Lead, memory: Memory) -> Lead:
    """The kept lead after its score was told anew: how warm it became by that is undone too."""
    stored = Lead.objects.get(pk=kept.pk)
    if stored.status != kept.status:
        memory.fields["status"] = [kept.status, stored.status]
    return stored


def _remember(kept: Lead, other: Lead, memory: Memory, *, by: Actor, now: datetime) -> Action:
    before = {
        "kept": kept.pk,
        "other": other.pk,
        "fields": memory.fields,
        "moved": memory.moved,
        "kinds": memory.kinds,
        "made": memory.made,
    }
    return actions.remember(
        ActionKind.MERGE, label=_("Unir 2 leads"), lead_ids=[kept.pk, other.pk], before=before, by=by, now=now
    )


def plain(value: Any) -> Any:  # noqa: ANN401 -- a column's value
    """A value as JSON holds it; `Field.to_python` reads it back."""
    return value if isinstance(value, (str, int, bool, dict, list)) or value is None else str(value)
