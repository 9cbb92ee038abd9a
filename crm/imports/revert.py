"""A whole import taken back, as a job: each batch one transaction that drops the rows it dealt with.

A lead the import brought is deleted, with everything that hangs on it, while nobody has worked on it since; otherwise
it stays and is told of, unless the person said that these go too.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from core import audit, jobs
from core.actors import Actor
from core.models import Job
from crm.enums import ImportState, RowOutcome, TimelineKind
from crm.imports import undoing
from crm.imports.runner import actor, one_at_a_time
from crm.models import Consent, ImportRow, Lead, LeadImport, LeadTag, Tag, TimelineEntry

KIND = "import_revert"
BATCH = 500
NAMED = 200
"""Kept leads that are named; of more only the number is told."""
OURS = frozenset(
    """phones timeline_entries consents financial_profiles import_rows lead_tags tags transitions history""".split()  # noqa: SIM905
)
"""Relations of a lead that an import fills itself; a row in any other is somebody's work."""


def _stop(job: Job) -> None:
    """Say that the import stands again as what was not taken back of it; raises Lost when another worker goes on."""
    with jobs.inside(job):
        jobs.advance(job, done=job.done, now=timezone.now())
        LeadImport.objects.filter(pk=job.arguments["import"]).update(state=ImportState.DONE)


@jobs.runner(KIND, give_up=_stop)
def run(job: Job) -> None:
    """Take the job's import back, going on where the last worker came to."""
    try:
        while _take_back(job):
            pass
        _finish(job)
    except jobs.Lost:
        raise
    except Exception:
        _stop(job)
        raise


def worked_on(rows: Sequence[ImportRow]) -> set[int]:
    """The leads that have something the import did not bring: a line in the stream or ledger, a tag, any relation."""
    lead_ids = {row.lead_id for row in rows if row.lead_id}
    entries = [pk for row in rows for pk in row.changes.get("entries", ())]
    consents = [pk for row in rows for pk in row.changes.get("consents", ())]
    told = TimelineEntry.objects.filter(lead_id__in=lead_ids).exclude(kind=TimelineKind.CREATED)
    touched = set(told.exclude(pk__in=entries).values_list("lead_id", flat=True))
    touched |= set(
        Consent.objects.filter(lead_id__in=lead_ids).exclude(pk__in=consents).values_list("lead_id", flat=True)
    )
    ours = {(row.lead_id, tag_id) for row in rows for tag_id in row.changes.get("tags", ())}
    worn = LeadTag.objects.filter(lead_id__in=lead_ids).values_list("lead_id", "tag_id")
    touched |= {lead_id for lead_id, tag_id in worn if (lead_id, tag_id) not in ours}
    for relation in Lead._meta.related_objects:  # noqa: SLF001 -- Django's documented model API
        if relation.get_accessor_name() not in OURS:
            name = relation.field.attname
            kin = relation.related_model._default_manager.filter(**{f"{name}__in": lead_ids})  # noqa: SLF001
            touched |= set(kin.values_list(name, flat=True))
    return touched


def worked_on_count(lead_import: LeadImport) -> int:
    """How many of the leads an import brought have been worked on since."""
    found: set[int] = set()
    numbers = lead_import.rows.filter(outcome=RowOutcome.CREATED, lead__isnull=False).order_by("number")
    lead_ids = list(numbers.values_list("lead_id", flat=True))
    for start in range(0, len(lead_ids), BATCH):
        found |= worked_on(list(lead_import.rows.filter(lead_id__in=lead_ids[start : start + BATCH])))
    return len(found)


def _take_back(job: Job) -> bool:
    """Deal with the next leads of the import; False when there is nothing left."""
    with jobs.inside(job):
        stored = Job.objects.get(pk=job.pk)
        jobs.advance(job, done=stored.done, now=timezone.now())  # first: who lost the lease must not write
        one_at_a_time()
        lead_import = LeadImport.objects.select_related("by_user").get(pk=job.arguments["import"])
        rows = _next_rows(lead_import)
        if not rows:
            return False
        now = timezone.now()
        with audit.by(actor(lead_import), reason=f"revert {lead_import.file_name}"):
            told = _undo(rows, everything=bool(job.arguments.get("worked_on")), by=actor(lead_import), now=now)
        made_tags = [pk for row in rows for pk in row.changes.get("made_tags", ())]
        ImportRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
        Job.objects.filter(pk=job.pk).update(result=_sum(stored.result, told, made_tags))
        jobs.advance(job, done=stored.done + len(rows), now=now)
    return True


def _next_rows(lead_import: LeadImport) -> list[ImportRow]:
    """The next rows, and with them all further rows of the import about the same leads."""
    first = list(lead_import.rows.order_by("number")[:BATCH])
    lead_ids = {row.lead_id for row in first if row.lead_id}
    further = lead_import.rows.filter(lead_id__in=lead_ids).exclude(pk__in=[row.pk for row in first])
    return [*first, *further]


def _undo(rows: list[ImportRow], *, everything: bool, by: Actor, now: datetime) -> dict[str, Any]:
    brought = {row.lead_id for row in rows if row.outcome == RowOutcome.CREATED and row.lead_id}
    of_brought = [row for row in rows if row.lead_id in brought]
    # Held before they are looked at: what somebody is writing at this moment is waited for, and seen.
    list(Lead.everything.select_for_update(of=("self",)).filter(pk__in=brought).order_by("pk").values_list("pk"))
    kept = set() if everything else worked_on(of_brought)
    deleted = brought - kept
    changed = undoing.undo([row for row in rows if row.lead_id not in brought], by=by, now=now)
    Lead.everything.filter(pk__in=deleted).delete()
    return {"deleted": len(deleted), "undone": changed, "kept_count": len(kept), "kept": _named(kept)}


def _named(lead_ids: Collection[int]) -> list[str]:
    found = Lead.objects.filter(pk__in=lead_ids).order_by("pk")[:NAMED]
    return [str(public_id) for public_id in found.values_list("public_id", flat=True)]


def _sum(before: dict[str, Any], told: dict[str, Any], made_tags: list[int]) -> dict[str, Any]:
    summed = {name: before.get(name, 0) + told[name] for name in ("deleted", "undone", "kept_count")}
    kept = [*before.get("kept", ()), *told["kept"]][:NAMED]
    return {**summed, "kept": kept, "made_tags": [*before.get("made_tags", ()), *made_tags]}


def _finish(job: Job) -> None:
    with jobs.inside(job):
        jobs.advance(job, done=job.total, now=timezone.now())
        result = dict(Job.objects.get(pk=job.pk).result)
        Tag.objects.filter(pk__in=result.pop("made_tags", ()), lead_tags__isnull=True).delete()
        LeadImport.objects.filter(pk=job.arguments["import"]).update(state=ImportState.REVERTED, content=None)
        jobs.finish(job, result=result, now=timezone.now())
