"""Figures and the audit log: reads everything, writes nothing."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Names the app and makes its jobs known to the workers."""

    name = "reports"
    verbose_name = _("Informes")

    def ready(self) -> None:
        """Import the modules that register runners (core.jobs.runner)."""
        import_module("reports.audit.export")
