"""What people do with leads."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TimelineKind(models.TextChoices):
    """What an entry of the timeline tells."""

    CREATED = "created", _("Creación")
    NOTE = "note", _("Nota")
    EDIT = "edit", _("Cambio de datos")
    STAGE = "stage", _("Cambio de etapa")
    ASSIGN = "assign", _("Asignación")
    TAG = "tag", _("Etiquetas")
    CONSENT = "consent", _("Consentimiento")
    IMPORT = "import", _("Importación")
    CONTACT = "contact", _("Contacto")
    TASK = "task", _("Tarea")
    VISIT = "visit", _("Visita")
    MERGE = "merge", _("Unión de leads")
    DELETE = "delete", _("Papelera")


class TaskKind(models.TextChoices):
    """What kind of thing there is to do."""

    CALL = "call", _("Llamar")
    MESSAGE = "message", _("Escribir")
    VISIT = "visit", _("Visita")
    DOCUMENT = "document", _("Documento")
    REVIEW = "review", _("Revisar")
    OTHER = "other", _("Otro")


class NoticeKind(models.TextChoices):
    """What people are told about."""

    NEW_LEAD = "new_lead", _("Lead nuevo")
    ASSIGNED = "assigned", _("Lead asignado")
    HOT_LEAD = "hot_lead", _("Lead caliente")
    REPLY = "reply", _("Respuesta")
    TASK_DUE = "task_due", _("Tarea por vencer")
    MENTION = "mention", _("Te mencionaron")
    CAMPAIGN = "campaign", _("Aviso de campaña")


class ActionKind(models.TextChoices):
    """Acts that can be taken back."""

    MOVE = "move", _("Mover")
    ASSIGN = "assign", _("Asignar")
    TAG = "tag", _("Etiquetar")
    DELETE = "delete", _("Eliminar")
    MERGE = "merge", _("Unir")
    VISIT = "visit", _("Cerrar una visita")


class ViewPage(models.TextChoices):
    """Pages that keep views."""

    BOARD = "board", _("Tablero")
    LIST = "list", _("Lista")


class AssignmentMode(models.TextChoices):
    """How new leads find somebody."""

    OFF = "off", _("A mano")
    ROUND_ROBIN = "round_robin", _("Por turnos")
    LOAD = "load", _("A quien tiene menos")
