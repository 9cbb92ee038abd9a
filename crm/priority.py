"""Whom to contact first: told from stage, status and qualification (docs/rules.md, Contact priority)."""

from django.db import models
from django.db.models import Case, SmallIntegerField, Value, When
from django.utils.translation import gettext_lazy as _

from crm.enums import LeadStatus, Qualification, Stage


class Priority(models.TextChoices):
    """From the most to the least pressing."""

    URGENTE = "URGENTE", _("Urgente")
    ALTA = "ALTA", _("Alta")
    MEDIA = "MEDIA", _("Media")
    BAJA = "BAJA", _("Baja")
    ARCHIVADO = "ARCHIVADO", _("Archivado")


_HOT_AND_ABLE = {"status": LeadStatus.HOT, "qualification": Qualification.CALIFICADO}
TABLE: tuple[tuple[dict[str, str], Priority], ...] = (
    ({"stage": Stage.AGENDADO, **_HOT_AND_ABLE}, Priority.URGENTE),
    ({"stage": Stage.CALIFICACION_FINANCIERA, **_HOT_AND_ABLE}, Priority.ALTA),
    ({"stage": Stage.PERFILAMIENTO, "status": LeadStatus.WARM}, Priority.MEDIA),
    ({"stage": Stage.SEGUIMIENTO, "qualification": Qualification.POTENCIAL}, Priority.MEDIA),
    ({"stage": Stage.ENTRADA, "status": LeadStatus.COLD}, Priority.BAJA),
    ({"stage": Stage.GANADO}, Priority.ARCHIVADO),
    ({"stage": Stage.PERDIDO, "qualification": Qualification.NO_CALIFICADO}, Priority.ARCHIVADO),
    ({"status": LeadStatus.HOT}, Priority.MEDIA),
    ({"stage": Stage.AGENDADO}, Priority.MEDIA),
)
"""The first row that fits; none of them is BAJA."""


def priority(*, stage: str, status: str, qualification: str) -> Priority:
    """How soon a lead wants to be contacted."""
    has = {"stage": stage, "status": status, "qualification": qualification}
    return next((found for wanted, found in TABLE if wanted.items() <= has.items()), Priority.BAJA)


def as_column() -> Case:
    """The table for the database: the priority's place, 0 for the most pressing."""
    rows = [When(then=Value(place_of(found)), **wanted) for wanted, found in TABLE]
    return Case(*rows, default=Value(place_of(Priority.BAJA)), output_field=SmallIntegerField())


def place_of(wanted: Priority) -> int:
    """How far down a priority is: what the column holds."""
    return list(Priority).index(wanted)


def at_place(place: int) -> Priority:
    """The priority a column holds."""
    return list(Priority)[place]
