"""Fields a brokerage adds to its leads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FieldKind(models.TextChoices):
    """What a field of a brokerage's own holds."""

    TEXT = "text", _("Texto")
    NUMBER = "number", _("Número")
    DATE = "date", _("Fecha")
    CHOICE = "choice", _("Opciones")
    FLAG = "flag", _("Sí o no")
