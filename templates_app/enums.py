"""Words of the message templates. Values are stored and public (docs/glossary.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.enums import Channel


class TemplateChannel(models.TextChoices):
    """What a template is written for; a call has one for what the agent says first."""

    TELEGRAM = Channel.TELEGRAM.value, "Telegram"
    WHATSAPP = Channel.WHATSAPP.value, "WhatsApp"
    EMAIL = Channel.EMAIL.value, _("Correo")
    CALL = Channel.CALL.value, _("Llamada")


class AgentType(models.TextChoices):
    """What the virtual agent is about when it uses a template."""

    PERFILADOR = "perfilador", _("Perfilador")
    CALIFICADOR_FINANCIERO = "calificador_financiero", _("Calificador financiero")
    AGENDADOR = "agendador", _("Agendador")
    SEGUIMIENTO = "seguimiento", _("Seguimiento")


class Category(models.TextChoices):
    """What Meta sells a WhatsApp template as."""

    UTILITY = "utility", _("Servicio")
    MARKETING = "marketing", _("Promoción")
    AUTHENTICATION = "authentication", _("Autenticación")


class Approval(models.TextChoices):
    """Where a WhatsApp template is in Meta's review."""

    NOT_SENT = "not_sent", _("Sin enviar a revisión")
    PENDING = "pending", _("En revisión")
    APPROVED = "approved", _("Aprobada")
    REJECTED = "rejected", _("Rechazada")
    PAUSED = "paused", _("Pausada por Meta")
