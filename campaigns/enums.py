"""Words of the campaigns. Values are stored and public (docs/glossary.md)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CampaignStatus(models.TextChoices):
    """Whether a campaign works. draft → active ⇄ paused → completed."""

    DRAFT = "draft", _("Borrador")
    ACTIVE = "active", pgettext_lazy("campaña", "Activa")
    PAUSED = "paused", pgettext_lazy("campaña", "Pausada")
    COMPLETED = "completed", pgettext_lazy("campaña", "Terminada")


class CampaignTrigger(models.TextChoices):
    """What brings a lead in."""

    MANUAL = "manual", _("A mano")
    LEAD_SCORE = "lead_score", _("Puntaje")
    STAGE_CHANGE = "stage_change", _("Cambio de etapa")
    INACTIVITY = "inactivity", _("Sin contacto")


class StepAction(models.TextChoices):
    """What a step does."""

    SEND_MESSAGE = "send_message", _("Enviar un mensaje")
    MAKE_CALL = "make_call", _("Llamar")
    SCHEDULE_MEETING = "schedule_meeting", _("Proponer una visita")
    UPDATE_STAGE = "update_stage", _("Cambiar de etapa")
    ASSIGN_AGENT = "assign_agent", _("Asignar responsable")
    ADD_TAG = "add_tag", _("Poner una etiqueta")
    NOTIFY_AGENT = "notify_agent", _("Avisar al responsable")


class WhenFalse(models.TextChoices):
    """What becomes of a step whose conditions do not hold."""

    SKIP = "skip", _("Saltar el paso")
    STOP = "stop", _("Terminar la campaña para ese lead")
    WAIT = "wait", _("Esperar a que se cumplan")


class ConditionKind(models.TextChoices):
    """What a condition looks at."""

    REPLIED = "replied", _("Respondió")
    NOT_REPLIED = "not_replied", _("No respondió")
    STAGE_IN = "stage_in", _("Está en la etapa")
    STATUS_IN = "status_in", _("Su estado es")
    SCORE_BETWEEN = "score_between", _("Su puntaje está entre")
    HAS_TAG = "has_tag", _("Tiene la etiqueta")
    NO_TAG = "no_tag", _("No tiene la etiqueta")
    QUALIFICATION_IN = "qualification_in", _("Su calificación es")
    HAS_CHANNEL = "has_channel", _("Se le puede escribir por")


class EnrollmentStatus(models.TextChoices):
    """Where a lead is in a campaign."""

    ACTIVE = "active", _("En curso")
    FINISHED = "finished", _("Terminó")
    LEFT = "left", _("Salió")


class EndReason(models.TextChoices):
    """Why a lead is no longer in a campaign. The first two are a finish, the others an exit."""

    DONE = "done", _("Hizo todos los pasos")
    GOAL = "goal", _("Llegó a la meta")
    REPLY = "reply", _("Respondió")
    OPT_OUT = "opt_out", _("Pidió no recibir más")
    CLOSED = "closed", _("Se ganó o se perdió")
    HOLD = "hold", _("Quedó en pausa")
    CONDITION = "condition", _("No cumplió una condición")
    MANUAL = "manual", _("Alguien lo sacó")
    COMPLETED = "completed", _("La campaña terminó")
    GONE = "gone", _("El lead ya no está")


FINISHES = (EndReason.DONE, EndReason.GOAL)


class LogStatus(models.TextChoices):
    """What became of a step."""

    PENDING = "pending", _("Pendiente")
    SENT = "sent", _("Hecho")
    FAILED = "failed", _("Falló")
    SKIPPED = "skipped", _("Saltado")


class Overdue(models.TextChoices):
    """What becomes of steps that fell due while a campaign was paused."""

    SKIP = "skip", _("Saltarlos")
    SPREAD = "spread", _("Repartirlos en un día")
    SEND = "send", _("Hacerlos ahora")
