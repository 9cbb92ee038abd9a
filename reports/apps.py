"""Figures and the audit log: reads everything, writes nothing."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Names the app."""

    name = "reports"
    verbose_name = _("Informes")
