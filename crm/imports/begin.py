"""An import is started, started again after an error, or taken back."""

from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from core import jobs
from core.actors import Actor
from core.models import Job
from crm.enums import ConsentBasis, ImportState, Stage
from crm.imports import revert, runner
from crm.models import LeadImport


class NotNow(Exception):
    """The import is not in a state for this: somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What is asked once for the whole file."""

    basis: ConsentBasis
    wording: str = ""
    stage: Stage = Stage.ENTRADA
    assigned_to: User | None = None


def start(lead_import: LeadImport, answers: Answers, *, by: Actor) -> LeadImport:
    """Hand the file to a worker. Raises NotNow when it was started already."""
    with transaction.atomic():
        held = _held(lead_import, ImportState.UPLOADED)
        held.consent_basis, held.consent_wording = answers.basis, answers.wording
        held.stage, held.assigned_to = answers.stage, answers.assigned_to
        return _hand_over(held, by)


def resume(lead_import: LeadImport, *, by: Actor) -> LeadImport:
    """Go on with an import that stopped on an error, from the row it came to. Raises NotNow."""
    with transaction.atomic():
        return _hand_over(_held(lead_import, ImportState.FAILED), by)


def take_back(lead_import: LeadImport, *, worked_on: bool, by: Actor) -> LeadImport:
    """Undo a whole import; `worked_on`: also delete the leads people have worked on since. Raises NotNow."""
    with transaction.atomic():
        held = _held(lead_import, ImportState.DONE, ImportState.FAILED)
        held.state = ImportState.REVERTING
        label = _("Revertir %(file)s") % {"file": held.file_name[:180]}
        held.job = _job(held, revert.KIND, label, by, total=held.rows.count(), worked_on=worked_on)
        held.save(update_fields=["state", "job"])
    return held


def _hand_over(held: LeadImport, by: Actor) -> LeadImport:
    held.state = ImportState.RUNNING
    label = _("Importar %(file)s") % {"file": held.file_name[:180]}
    held.job = _job(held, runner.KIND, label, by, total=held.total_rows)
    held.save()
    return held


def _job(held: LeadImport, kind: str, label: str, by: Actor, *, total: int, **more: bool) -> Job:
    url = reverse("crm:import-detail", args=[held.public_id])
    return jobs.start(kind=kind, label=label, by=by, arguments={"import": held.pk, "url": url, **more}, total=total)


def _held(lead_import: LeadImport, *states: ImportState) -> LeadImport:
    held = LeadImport.objects.select_for_update(of=("self",)).get(pk=lead_import.pk)
    if held.state not in states:
        raise NotNow(held.state)
    return held
