"""Words of the messages. Values are stored and public (docs/glossary.md); labels are what people read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.enums import Channel


class Provider(models.TextChoices):
    """Who carries messages of a channel account."""

    SANDBOX = "sandbox", _("Teléfono simulado")
    SMTP = "smtp", _("Servidor de correo (SMTP)")
    ANYMAIL = "anymail", _("Proveedor de correo")
    TWILIO = "twilio", "Twilio"
    TELEGRAM = "telegram", "Telegram"


CARRIES: dict[str, frozenset[str]] = {
    Provider.SANDBOX: frozenset({Channel.WHATSAPP, Channel.TELEGRAM, Channel.EMAIL}),
    Provider.SMTP: frozenset({Channel.EMAIL}),
    Provider.ANYMAIL: frozenset({Channel.EMAIL}),
    Provider.TWILIO: frozenset({Channel.WHATSAPP}),
    Provider.TELEGRAM: frozenset({Channel.TELEGRAM}),
}
"""Which channels a provider carries."""


class Health(models.TextChoices):
    """What the last test or sending said of an account."""

    UNTESTED = "untested", _("Sin probar")
    OK = "ok", _("Funciona")
    FAILING = "failing", _("Con problemas")


class Direction(models.TextChoices):
    """Which way a message goes."""

    IN = "in", _("Recibido")
    OUT = "out", _("Enviado")


class Status(models.TextChoices):
    """Where a message is. `received` is the one state of an inbound message."""

    QUEUED = "queued", _("En cola")
    CLAIMED = "claimed", _("Tomado")
    SENDING = "sending", _("Enviando")
    SENT = "sent", _("Enviado")
    DELIVERED = "delivered", _("Entregado")
    READ = "read", _("Leído")
    FAILED = "failed", _("Falló")
    UNKNOWN = "unknown", _("Esperando confirmación")
    UNCONFIRMED = "unconfirmed", _("Sin confirmar")
    EXPIRED = "expired", _("Venció antes de salir")
    SUPPRESSED = "suppressed", _("No se envió")
    CANCELLED = "cancelled", _("Cancelado")
    RECEIVED = "received", _("Recibido")


HELD = (Status.CLAIMED, Status.SENDING)
"""A worker has it under its lease."""
ARRIVED = (Status.SENT, Status.DELIVERED, Status.READ)
"""The provider took it, for sure."""


class OnUnknown(models.TextChoices):
    """What to do when nobody can tell whether a message left."""

    HOLD = "hold", _("Preguntar a una persona")
    RESEND = "resend", _("Enviar otra vez")


class Priority(models.IntegerChoices):
    """Which goes first of what is due; `messaging_claim` knows the numbers too."""

    REPLY = 10, _("Respuesta")
    REMINDER = 50, _("Recordatorio")
    CAMPAIGN = 100, _("Campaña")


class AttemptState(models.TextChoices):
    """What became of one try to hand a message to its provider."""

    CLAIMED = "claimed", _("Tomado")
    SENDING = "sending", _("En camino")
    ACCEPTED = "accepted", _("Aceptado")
    REJECTED = "rejected", _("Rechazado")
    ABSENT = "absent", _("No salió")
    UNKNOWN = "unknown", _("No se sabe")


class ConversationState(models.TextChoices):
    """Where a conversation is."""

    OPEN = "open", _("Abierta")
    SNOOZED = "snoozed", _("Pospuesta")
    RESOLVED = "resolved", _("Resuelta")


class Owner(models.TextChoices):
    """Who answers in a conversation."""

    NOBODY = "nobody", _("Nadie")
    AGENT = "agent", _("Agente virtual")
    USER = "user", _("Una persona")


class EventKind(models.TextChoices):
    """What a provider told us."""

    INBOUND = "inbound", _("Mensaje recibido")
    STATUS = "status", _("Estado de un mensaje")
    OTHER = "other", _("Otro aviso")


class SuppressionKind(models.TextChoices):
    """What kind of address is suppressed."""

    PHONE = "phone", _("Teléfono")
    EMAIL = "email", _("Correo")


class SuppressionSource(models.TextChoices):
    """Why nobody is to be written to there."""

    PERSON = "person", _("Lo pidió la persona")
    REGISTRY = "registry", _("Registro público de no molestar")
    BOUNCE = "bounce", _("Rebotó")
    COMPLAINT = "complaint", _("Lo marcó como spam")
    MANUAL = "manual", _("Lo agregó la corredora")


class AnomalyKind(models.TextChoices):
    """What should never happen and is told loudly when it does."""

    SECOND_ACCEPTANCE = "second_acceptance", _("Aceptado dos veces")
    LATE_ACCEPTANCE = "late_acceptance", _("Aceptado después de darlo por no enviado")
    CRASHING = "crashing", _("Detuvo al que lo enviaba una y otra vez")
