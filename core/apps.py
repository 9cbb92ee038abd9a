"""The core app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    """Names the app."""

    name = "core"
    verbose_name = _("Trabajos")
