"""Meetings agreed with leads."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AppointmentsConfig(AppConfig):
    """Names the app."""

    name = "appointments"
    verbose_name = _("Visitas")
