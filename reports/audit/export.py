"""The audit as a file: made by the worker, kept for a day like every export, and itself written into the audit."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, jobs
from core.actors import Actor
from core.models import Job
from crm.enums import ExportFormat
from crm.exports import KEPT
from crm.models import LeadExport
from crm.sheet_files import escaped
from reports.audit import stream, words
from reports.audit.asked import AuditForm

KIND = "audit_export"
_BATCH, _MOST = 500, 200_000


def start(query: str, *, user: User, now: datetime) -> LeadExport:
    """Ask for a file of the acts that a query of the page finds."""
    by = Actor.of(user)
    wish = LeadExport.objects.create(
        format=ExportFormat.CSV,
        query=query,
        time_zone=str(user.zone),
        created_at=now,
        expires_at=now + KEPT,
        **by.columns(),
    )
    audit.note("audit.exported", by=by, now=now, subject="crm.LeadExport", subject_id=wish.public_id)
    wish.job = jobs.start(kind=KIND, label=_("Exportar la auditoría"), by=by, arguments={"export": wish.pk})
    wish.save(update_fields=["job"])
    return wish


@jobs.runner(KIND)
def run(job: Job) -> None:
    """Make the file of a claimed job, from the start when another worker lost it."""
    with jobs.inside(job):
        wish = LeadExport.objects.filter(pk=job.arguments["export"]).first()
    if wish is None:
        jobs.fail(job, error=_("La exportación ya no existe."), now=timezone.now())
        return
    text = io.StringIO()
    writer = csv.writer(text)
    count = 0
    with timezone.override(wish.time_zone):
        for count, cells in enumerate(_rows(job, wish)):  # noqa: B007 -- the header is row 0
            writer.writerow([escaped(cell) for cell in cells])
    with jobs.inside(job):
        LeadExport.objects.filter(pk=wish.pk).update(content=text.getvalue().encode("utf-8-sig"), rows=count)
    url = reverse("crm:export-file", args=[wish.public_id])
    jobs.finish(job, result={"url": url, "rows": count}, now=timezone.now())


def _rows(job: Job, wish: LeadExport) -> Iterator[list[str]]:
    yield [
        *(_("Cuándo"), _("Quién"), _("Desde"), _("Sobre qué"), _("Lead"), _("Qué hizo"), _("Dato"), _("Antes")),
        *(_("Después"), _("Motivo"), _("Acto")),
    ]
    cursor, done = "", 0
    while done < _MOST:
        with jobs.inside(job):
            form = AuditForm(QueryDict(wish.query))
            page = stream.page(form.filters() if form.is_valid() else stream.Filters(), cursor=cursor, size=_BATCH)
            acts = words.acts(page.events)
            done += len(page.events)
            jobs.advance(job, done=done, now=timezone.now())
        for act in acts:
            for line in act.lines:
                yield from _cells(act, line)
        cursor = page.next
        if not cursor:
            return


def _cells(act: words.Act, line: words.Line) -> Iterator[list[str]]:
    at = timezone.localtime(line.event.at).strftime("%Y-%m-%d %H:%M:%S")
    lead = str(line.lead.public_id) if line.lead else ""
    begin = [at, act.who, act.address, line.thing, lead, line.verb]
    for change in line.changes or [words.Change("", "", "", "")]:
        yield [*begin, change.label, change.was, change.now, act.reason, line.event.act]
