"""The pipeline app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PipelineConfig(AppConfig):
    """Names the app."""

    name = "pipeline"
    verbose_name = _("Tablero")
