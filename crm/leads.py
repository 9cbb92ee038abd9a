"""Leads are made and changed here; their stage is `pipeline.board`'s."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from accounts.models import User
from core import audit, events, phones, ranks
from core.actors import Actor
from crm import custom_fields, custom_values, tags, timeline
from crm.custom_values import PREFIX
from crm.enums import PhoneKind, Stage, TimelineKind
from crm.events import FactsChanged, LeadsAssigned, LeadsCreated
from crm.models import Lead, LeadPhone, LeadQuerySet, LeadTag

EDITABLE = frozenset(
    """name phone_raw email source language time_zone country qualification treatment_type next_action_at location
    operation property_type bedrooms bathrooms purpose property_ref timeline budget_amount budget_min budget_unit
    wants_visit referred_by_name""".split()  # noqa: SIM905 -- one name a line would fill the screen
)
"""The fields people change by hand, and the brokerage's own beside them. Stage, owner and tags have functions of their
own."""


class Taken(Exception):
    """The phone already belongs to another lead of the brokerage."""

    def __init__(self, phone: str) -> None:
        super().__init__(phone)
        self.phone = phone


class Stale(Exception):
    """The lead changed since the caller read it; `lead` is how it stands now."""

    def __init__(self, lead: Lead) -> None:
        super().__init__(lead.pk)
        self.lead = lead


@dataclass(frozen=True, slots=True)
class Draft:
    """A lead to be: values of EDITABLE fields and what else it starts with.

    `system` are columns nobody edits by hand and an import may bring: income_band, opted_out_at, status, lost_reason.
    `custom` are checked values of the brokerage's own fields by key.
    """

    fields: Mapping[str, Any]
    stage: Stage = Stage.ENTRADA
    created_at: datetime | None = None
    assigned_to: User | None = None
    source_detail: Mapping[str, Any] = field(default_factory=dict)
    system: Mapping[str, Any] = field(default_factory=dict)
    custom: Mapping[str, Any] = field(default_factory=dict)
    referred_by: Lead | None = None


def create(draft: Draft, *, by: Actor, now: datetime, note: str = "", tag_names: Iterable[str] = ()) -> Lead:
    """One new lead. Raises Taken when its phone is another lead's, also when both arrive at once."""
    try:
        with transaction.atomic():
            [lead] = create_many([draft], by=by, now=now)
    except IntegrityError as error:
        if "crm_lead_one_per_phone" in str(error):
            raise Taken(str(draft.fields.get("phone_raw", ""))) from error
        raise
    if note.strip():
        timeline.add_note(lead, body=note, by=by, at=now)
    _wear(lead, tag_names)
    return lead


def create_many(drafts: Sequence[Draft], *, by: Actor, now: datetime, reason: str = "") -> list[Lead]:
    """New leads in a constant number of statements; publishes LeadsCreated once.

    A phone that is taken raises IntegrityError: callers with files look duplicates up first.
    """
    with audit.by(by, reason=reason), transaction.atomic():
        made = Lead.objects.bulk_create([_build(draft, now) for draft in drafts])
        LeadPhone.objects.bulk_create([phone for lead in made for phone in _phones(lead)])
        timeline.record_all(
            timeline.entry(lead, TimelineKind.CREATED, by=by, at=now, data={"source": lead.source}) for lead in made
        )
        events.publish(LeadsCreated(made, by, now, reason))
    return made


def edit(lead: Lead, changes: Mapping[str, Any], *, by: Actor, now: datetime, version: int | None = None) -> Lead:
    """Change fields people may change; tells the timeline what was and what is. No change writes nothing.

    A brokerage's own fields are named `cf_<key>`, their values checked by the caller (`crm.custom_fields`). Raises
    Stale when `version` is given and no longer true, Taken when the new phone is another lead's, ValueError for a field
    that is not EDITABLE.
    """
    _refuse({name for name in changes if not name.startswith(PREFIX)})
    if "email" in changes:
        changes = {**changes, "email": changes["email"].lower()}
    with audit.by(by), transaction.atomic():
        held = lock(lead.pk, version=version)
        stands = {name: custom_values.of(held, name) for name in changes}
        before = {name: was for name, was in stands.items() if was != changes[name]}
        if not before:
            return held
        typed_before = _typed_numbers(held)
        for name in before:
            custom_values.put(held, name, changes[name])
        if {"phone_raw", "country"} & before.keys():
            _renumber(held, typed_before)
        if "qualification" in before:
            held.qualified_by = None  # said by a person: it holds until the declared profile changes
        held.version += 1
        _save(held)
        shown = {name: [_plain(was), _plain(changes[name])] for name, was in before.items()}
        told = {"changes": shown} | ({"labels": named} if (named := custom_fields.labels(before)) else {})
        timeline.record(held, TimelineKind.EDIT, by=by, at=now, data=told)
        events.publish(FactsChanged([held.pk], by, now))
        held.refresh_from_db()  # with its new score, and where that has moved it
    return held


