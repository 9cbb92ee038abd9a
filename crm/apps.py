"""The crm app."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

_REGISTERING = (
    "crm.exports",
    "crm.imports.runner",
    "crm.imports.revert",
    "crm.bin",
    "crm.bulk_acts",
    "crm.merging.undoing",
    "crm.privacy.taking",
    "crm.scoring.nightly",
)
"""Modules that make something known by being imported."""


class CrmConfig(AppConfig):
    """Names the app and makes its jobs and its acts on many leads known to every process."""

    name = "crm"
    verbose_name = _("Leads")

    def ready(self) -> None:
        """Import the modules that register runners (core.jobs.runner), doers (crm.bulk) and undoers (crm.actions)."""
        for name in _REGISTERING:
            import_module(name)
