"""Public forms are made and changed here; their answers are `crm.capture`'s."""

from django.db import transaction

from core import audit
from core.actors import Actor
from crm.models import CaptureForm


def save(form: CaptureForm, *, by: Actor) -> CaptureForm:
    """Store a form; another wording is another version, so that each consent can name the one it saw."""
    with audit.by(by), transaction.atomic():
        stands = CaptureForm.objects.select_for_update(of=("self",)).filter(pk=form.pk).first() if form.pk else None
        if stands is not None and stands.consent_wording != form.consent_wording:
            form.consent_version = stands.consent_version + 1
        counted = {"taken_in", "joined", "blocked", "last_at"}
        if stands is None:
            form.save(force_insert=True)
        else:
            names = [field.name for field in CaptureForm._meta.concrete_fields]  # noqa: SLF001 -- documented API
            form.save(update_fields=[name for name in names if name not in counted | {"id", "broker"}])
    return form
