"""Spreadsheets in and out."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportState(models.TextChoices):
    """Where an import is."""

    UPLOADED = "uploaded", _("Por revisar")
    RUNNING = "running", _("En curso")
    DONE = "done", _("Lista")
    FAILED = "failed", _("Con error")
    REVERTING = "reverting", _("Revirtiendo")
    REVERTED = "reverted", _("Revertida")


class RowOutcome(models.TextChoices):
    """What became of a row of a file."""

    CREATED = "created", _("Lead nuevo")
    MERGED = "merged", _("Unida a un lead")
    REJECTED = "rejected", _("Rechazada")


class ExportFormat(models.TextChoices):
    """Files a list can be taken away in."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"
