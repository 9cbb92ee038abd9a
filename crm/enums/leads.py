"""A lead's own words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where in the sale a lead is, in the order of the board."""

    ENTRADA = "entrada", _("Entrada")
    PERFILAMIENTO = "perfilamiento", _("Perfilamiento")
    CALIFICACION_FINANCIERA = "calificacion_financiera", _("Calificación financiera")
    AGENDADO = "agendado", _("Agendado")
    SEGUIMIENTO = "seguimiento", _("Seguimiento")
    REFERIDOS = "referidos", _("Referidos")
    GANADO = "ganado", _("Ganado")
    PERDIDO = "perdido", _("Perdido")


class LeadStatus(models.TextChoices):
    """How warm a lead is."""

    COLD = "cold", _("Frío")
    WARM = "warm", _("Tibio")
    HOT = "hot", _("Caliente")
    CONVERTED = "converted", _("Convertido")
    LOST = "lost", _("Perdido")


class Qualification(models.TextChoices):
    """Whether a lead can pay."""

    PENDIENTE = "PENDIENTE", _("Pendiente")
    CALIFICADO = "CALIFICADO", _("Calificado")
    POTENCIAL = "POTENCIAL", _("Potencial")
    NO_CALIFICADO = "NO_CALIFICADO", _("No calificado")


class TreatmentType(models.TextChoices):
    """How the lead is worked."""

    AUTOMATED_TELEGRAM = "automated_telegram", _("Automático por Telegram")
    AUTOMATED_CALL = "automated_call", _("Automático por llamada")
    MANUAL_FOLLOW_UP = "manual_follow_up", _("Seguimiento manual")
    HOLD = "hold", _("En pausa")


class Operation(models.TextChoices):
    """What the person wants to do."""

    COMPRA = "compra", _("Compra")
    ARRIENDO = "arriendo", _("Arriendo")
    VENTA = "venta", _("Venta")


class PropertyType(models.TextChoices):
    """What kind of property."""

    DEPARTAMENTO = "departamento", _("Departamento")
    CASA = "casa", _("Casa")
    OFICINA = "oficina", _("Oficina")
    LOCAL = "local", _("Local")
    PARCELA = "parcela", _("Parcela")
    TERRENO = "terreno", _("Terreno")
    BODEGA = "bodega", _("Bodega")
    ESTACIONAMIENTO = "estacionamiento", _("Estacionamiento")
    OTRO = "otro", _("Otro")


class Purpose(models.TextChoices):
    """What the property is for."""

    VIVIENDA = "vivienda", _("Vivienda")
    INVERSION = "inversion", _("Inversión")


class Timeline(models.TextChoices):
    """How soon the person wants it."""

    IMMEDIATE = "immediate", _("Ya mismo")
    DAYS_30 = "30days", _("En 30 días")
    DAYS_90 = "90days", _("En 90 días")
    UNKNOWN = "unknown", _("No se sabe")


class LostReason(models.TextChoices):
    """Why a lead was lost."""

    PRECIO = "precio", _("Precio")
    FINANCIAMIENTO = "financiamiento", _("Financiamiento")
    UBICACION = "ubicacion", _("Ubicación")
    COMPRO_EN_OTRA_PARTE = "compro_en_otra_parte", _("Compró en otra parte")
    SIN_RESPUESTA = "sin_respuesta", _("Sin respuesta")
    NO_CALIFICA = "no_califica", _("No califica")
    SOLO_CURIOSEABA = "solo_curioseaba", _("Solo curioseaba")
    DUPLICADO = "duplicado", _("Duplicado")
    OTRO = "otro", _("Otro")


class DicomStatus(models.TextChoices):
    """What the person declared about their debts; never part of a score (Ley 20.575)."""

    CLEAN = "clean", _("Sin deudas")
    HAS_DEBT = "has_debt", _("Con deudas")
    UNKNOWN = "unknown", _("No se sabe")


class PhoneKind(models.TextChoices):
    """Why a number stands in a lead's list."""

    PRIMARY = "primary", _("Principal")
    SECONDARY = "secondary", _("Otro número")
    VARIANT = "variant", _("Otra forma de escribirlo")
