"""Meetings agreed with leads."""

from importlib import import_module

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from crm import ties
from crm.ties import OnErase, OnMerge, Tie


class AppointmentsConfig(AppConfig):
    """Names the app and says what becomes of meetings when leads are merged or erased."""

    name = "appointments"
    verbose_name = _("Visitas")

    def ready(self) -> None:
        """Declare the key to a lead; make known how a closed meeting is opened again (crm.actions)."""
        import_module("appointments.undoing")
        blanks = {"place": "", "note": ""}
        ties.declare("appointments.Appointment.lead", Tie(OnMerge.MOVES, OnErase.BLANKED, blanks=blanks))
