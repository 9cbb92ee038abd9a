"""What other systems can be told, and what became of the telling."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventType(models.TextChoices):
    """The kinds of events; the values are public and stay."""

    LEAD_CREATED = "lead.created", _("Lead nuevo")
    LEAD_UPDATED = "lead.updated", _("Cambio en un lead")
    STAGE_CHANGED = "lead.stage_changed", _("Cambio de etapa")
    LEAD_ASSIGNED = "lead.assigned", _("Cambio de responsable")
    LEAD_MERGED = "lead.merged", _("Leads fusionados")
    LEAD_DELETED = "lead.deleted", _("Lead eliminado")
    LEAD_RESTORED = "lead.restored", _("Lead recuperado")
    LEAD_ERASED = "lead.erased", _("Datos personales borrados")
    CONSENT_REVOKED = "consent.revoked", _("Baja: no quiere más mensajes")
    TASK_DONE = "task.done", _("Tarea hecha")
    APPOINTMENT_CREATED = "appointment.created", _("Visita agendada")
    APPOINTMENT_CHANGED = "appointment.changed", _("Cambio en una visita")
    TEST = "webhook.test", _("Prueba")


class DeliveryState(models.TextChoices):
    """Where a delivery is."""

    PENDING = "pending", _("Por entregar")
    DELIVERED = "delivered", _("Entregada")
    FAILED = "failed", _("No se pudo entregar")


class OffReason(models.TextChoices):
    """Why an endpoint gets nothing."""

    BY_HAND = "by_hand", _("La apagaron")
    GONE = "gone", _("El destino respondió 410: ya no quiere recibir")
    FAILING = "failing", _("Falló una y otra vez durante dos días")


class Failure(models.TextChoices):
    """Why an attempt did not count."""

    STATUS = "status", _("El destino respondió con un error")
    TIMEOUT = "timeout", _("No respondió a tiempo")
    NAME = "name", _("El nombre del servidor no existe")
    REFUSED = "refused", _("No aceptó la conexión")
    FORBIDDEN = "forbidden", _("La dirección no es pública")
    TLS = "tls", _("Su certificado no es válido")
    BROKEN = "broken", pgettext_lazy("HTTP", "Cortó la conexión o respondió algo que no es HTTP")


CHOSEN = tuple(event for event in EventType if event is not EventType.TEST)
"""The events an endpoint may ask for; a test comes when somebody presses the button."""
