"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from core import heap


class CoreConfig(AppConfig):
    """Names the app, and teaches fields the lookup `among`."""

    name = "core"
    verbose_name = _("Trabajos")

    def ready(self) -> None:
        """Register what queries everywhere may use; all models are loaded."""
        from core.db import among  # noqa: F401, PLC0415 -- importing it registers it, once models can be

        heap.release()
