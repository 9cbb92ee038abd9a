"""Words of the appointments. Values are stored and public."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentType(models.TextChoices):
    """What kind of meeting."""

    PROPERTY_VISIT = "property_visit", _("Visita a la propiedad")
    VIRTUAL_MEETING = "virtual_meeting", _("Reunión por video")
    PHONE_CALL = "phone_call", _("Llamada agendada")
    OFFICE_MEETING = "office_meeting", _("Reunión en la oficina")
    OTHER = "other", _("Otra")


class AppointmentStatus(models.TextChoices):
    """What became of it."""

    HELD = "held", _("Reservada")
    SCHEDULED = "scheduled", _("Agendada")
    CONFIRMED = "confirmed", _("Confirmada")
    CANCELLED = "cancelled", _("Cancelada")
    COMPLETED = "completed", _("Realizada")
    NO_SHOW = "no_show", _("No llegó")


OPEN = (AppointmentStatus.SCHEDULED, AppointmentStatus.CONFIRMED)
"""Appointments still to come about: what the rules of the stages call open."""
