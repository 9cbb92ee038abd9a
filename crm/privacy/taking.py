"""A person's data as a file: asked for, made by the worker, kept for a day for who asked."""

from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from core import audit, jobs
from core.actors import Actor
from core.models import Job
from crm.exports import KEPT
from crm.models import Lead, PersonalFile
from crm.privacy import file

KIND = "personal_file"


def start(lead: Lead, *, user: User, now: datetime) -> PersonalFile:
    """Ask for the file; files that expired are swept away meanwhile. The audit tells of it."""
    PersonalFile.objects.filter(expires_at__lte=now).delete()
    by = Actor.of(user)
    wish = PersonalFile.objects.create(lead=lead, created_at=now, expires_at=now + KEPT, **by.columns())
    audit.note("person.exported", by=by, now=now, subject="crm.Lead", subject_id=lead.public_id)
    wish.job = jobs.start(kind=KIND, label=_("Datos de una persona"), by=by, arguments={"file": wish.pk})
    wish.save(update_fields=["job"])
    return wish


@jobs.runner(KIND)
def run(job: Job) -> None:
    """Make the file of a claimed job."""
    with jobs.inside(job):
        jobs.advance(job, done=0, now=timezone.now())
        wish = PersonalFile.objects.select_related("lead").filter(pk=job.arguments["file"]).first()
        content = file.zipped(file.document(wish.lead)) if wish is not None else None
        PersonalFile.objects.filter(pk=job.arguments["file"]).update(content=content)
    if wish is None:
        jobs.fail(job, error=_("El archivo ya no existe."), now=timezone.now())
        return
    jobs.finish(job, result={"url": reverse("crm:personal-file", args=[wish.public_id])}, now=timezone.now())


def kept(user: User, public_id: UUID, *, now: datetime) -> PersonalFile | None:
    """A finished file, for the person who asked for it, while it is kept."""
    mine = PersonalFile.objects.filter(by_user=user, expires_at__gt=now, content__isnull=False)
    return mine.filter(public_id=public_id).first()
