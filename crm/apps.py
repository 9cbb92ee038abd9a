"""The crm app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CrmConfig(AppConfig):
    """Names the app and makes its jobs known to the workers."""

    name = "crm"
    verbose_name = _("Leads")

    def ready(self) -> None:
        """Import the modules that register runners (core.jobs.runner)."""
        for name in (
            "crm.exports",
            "crm.imports.runner",
            "crm.imports.revert",
            "crm.bin",
            "crm.merging.undoing",
            "crm.scoring.nightly",
        ):
            import_module(name)