def assign(leads: LeadQuerySet, *, to: User | None, by: Actor, now: datetime) -> int:
    """Give leads to a person of the brokerage, or to nobody; returns how many changed hands."""
    with audit.by(by), transaction.atomic():
        changed = list(leads.exclude(assigned_to=to).select_for_update(of=("self",)).order_by("pk"))
        before = {lead.pk: lead.assigned_to_id for lead in changed}
        for lead in changed:
            lead.assigned_to = to
            lead.version += 1
            lead.updated_at = now
        Lead.objects.bulk_update(changed, ["assigned_to", "version", "updated_at"])
        told = {"to": str(to) if to else ""}
        timeline.record_all(timeline.entry(lead, TimelineKind.ASSIGN, by=by, at=now, data=told) for lead in changed)
        if changed:
            events.publish(LeadsAssigned(changed, to, by, now, before))
    return len(changed)


def set_tags(lead: Lead, names: Iterable[str], *, by: Actor, now: datetime) -> None:
    """Make a lead wear exactly these tags; tells the timeline what came and went."""
    with audit.by(by), transaction.atomic():
        lock(lead.pk)  # two who tag at once would write the same row twice
        wanted = tags.named(names)
        worn = {row.tag_id: row.tag.name for row in LeadTag.objects.filter(lead=lead).select_related("tag")}
        added = [tag for tag in wanted if tag.pk not in worn]
        removed = {pk: name for pk, name in worn.items() if pk not in {tag.pk for tag in wanted}}
        if not added and not removed:
            return
        LeadTag.objects.filter(lead=lead, tag_id__in=removed).delete()
        LeadTag.objects.bulk_create([LeadTag(lead=lead, tag=tag) for tag in added])
        told = {"added": [tag.name for tag in added], "removed": sorted(removed.values())}
        timeline.record(lead, TimelineKind.TAG, by=by, at=now, data=told)


def lock(lead_id: int, *, version: int | None = None) -> Lead:
    """The lead's row, held until the transaction ends; raises Stale when it is not at `version` any more."""
    held = Lead.objects.select_for_update(of=("self",)).get(pk=lead_id)
    if version is not None and held.version != version:
        raise Stale(held)
    return held


def _refuse(names: set[str]) -> None:
    """Raise ValueError for what people may not write."""
    if not EDITABLE.issuperset(names):
        raise ValueError(f"Not editable: {', '.join(sorted(names - EDITABLE))}")


def _build(draft: Draft, now: datetime) -> Lead:
    _refuse(set(draft.fields))
    created_at = draft.created_at or now
    lead = Lead(
        **draft.fields,
        **draft.system,
        stage=draft.stage,
        stage_entered_at=now,
        created_at=created_at,
        assigned_to=draft.assigned_to,
        source_detail=dict(draft.source_detail),
        referred_by=draft.referred_by,
        custom={key: value for key, value in draft.custom.items() if value is not None},
        board_rank=ranks.top(created_at),
    )
    lead.email = lead.email.lower()
    primary = phones.parse(lead.phone_raw, lead.country).primary
    lead.phone_e164 = primary.e164 if primary else ""
    return lead


def _typed_numbers(lead: Lead) -> list[str]:
    """The numbers in the lead's phone cell, in E.164, as they were typed."""
    return [number.e164 for number in phones.parse(lead.phone_raw, lead.country).numbers if number.e164]


def _phones(lead: Lead, others: Iterable[str] = ()) -> list[LeadPhone]:
    """The rows a lead is found by: its number, the others typed in the same cell or known besides, their variants."""
    numbers = [*_typed_numbers(lead), *others]
    kinds = {number.removeprefix("+"): PhoneKind.SECONDARY for number in numbers}
    if lead.phone_e164:
        kinds[lead.phone_e164.removeprefix("+")] = PhoneKind.PRIMARY
    for number in numbers:
        for variant in sorted(phones.variants(number)):
            kinds.setdefault(variant, PhoneKind.VARIANT)
    return [LeadPhone(lead=lead, number=number, kind=kind) for number, kind in kinds.items()]


def _renumber(lead: Lead, typed_before: Collection[str]) -> None:
    """Read the phone cell anew; numbers known from elsewhere (an import) stay."""
    primary = phones.parse(lead.phone_raw, lead.country).primary
    lead.phone_e164 = primary.e164 if primary else ""
    rows = LeadPhone.objects.filter(lead=lead)
    known = [f"+{number}" for number in rows.filter(kind=PhoneKind.SECONDARY).values_list("number", flat=True)]
    rows.delete()
    LeadPhone.objects.bulk_create(_phones(lead, [number for number in known if number not in typed_before]))


def _save(lead: Lead) -> None:
    try:
        with transaction.atomic():
            lead.save()
    except IntegrityError as error:
        if "crm_lead_one_per_phone" in str(error):
            raise Taken(lead.phone_raw) from error
        raise


def _wear(lead: Lead, names: Iterable[str]) -> None:
    LeadTag.objects.bulk_create([LeadTag(lead=lead, tag=tag) for tag in tags.named(names)])


def _plain(value: object) -> object:
    """A value as JSON holds it, for showing what was."""
    return value if isinstance(value, (str, int, float, bool)) or value is None else str(value)
