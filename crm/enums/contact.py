"""Ways to reach a person, and whether one may."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """Ways to reach a person."""

    TELEGRAM = "telegram", "Telegram"
    WHATSAPP = "whatsapp", "WhatsApp"
    EMAIL = "email", _("Correo")
    CALL = "call", _("Llamada")
    WEBCHAT = "webchat", _("Chat web")


class ConsentPurpose(models.TextChoices):
    """What a contact is for."""

    MARKETING = "marketing", _("Promoción")
    TRANSACTIONAL = "transactional", _("Servicio")


class ConsentBasis(models.TextChoices):
    """Why we may contact the person."""

    OPT_IN = "opt_in", _("Dio su consentimiento")
    EXISTING_RELATION = "existing_relation", _("Ya es cliente")
    REQUEST = "request", _("Pidió que lo contactaran")
    NONE = "none", _("Sin base")


class ConsentState(models.TextChoices):
    """What holds after an entry of the ledger."""

    GRANTED = "granted", _("Otorgado")
    REVOKED = "revoked", _("Revocado")
    UNKNOWN = "unknown", _("Desconocido")


class ConsentSource(models.TextChoices):
    """Where an entry of the ledger came from."""

    FORM = "form", _("Formulario")
    IMPORT = "import", _("Importación")
    CHAT = "chat", _("Chat")
    CALL = "call", _("Llamada")
    AGENT = "agent", _("Corredor")


class InteractionKind(models.TextChoices):
    """What a contact was."""

    MESSAGE_IN = "message_in", _("Mensaje recibido")
    MESSAGE_OUT = "message_out", _("Mensaje enviado")
    CALL_ANSWERED = "call_answered", _("Llamada contestada")
    CALL_MISSED = "call_missed", _("Llamada sin respuesta")
    VISIT_KEPT = "visit_kept", _("Visita realizada")
    VISIT_MISSED = "visit_missed", _("No llegó a la visita")
    BOUNCED = "bounced", _("Contacto rebotado")
