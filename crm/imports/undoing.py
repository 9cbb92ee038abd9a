"""Merged rows taken back: a value goes only where it is still what the import wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from core import events
from core.actors import Actor
from crm import custom_values
from crm.events import FactsChanged
from crm.imports.merging import TOGETHER, plain
from crm.models import Consent, FinancialProfile, ImportRow, Lead, LeadPhone, LeadTag, TimelineEntry

_GROUPS = (*TOGETHER, ("phone_raw", "phone_e164"))


def undo(rows: Sequence[ImportRow], *, by: Actor, now: datetime) -> int:
    """Take back what merged rows changed about leads that stay; returns how many leads changed. Constant statements."""
    leads = Lead.objects.select_for_update(of=("self",)).in_bulk({row.lead_id for row in rows if row.lead_id})
    untouched_profiles = _delete_profiles(rows)
    changed: dict[int, Lead] = {}
    columns: set[str] = set()
    for row in sorted(rows, key=lambda row: -row.number):
        lead = leads.get(row.lead_id or 0)
        if lead is None:
            continue
        fields = dict(row.changes.get("fields", {}))
        if lead.pk not in untouched_profiles:
            fields.pop("income_band", None)
        restored = _restore(lead, fields)
        columns |= restored
        if restored or row.changes.get("numbers"):
            changed[lead.pk] = lead
    _delete_additions(rows)
    for lead in changed.values():
        lead.version += 1
        lead.updated_at = now
    if changed:
        Lead.objects.bulk_update(changed.values(), [*sorted(columns), "version", "updated_at"])
    for lead_ids, profile in ((changed.keys() - untouched_profiles, False), (untouched_profiles, True)):
        if lead_ids:
            events.publish(FactsChanged(sorted(lead_ids), by, now, profile=profile, quietly=True))
    return len(changed)


def _restore(lead: Lead, fields: dict[str, list[Any]]) -> set[str]:
    """Put back what stood there, whole groups at a time; returns the columns that changed."""
    restored: set[str] = set()
    for group in _groups(fields):
        if all(plain(custom_values.of(lead, name)) == fields[name][1] for name in group):
            for name in group:
                custom_values.put(lead, name, fields[name][0])
            restored |= {custom_values.column(name) for name in group}
    return restored


def _groups(fields: dict[str, list[Any]]) -> list[list[str]]:
    """The columns that go back together: those that say one thing."""
    together = [[name for name in group if name in fields] for group in _GROUPS]
    taken = {name for group in together for name in group}
    return [*filter(None, together), *([name] for name in fields if name not in taken)]


def _delete_profiles(rows: Sequence[ImportRow]) -> set[int]:
    """Delete declarations the import brought and nobody replaced; returns the leads they were of."""
    brought = {row.lead_id: row.changes["financial"] for row in rows if row.lead_id and row.changes.get("financial")}
    found = FinancialProfile.objects.filter(lead_id__in=brought).values_list("pk", "lead_id", "updated_at")
    untouched = {pk: lead_id for pk, lead_id, at in found if at.isoformat() == brought[lead_id]}
    FinancialProfile.objects.filter(pk__in=untouched).delete()
    return set(untouched.values())


def _delete_additions(rows: Sequence[ImportRow]) -> None:
    """Delete the numbers, tags, lines of the stream and of the ledger that the rows added."""
    numbers, worn = Q(), Q()
    for row in rows:
        if row.changes.get("numbers"):
            numbers |= Q(lead_id=row.lead_id, number__in=row.changes["numbers"])
        if row.changes.get("tags"):
            worn |= Q(lead_id=row.lead_id, tag_id__in=row.changes["tags"])
    if numbers:
        LeadPhone.objects.filter(numbers).delete()
    if worn:
        LeadTag.objects.filter(worn).delete()
    TimelineEntry.objects.filter(pk__in=[pk for row in rows for pk in row.changes.get("entries", ())]).delete()
    Consent.objects.filter(pk__in=[pk for row in rows for pk in row.changes.get("consents", ())]).delete()
